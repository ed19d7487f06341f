"""The hall: all auctions by tab, and the reader's own."""

from __future__ import annotations

from flask import render_template, request

from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings.labels import DRAWINGS
from marketplace.trade.auctions import policy, queries, words
from marketplace.trade.auctions.views import bp, pictures
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context, signed_in

TABS = ("live", "upcoming", "ended")


@bp.get("")
@access(PUBLIC)
def hall() -> str:
    """Live, upcoming and ended auctions."""
    ctx, tab = current_context(), request.args.get("tab", "live")
    if tab not in TABS:
        raise NotFound
    actor = current_actor()
    may_schedule = actor is not None and policy.may_schedule(actor)
    with ctx.reading() as db:
        page = queries.hall(db, ctx.clock(), tab=tab, cursor=request.args.get("after"))
        counts = queries.counts(db, ctx.clock())
        shown = pictures.addresses(db, [card.listing_id for card in page.items])
    return render_template(
        "trade/auctions/hall.html", page=page, tab=tab, counts=counts,
        modes=words.MODES, words=words, pictures=shown, drawings=DRAWINGS,
        may_schedule=may_schedule,
    )  # fmt: skip


@bp.get("/mine")
@access(MEMBER)
def mine() -> str:
    """The lots the reader's organisation signed up for."""
    ctx, organisation_id = current_context(), signed_in().organisation_id
    with ctx.reading() as db:
        bids = queries.my_bids(db, organisation_id or 0, now=ctx.clock())
    return render_template("trade/auctions/mine.html", bids=bids, states=words.STATES)
