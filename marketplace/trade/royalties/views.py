"""The royalties' part of an order's page, and the forms it holds."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel import files as stored
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import policy, slots
from marketplace.trade.royalties import commands, queries, words
from marketplace.trade.royalties.forms import AskForm, DeclareForm
from marketplace.web import uploads
from marketplace.web.access import MEMBER, SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.forms import MarketForm
from marketplace.web.limits import UPLOAD, limited
from marketplace.web.submission import flash_errors, taken
from rules.days import local_date

bp = Blueprint("royalties", __name__, url_prefix="/orders/<int:order_id>/royalties")


@bp.post("/<int:statement_id>/declare")
@access(MEMBER)
def declare(order_id: int, statement_id: int) -> Response:
    """The buyer declares a period, or more of it."""
    form = DeclareForm(request.form)
    return _done(order_id, form, lambda: commands.declare(
        current_context(), form.command(order_id, statement_id)))  # fmt: skip


@bp.post("/<int:statement_id>/ask")
@access(MEMBER)
def ask(order_id: int, statement_id: int) -> Response:
    """The seller asks for the books."""
    form = AskForm(request.form)
    return _done(order_id, form, lambda: commands.ask_books(
        current_context(), form.command(order_id, statement_id)))  # fmt: skip


@bp.post("/<int:statement_id>/books")
@access(MEMBER)
@limited(UPLOAD)
def show_books(order_id: int, statement_id: int) -> Response:
    """The buyer uploads an extract; judged by its content (T20)."""
    form, ctx = MarketForm(request.form), current_context()

    with ctx.reading() as db:  # nothing is stored for a statement that is not there
        queries.ask_known(db, signed_in(), order_id, statement_id=statement_id)

    def take() -> None:
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Invalid("upload.empty")
        content = uploads.read(upload.stream, limit=uploads.DOCUMENT_BYTES)
        one = uploads.accept_document(upload.filename, content)
        kept = stored.put(ctx.settings, one.content, area="orders")
        command = commands.ShowBooks(
            order_id, statement_id, one.name, one.media_type, kept.sha256, kept.key
        )
        try:
            commands.show_books(ctx, command)
        except (Invalid, Conflict, Forbidden, NotFound):
            stored.delete(ctx.settings, kept.key)
            raise

    return _done(order_id, form, take)


@bp.get("/<int:statement_id>/books")
@access(SIGNED_IN)
def books(order_id: int, statement_id: int) -> Response:
    """The extract, for who may see the order; asked each time (T8)."""
    ctx = current_context()
    with ctx.reading() as db:
        found = queries.books(db, signed_in(), order_id, statement_id=statement_id)
    try:
        content = stored.get(ctx.settings, found.key)
    except FileNotFoundError:
        raise NotFound from None
    return uploads.serve(content, name=found.name, media_type=found.media_type)


def _done(order_id: int, form: MarketForm, act: Callable[[], object]) -> Response:
    if form.validate() and taken(form, act):
        flash(_("Kept. Thank you."), "done")
    else:
        flash_errors(form)
    return redirect(url_for("trade.orders.show", order_id=order_id), 303)


def royalty_slot(db: Session, asked: slots.Asked) -> slots.Slot | None:
    """The statements of a completed order with a royalty."""
    if asked.state != "completed":
        return None
    royalty = order_facts.royalty_of(db, asked.order_id)
    if royalty is None:
        return None
    deal = order_facts.deal_facts(db, asked.order_id)
    values = {
        "order_id": asked.order_id,
        "royalty": royalty,
        "found": queries.of_order(db, asked.order_id),
        "party": asked.party if policy.may_act(asked.actor, deal) else "",
        "today": local_date(asked.now),
        "words": words,
    }
    return slots.Slot("trade/royalties/_slot.html", values)


slots.register(royalty_slot)
