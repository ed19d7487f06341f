"""What bidders of sealed and Dutch lots send by POST: a seal, an opening, a take, an answer."""

from __future__ import annotations

from pathlib import Path

from flask import Response as FlaskResponse
from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

import auction.sealer
from marketplace.kernel.errors import NotFound
from marketplace.papers import queries as papers
from marketplace.trade.auctions import commands, minutes, words
from marketplace.trade.auctions.commands import Answer, OpenBid, SealBid, TakeLot, TopBid
from marketplace.trade.auctions.forms import OpeningForm, SealForm, TakeForm, TopForm, fresh_key
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.views.room import render_room
from marketplace.trade.auctions.views.values import known, shown
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context
from marketplace.web.filters import yuan
from marketplace.web.limits import BID, limited
from marketplace.web.messages import text_of

Page = Response | tuple[str, int]


@bp.post("/<int:auction_id>/seals")
@access(MEMBER)
@limited(BID)
def seal_bid(auction_id: int) -> Page:
    """Hand in a seal; nothing else of the bid ever comes here before it is opened."""
    form = SealForm(request.form)
    if not form.validate():
        return _again(auction_id, text_of("auctions.seal_needs_script", {}))
    command = SealBid(auction_id, form.seal.data or "", form.key.data or "", entered=g.entered)
    answer = commands.seal_bid(current_context(), command)
    return _answered(auction_id, answer, done=_("Your sealed bid is in. Keep its receipt."))


@bp.post("/<int:auction_id>/openings")
@access(MEMBER)
@limited(BID)
def open_bid(auction_id: int) -> Page:
    """Open the own sealed bid with what its receipt says."""
    form = OpeningForm(request.form)
    if not form.validate() or form.amount.minor is None:
        return _again(auction_id, text_of("auctions.receipt_unreadable", {}))
    command = OpenBid(
        auction_id,
        amount_minor=form.amount.minor,
        nonce=form.nonce.data or "",
        key=form.key.data or "",
        entered=g.entered,
    )
    answer = commands.open_bid(current_context(), command)
    done = _("Your bid is opened. Its amount is public once the minutes are written.")
    return _answered(auction_id, answer, done=done, opening=True)


@bp.post("/<int:auction_id>/takes")
@access(MEMBER)
@limited(BID)
def take_lot(auction_id: int) -> Page:
    """Show the confirm step, or take the lot."""
    form = TakeForm(request.form)
    limit = form.limit_minor if form.validate() else None
    if limit is None:
        return _again(auction_id, _("The price shown was not sent. Please load the page again."))
    if form.confirm.data != "1":
        return _confirm(auction_id, "take", form.key.data or fresh_key())
    command = TakeLot(auction_id, limit, form.key.data or "", entered=g.entered)
    answer = commands.take_lot(current_context(), command)
    done = _("The lot is yours at %(price)s.", price=yuan(answer.price_minor))
    if answer.stage == "sealing":
        done = _("You took it at %(price)s; others may go above.", price=yuan(answer.price_minor))
    return _answered(auction_id, answer, done=done)


@bp.post("/<int:auction_id>/tops")
@access(MEMBER)
@limited(BID)
def top_bid(auction_id: int) -> Page:
    """Show the confirm step, or go above the best sealed bid."""
    form = TopForm(request.form)
    if not form.validate() or form.amount.minor is None:
        return _again(auction_id, _("Please enter an amount in yuan, like 1,280,000."))
    if form.confirm.data != "1":
        return _confirm(auction_id, "top", form.key.data or fresh_key(), form.amount.minor)
    command = TopBid(auction_id, form.amount.minor, form.key.data or "", entered=g.entered)
    answer = commands.top_bid(current_context(), command)
    done = _("The lot is yours at %(price)s.", price=yuan(answer.price_minor))
    return _answered(auction_id, answer, done=done)


@bp.get("/<int:auction_id>/minutes")
@access(PUBLIC)
def opening_minutes(auction_id: int) -> str:
    """Every seal and every opening; not found before they are written."""
    room = known(current_context(), auction_id)
    with current_context().reading() as db:
        written = minutes.minutes(db, room.lot_id)
        issued = papers.of_thing(db, None, thing="auction", thing_id=auction_id)
    if written is None:
        raise NotFound
    return render_template(
        "trade/auctions/minutes.html", room=room, minutes=written, papers=issued, words=words
    )


@bp.get("/<int:auction_id>/sealer.py")
@access(PUBLIC)
def sealer(auction_id: int) -> FlaskResponse:
    """The stand-alone sealer, for who has no browser that can seal."""
    known(current_context(), auction_id)
    source = Path(auction.sealer.__file__)
    return send_file(
        source, mimetype="text/x-python", as_attachment=True, download_name="sealer.py"
    )


def _answered(auction_id: int, answer: Answer, *, done: str, opening: bool = False) -> Page:
    if not answer.accepted:
        return _again(auction_id, refusal_text(answer, opening=opening))
    flash(done, "done")
    return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)


def refusal_text(answer: Answer, *, opening: bool) -> str:
    """Why it was refused, in the bidder's language."""
    if answer.bar:
        return str(words.BARS.get(answer.bar, words.REASONS["not_eligible"]))
    own = words.OPENING_REASONS if opening else {}
    text = own.get(answer.reason) or words.REASONS[answer.reason]
    return str(text) % {"minimum": yuan(answer.minimum_next_minor)}


def _confirm(auction_id: int, what: str, key: str, amount_minor: int | None = None) -> Page:
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    if page.action != what:
        return _again(auction_id, str(words.REASONS["ended"]))
    fall = page.room.fall
    price = fall.price_at(current_context().clock()) if fall and what == "take" else amount_minor
    body = render_template(
        "trade/auctions/confirm_stage.html",
        page=page,
        room=page.room,
        what=what,
        price_minor=price,
        key=key,
    )
    return body, 200


def _again(auction_id: int, error: str) -> Page:
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    return render_room(page, error=error), 422
