"""The room of one lot, its fragments, notice, receipt and proofs."""

from __future__ import annotations

from pathlib import Path

from flask import Response, make_response, render_template, request, send_file

import auction.verifier
from marketplace.kernel.errors import NotFound
from marketplace.papers import queries as papers
from marketplace.trade.auctions import format_rules, queries, words
from marketplace.trade.auctions.forms import SignUpForm, fresh_key
from marketplace.trade.auctions.queries.heads import published
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.views.statistics import count_visit
from marketplace.trade.auctions.views.values import Shown, known, shown
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context

FRAGMENTS = {"now": "_now.html", "ladder": "_ladder.html", "mine": "_my_state.html"}


@bp.get("/<int:auction_id>")
@access(PUBLIC)
def show(auction_id: int) -> str:
    """The room."""
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    count_visit(page.room)
    return render_room(page)


def render_room(page: Shown, error: str = "", typed: str = "") -> str:
    """The room's page; ``error`` and what was ``typed`` belong to the bid form."""
    return render_template(
        "trade/auctions/show.html",
        page=page,
        room=page.room,
        mine=page.mine,
        words=words,
        form=SignUpForm(),
        key=fresh_key(),
        error=error,
        typed=typed,
    )


@bp.get("/<int:auction_id>/fragment/<name>")
@access(PUBLIC)
def fragment(auction_id: int, name: str) -> Response:
    """One part of the room, asked for again when something moved.

    ``shown`` is the state the page was made in: another one now reloads the whole page.
    """
    if name not in FRAGMENTS:
        raise NotFound
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    body = render_template(
        f"trade/auctions/{FRAGMENTS[name]}",
        page=page,
        room=page.room,
        mine=page.mine,
        words=words,
        polled=True,
    )
    response = make_response(body)
    if request.args.get("shown", page.shape) != page.shape:
        response.headers["HX-Refresh"] = "true"
    return response


@bp.get("/<int:auction_id>/notice")
@access(PUBLIC)
def notice(auction_id: int) -> str:
    """The public notice, for reading and printing (L13)."""
    ctx = current_context()
    with ctx.reading() as db:
        room = queries.room(db, auction_id, now=ctx.clock())
        lines = queries.notices(db, auction_id)
        issued = papers.of_thing(db, None, thing="auction", thing_id=auction_id)
    return render_template(
        "trade/auctions/notice.html",
        room=room,
        notices=lines,
        papers=issued,
        words=words,
        sentences=format_rules.sentences(room),
    )


@bp.get("/<int:auction_id>/receipt")
@access(MEMBER)
def receipt(auction_id: int) -> str:
    """The bidder's receipt: own bids with their place in the chain, and its head."""
    ctx, actor = current_context(), current_actor()
    room = known(ctx, auction_id)
    with ctx.reading() as db:
        mine = queries.my_state(db, actor, room=room)
        entries = queries.receipt(db, room.lot_id, paddle=mine.paddle or "")
    return render_template(
        "trade/auctions/receipt.html", room=room, mine=mine, entries=entries, words=words
    )


@bp.get("/<int:auction_id>/export.json")
@access(PUBLIC)
def export(auction_id: int) -> Response:
    """The whole log for the verifier: one JSON value per line; secrets once it is closed."""
    with current_context().reading() as db:
        text = queries.export(db, auction_id)
    response = Response(text, mimetype="application/jsonl")
    response.headers["Content-Disposition"] = f'attachment; filename="auction-{auction_id}.jsonl"'
    return response


@bp.get("/<int:auction_id>/verifier.py")
@access(PUBLIC)
def verifier(auction_id: int) -> Response:
    """The stand-alone verifier: one file, nothing but Python's own library."""
    known(current_context(), auction_id)
    source = Path(auction.verifier.__file__)
    return send_file(
        source, mimetype="text/x-python", as_attachment=True, download_name="verifier.py"
    )


@bp.get("/<int:auction_id>/proof")
@access(PUBLIC)
def proof(auction_id: int) -> str:
    """How to verify this lot, its chain head, and what the verifier says of it now."""
    room = known(current_context(), auction_id)
    with current_context().reading() as db:
        verdict = queries.verdict(db, auction_id)
        heads = published(db, room.lot_id)
    return render_template(
        "trade/auctions/proof.html", room=room, verdict=verdict, heads=heads, words=words
    )
