"""认定登记: the form's fields, the office's answers, and the export as CSV or XLSX (L47)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.trade.contracts import commands, registered, words
from marketplace.trade.contracts.forms import AnswerForm, RegistrationForm
from marketplace.trade.contracts.views import bp
from marketplace.trade.contracts.views.downloads import attached
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.exports import safe_cell
from marketplace.web.submission import taken

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<int:contract_id>/registration")
@access(SIGNED_IN)
def registration(contract_id: int) -> str:
    """What the registration form needs, and where the application stands."""
    return _page(contract_id)


@bp.post("/<int:contract_id>/registration")
@access(SIGNED_IN)
def fill_registration(contract_id: int) -> Response | tuple[str, int]:
    """Keep the typed fields."""
    form, ctx = RegistrationForm(request.form), current_context()
    if form.validate() and taken(
        form, lambda: commands.fill_registration(ctx, form.command(contract_id))
    ):
        return _done(contract_id)
    return _page(contract_id, form=form), form.status


@bp.post("/<int:contract_id>/registration/answer")
@access(SIGNED_IN)
def record_registration(contract_id: int) -> Response | tuple[str, int]:
    """Record what the office answered."""
    form, ctx = AnswerForm(request.form), current_context()
    if form.validate() and taken(
        form, lambda: commands.record_registration(ctx, form.command(contract_id))
    ):
        return _done(contract_id)
    return _page(contract_id, answer=form), form.status


@bp.get("/<int:contract_id>/registration.<any(csv, xlsx):kind>")
@access(SIGNED_IN)
def export_registration(contract_id: int, kind: str) -> FlaskResponse:
    """The fields by their Chinese names, one row below the heads."""
    ctx = current_context()
    with ctx.reading() as db:
        found = registered.page(db, signed_in(), contract_id=contract_id)
    name = f"{found.number}-registration.{kind}"
    if kind == "csv":
        return attached(as_csv(found.fields), name, "text/csv; charset=utf-8")
    return attached(as_xlsx(found.fields), name, XLSX)


def as_csv(fields: Mapping[str, str]) -> bytes:
    """UTF-8 with a mark, so that a spreadsheet reads the Chinese; no cell starts a formula."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(fields)
    writer.writerow([safe_cell(value) for value in fields.values()])
    return made.getvalue().encode("utf-8-sig")


def as_xlsx(fields: Mapping[str, str]) -> bytes:
    """The same as a workbook; every cell is a text."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy: not before the fork

    book = Workbook()
    sheet = book.active
    sheet.title = "认定登记"
    sheet.append(list(fields))
    sheet.append([safe_cell(value) for value in fields.values()])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _done(contract_id: int) -> Response:
    flash(_("Done."), "done")
    return redirect(url_for("trade.contracts.registration", contract_id=contract_id), 303)


def _page(
    contract_id: int, *, form: RegistrationForm | None = None, answer: AnswerForm | None = None
) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        found = registered.page(db, signed_in(), contract_id=contract_id)
    if form is None:
        form = RegistrationForm(data=found.typed)
        form.technical.set_minor(found.technical_minor)
    return render_template(
        "trade/contracts/registration.html",
        found=found,
        form=form,
        answer=answer or AnswerForm(),
        words=words,
    )
