"""The tracker's part of an order's page, and the form it holds."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.trade.orders import slots
from marketplace.trade.tracking import commands, queries, words
from marketplace.trade.tracking.forms import TellForm
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context
from marketplace.web.forms import MarketForm
from marketplace.web.submission import flash_errors, taken

bp = Blueprint("tracking", __name__, url_prefix="/orders")
SHOWN_IN = ("contract_signed", "completed")


@bp.post("/<int:order_id>/follow-ups/<int:follow_up_id>")
@access(MEMBER)
def tell(order_id: int, follow_up_id: int) -> Response:
    """Answer one question."""
    form = TellForm(request.form)
    return _done(order_id, form, lambda: commands.tell(
        current_context(), form.command(follow_up_id)))  # fmt: skip


def _done(order_id: int, form: MarketForm, act: Callable[[], object]) -> Response:
    if form.validate() and taken(form, act):
        flash(_("Kept. Thank you."), "done")
    else:
        flash_errors(form)
    return redirect(url_for("trade.orders.show", order_id=order_id), 303)


def tracking_slot(db: Session, asked: slots.Asked) -> slots.Slot | None:
    """What is asked after the deal, once its contract is signed."""
    if asked.state not in SHOWN_IN:
        return None
    lines = queries.of_order(db, asked.order_id)
    if not lines:
        return None
    return slots.Slot(
        "trade/tracking/_slot.html",
        {
            "order_id": asked.order_id,
            "lines": lines,
            "may_tell": bool(asked.party),
            "own_id": asked.actor.organisation_id,
            "tell": TellForm(),
            "words": words,
        },
    )


slots.register(tracking_slot)
