"""The treasurer's pages under /treasury."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotFound
from marketplace.treasury import commands, queries
from marketplace.treasury.forms import ReceiptForm, SettleForm
from marketplace.web import messages
from marketplace.web.access import TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.forms import MarketForm
from marketplace.web.submission import taken

bp = Blueprint("treasury", __name__, url_prefix="/treasury")
messages.register(
    {
        "treasury.move_refused": _l("This deposit is already in another state."),
        "treasury.amount_differs": _l("The amount differs from the deposit asked for."),
        "treasury.reference_needed": _l("Please enter the bank's number and the payer's name."),
        "treasury.reference_used": _l("This bank number is recorded already: %(reference)s."),
        "treasury.own_deposit": _l("You may not record money of your own organisation."),
        "treasury.not_that_end": _l("This deposit cannot end in that way now."),
    }
)


@bp.get("/deposits")
@access(TREASURER)
def deposits() -> str:
    """The deposits of one tab, with what must be done next."""
    tab = request.args.get("tab", "expected")
    if tab not in queries.TABS:
        raise NotFound
    return _page(tab)


@bp.post("/deposits/<int:deposit_id>/receipt")
@access(TREASURER)
def record_receipt(deposit_id: int) -> Response | tuple[str, int]:
    """Record that a deposit arrived."""
    form = ReceiptForm(request.form)
    if form.validate() and taken(form, lambda: _record(deposit_id, form)):
        flash(_("The deposit is recorded. The bidder may bid."), "done")
        return redirect(url_for("treasury.deposits", tab="expected"), 303)
    return _page("expected", open_id=deposit_id, receipt=form), 422


@bp.post("/deposits/<int:deposit_id>/settlement")
@access(TREASURER)
def settle(deposit_id: int) -> Response | tuple[str, int]:
    """Record that a deposit went back, counted to the price, or was forfeited."""
    form = SettleForm(request.form)
    tab = "owed" if form.action.data == "release" else "held"
    if form.validate() and taken(form, lambda: _settle(deposit_id, form)):
        flash(_("The end of this deposit is recorded."), "done")
        return redirect(url_for("treasury.deposits", tab=tab), 303)
    return _page(tab, open_id=deposit_id, settlement=form), 422


def _record(deposit_id: int, form: ReceiptForm) -> None:
    commands.record_receipt(current_context(), form.command(deposit_id))


def _settle(deposit_id: int, form: SettleForm) -> None:
    commands.settle(current_context(), form.command(deposit_id))


def _page(tab: str, open_id: int | None = None, **forms: MarketForm) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        values = {
            "page": queries.deposits(db, tab, cursor=request.args.get("after")),
            "counts": queries.counts(db),
            "overdue": queries.overdue(db, ctx.clock()),
        }
    return render_template(
        "treasury/deposits.html", tab=tab, open_id=open_id, now=ctx.clock(), **values, **forms
    )
