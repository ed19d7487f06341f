"""Bids by HTTP POST: a confirm step, one key per intent, 303 to the room (PRG)."""

from __future__ import annotations

import time
from dataclasses import asdict

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.trade.auctions import commands, words
from marketplace.trade.auctions.commands import BidAnswer, PlaceBid
from marketplace.trade.auctions.forms import BidForm, fresh_key
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.views.room import render_room
from marketplace.trade.auctions.views.values import shown
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_actor, current_context
from marketplace.web.filters import yuan
from marketplace.web.limits import BID, limited


@bp.before_app_request
def _note_arrival() -> None:
    """When the request came in: waiting for the lock must not cost a bidder his last second."""
    g.entered = time.monotonic()


@bp.post("/<int:auction_id>/bids")
@access(MEMBER)
@limited(BID)
def place_bid(auction_id: int) -> Response | tuple[str, int]:
    """Show the confirm step, or place the confirmed bid."""
    form = BidForm(request.form)
    amount = form.amount_minor if form.validate() else None
    if amount is None:
        return _again(auction_id, form, error=_("Please enter an amount in yuan, like 1,280,000."))
    if not form.is_confirmed:
        return _confirm(auction_id, amount, key=form.key.data or fresh_key())
    answer = commands.place_bid(
        current_context(),
        PlaceBid(
            auction_id,
            amount,
            key=form.key.data or "",
            confirmed=form.confirm_abnormal.data == "1",
            entered=g.entered,
        ),
    )
    return _answered(auction_id, form, answer=answer)


def _answered(auction_id: int, form: BidForm, *, answer: BidAnswer) -> Response | tuple[str, int]:
    if request.accept_mimetypes.best_match(("text/html", "application/json")) == "application/json":
        response = jsonify(asdict(answer) | {"message": refusal_text(answer)})
        response.status_code = 200 if answer.accepted else 409
        return response
    if answer.reason == "not_confirmed":
        return _confirm(auction_id, form.amount_minor or 0, key=fresh_key())
    if not answer.accepted:
        return _again(auction_id, form, error=refusal_text(answer))
    flash(_accepted_text(answer), "done")
    return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)


def refusal_text(answer: BidAnswer) -> str:
    """Why a bid was refused, in the bidder's language; empty when it stands."""
    if answer.accepted:
        return ""
    if answer.bar:
        return f"{words.BARS.get(answer.bar, words.REASONS['not_eligible'])}"
    return str(words.REASONS[answer.reason]) % {"minimum": yuan(answer.minimum_next_minor)}


def _accepted_text(answer: BidAnswer) -> str:
    price, lowest = yuan(answer.price_minor), yuan(answer.minimum_next_minor)
    if answer.leading:
        return str(_("Your bid stands: you lead at %(price)s.", price=price))
    return str(
        _("Your bid stands, but another maximum is higher. Lowest bid now: %(low)s.", low=lowest)
    )


def _confirm(auction_id: int, amount_minor: int, *, key: str) -> tuple[str, int]:
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    body = render_template(
        "trade/auctions/confirm.html",
        page=page,
        room=page.room,
        amount_minor=amount_minor,
        abnormal=amount_minor > page.abnormal_minor,
        key=key,
    )
    return body, 200


def _again(auction_id: int, form: BidForm, *, error: str) -> tuple[str, int]:
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    return render_room(page, error=error, typed=form.maximum.data or ""), 422
