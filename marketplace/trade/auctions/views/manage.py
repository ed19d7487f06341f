"""The auctioneer's page of a running lot: bidders, pause, void, outage, withdrawal."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.trade.auctions import commands, queries, record_words, words
from marketplace.trade.auctions.commands.judging import DecideSign
from marketplace.trade.auctions.commands.judging import decide_sign as decide
from marketplace.trade.auctions.forms import OutageForm, ReasonForm, SignForm, instant
from marketplace.trade.auctions.signs import signs
from marketplace.trade.auctions.views import bp
from marketplace.web.access import AUCTIONEER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.submission import taken


@bp.get("/<int:auction_id>/manage")
@access(AUCTIONEER)
def manage(auction_id: int) -> str:
    """Bidders without their maxima, and what may be done now (L30)."""
    return _page(auction_id, ReasonForm())


@bp.post("/<int:auction_id>/pause")
@access(AUCTIONEER)
def pause(auction_id: int) -> Response | tuple[str, int]:
    """Stop bidding at once."""
    return _do(auction_id, lambda ctx, why: commands.pause_auction(
        ctx, commands.PauseAuction(auction_id, why)))  # fmt: skip


@bp.post("/<int:auction_id>/resume")
@access(AUCTIONEER)
def resume(auction_id: int) -> Response | tuple[str, int]:
    """Go on after a pause."""
    return _do(auction_id, lambda ctx, why: commands.resume_auction(
        ctx, commands.ResumeAuction(auction_id, why)))  # fmt: skip


@bp.post("/<int:auction_id>/withdraw")
@access(AUCTIONEER)
def withdraw(auction_id: int) -> Response | tuple[str, int]:
    """Take the lot back before it opens."""
    return _do(auction_id, lambda ctx, why: commands.withdraw_auction(
        ctx, commands.WithdrawAuction(auction_id, why)))  # fmt: skip


@bp.post("/<int:auction_id>/bidders/<int:signup_id>/void")
@access(AUCTIONEER)
def void(auction_id: int, signup_id: int) -> Response | tuple[str, int]:
    """Take all bids of a bidder out."""
    return _do(auction_id, lambda ctx, why: commands.void_bidder(
        ctx, commands.VoidBidder(auction_id, signup_id, why)))  # fmt: skip


@bp.post("/<int:auction_id>/bidders/<int:signup_id>/refuse")
@access(AUCTIONEER)
def refuse(auction_id: int, signup_id: int) -> Response | tuple[str, int]:
    """Refuse an applicant."""
    return _do(auction_id, lambda ctx, why: commands.refuse_bidder(
        ctx, commands.RefuseBidder(auction_id, signup_id, why)))  # fmt: skip


@bp.post("/<int:auction_id>/outage")
@access(AUCTIONEER)
def outage(auction_id: int) -> Response | tuple[str, int]:
    """Give back the time of an outage."""
    form, ctx = OutageForm(request.form), current_context()
    if form.validate():
        command = commands.ExtendForOutage(
            auction_id,
            down_from=instant(form.down_from.data),
            down_to=instant(form.down_to.data),
            reason=form.reason.data or "",
        )
        if taken(form, lambda: commands.extend_for_outage(ctx, command)):
            return _done(auction_id)
    return _page(auction_id, form), 422


@bp.post("/<int:auction_id>/signs")
@access(AUCTIONEER)
def decide_sign(auction_id: int) -> Response | tuple[str, int]:
    """Publish what came of a sign that bidders act together (L11)."""
    form, ctx = SignForm(request.form), current_context()
    if form.validate():
        command = DecideSign(
            auction_id, form.sign.data or "", form.outcome.data or "", form.reason.data or ""
        )
        if taken(form, lambda: decide(ctx, command)):
            return _done(auction_id)
    return _page(auction_id, form), 422


def _do(auction_id: int, act: Callable[..., object]) -> Response | tuple[str, int]:
    form, ctx = ReasonForm(request.form), current_context()
    if form.validate() and taken(form, lambda: act(ctx, form.reason.data or "")):
        return _done(auction_id)
    return _page(auction_id, form), 422


def _done(auction_id: int) -> Response:
    flash(_("Done. It is published with its reason."), "done")
    return redirect(url_for("trade.auctions.manage", auction_id=auction_id), 303)


def _page(auction_id: int, form: ReasonForm) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        room = queries.room(db, auction_id, now=ctx.clock())
        bidders = queries.applicants(db, signed_in(), auction_id=auction_id)
        found = signs(db, ctx.settings.secrets, auction_id=room.id, lot_id=room.lot_id)
        notices = queries.notices(db, auction_id)
    return render_template(
        "trade/auctions/manage.html",
        room=room,
        bidders=bidders,
        signs=found,
        notices=notices,
        form=form,
        outage=form if isinstance(form, OutageForm) else OutageForm(),
        words=words,
        sign_words=record_words,
    )
