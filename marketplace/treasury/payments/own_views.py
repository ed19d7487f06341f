"""An organisation's own papers about money: slips, its statement as PDF and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from flask import Response as Download
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.treasury.payments import own_account, slips
from marketplace.web import messages, uploads
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.exports import safe_cell
from marketplace.web.limits import EXPORT, limited
from rules.days import local_date

HEAD = ("日期", "事项", "附言码/指令号", "流水号", "缴入（元）", "付出（元）")


def register(bp: Blueprint) -> None:
    """Put the pages onto the room's blueprint."""
    bp.get("/slips/<reference>.pdf")(slip)
    bp.post("/mine/statement")(order_statement)
    bp.get("/mine/statement.csv")(statement_csv)


@access(MEMBER)
def slip(reference: str) -> Response:
    """The slip for the bank, as PDF."""
    printed = slips.print_slip(current_context(), reference)
    return uploads.serve(printed.content, name=printed.name, media_type="application/pdf")


@access(MEMBER)
def order_statement() -> Response:
    """Order the sealed statement of a period; it stands in the list when it is made."""
    try:
        own_account.order_statement(current_context(), _period(request.form))
    except Invalid as error:
        flash(messages.text_of(error.code, error.facts), "bad")
    else:
        flash(_("The statement is being made; it stands in the list in a minute."), "done")
    return redirect(url_for("treasury.payments.mine"), 303)


@access(MEMBER)
@limited(EXPORT)
def statement_csv() -> Response:
    """The same period as CSV; no cell begins a formula (T19)."""
    ctx, actor = current_context(), signed_in()
    if actor.organisation_id is None:
        raise NotFound
    if not may_manage_organisation(actor, actor.organisation_id):
        raise Forbidden
    asked = _period(request.args)
    own_account.ask_period(asked, today=local_date(ctx.clock()))
    with ctx.reading() as db:
        lines = own_account.account_lines(db, actor.organisation_id, asked.first, last=asked.last)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for one in lines:
        cells = (
            one.on.isoformat(), own_account.words_of(one.kind), one.reference,
            f"{one.bank_reference}\t" if one.bank_reference else "",
            _yuan(one.in_minor), _yuan(one.out_minor),
        )  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    name = f"statement-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Download("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _period(sent: object) -> own_account.OrderStatement:
    get = sent.get  # type: ignore[attr-defined]
    try:
        first, last = (date.fromisoformat(get(name, "")) for name in ("first", "last"))
    except ValueError:
        raise Invalid("payments.bad_period") from None
    return own_account.OrderStatement(first, last)


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}" if minor else ""
