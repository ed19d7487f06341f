"""The treasurer's pages of what the bank is to do: approve, send, take back; fresh sign-in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Download
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.identity.signin import sessions
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.treasury.payments import instructions as commands
from marketplace.treasury.payments import queries
from marketplace.treasury.payments.batches import open_batch
from marketplace.web import messages
from marketplace.web.access import TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.exports import safe_cell

Page = Response | tuple[str, int]
HEAD = ("指令号", "收款户名", "收款账号", "收款开户行", "金额（元）", "附言", "用途")


def register(bp: Blueprint) -> None:
    """Put the pages onto the room's blueprint."""
    bp.get("/instructions")(instructions)
    bp.post("/instructions/<int:instruction_id>/approve")(approve)
    bp.post("/instructions/<int:instruction_id>/cancel")(cancel)
    bp.post("/instructions/send")(send)
    bp.post("/instructions/batches/<int:batch_id>")(batch)


@access(TREASURER)
def instructions() -> str:
    """The instructions of one tab, with who did what."""
    return _page()


def _page(*, error: str = "", instruction_id: int | None = None) -> str:
    tab, ctx = request.args.get("tab", "proposed"), current_context()
    if tab not in queries.INSTRUCTION_TABS:
        raise NotFound
    with ctx.reading() as db:
        found = queries.instructions(db, tab, cursor=request.args.get("after"))
    return render_template(
        "treasury/payments/instructions.html",
        tab=tab,
        found=found,
        now=ctx.clock(),
        error=error,
        instruction_id=instruction_id,
    )


@access(TREASURER)
def approve(instruction_id: int) -> Page:
    """Approve one instruction: the first of two pairs of eyes."""
    sessions.require_fresh()
    return _done(
        lambda ctx: commands.approve(ctx, instruction_id),
        _("The instruction is approved."),
        instruction_id=instruction_id,
    )


@access(TREASURER)
def cancel(instruction_id: int) -> Page:
    """Take an instruction back; a new one takes its place."""
    sessions.require_fresh()
    command = commands.CancelInstruction(instruction_id, request.form.get("why", "")[:300])
    return _done(
        lambda ctx: commands.cancel(ctx, command),
        _("The instruction is taken back; a new one waits for approval."),
        instruction_id=instruction_id,
    )


@access(TREASURER)
def send() -> Page:
    """Give everything approved to the bank; the file is fetched with the next button."""
    sessions.require_fresh()
    return _done(
        commands.send,
        _("The instructions are on their way: download the file and give it to the bank."),
        tab="sent",
    )


@access(TREASURER)
def batch(batch_id: int) -> Download:
    """The file of a batch for the bank, with full account numbers; each download is logged."""
    sessions.require_fresh()
    rows = open_batch(current_context(), batch_id)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in rows:
        yuan = f"{row.amount_minor // 100}.{row.amount_minor % 100:02d}"
        number = f"{row.account}\t"  # a spreadsheet would round a bare number
        cells = (
            row.reference,
            row.payee_name,
            number,
            row.payee_bank,
            yuan,
            row.reference,
            row.why,
        )
        writer.writerow([safe_cell(cell) for cell in cells])
    headers = {"Content-Disposition": f"attachment; filename=instructions-{batch_id}.csv"}
    return Download("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)


def _done(
    work: Callable[[Context], object],
    done: str,
    *,
    instruction_id: int | None = None,
    tab: str | None = None,
) -> Page:
    try:
        work(current_context())
    except (Invalid, Conflict) as error:
        text = messages.text_of(error.code, error.facts)
        return _page(error=text, instruction_id=instruction_id), 422
    flash(done, "done")
    return redirect(url_for("treasury.payments.instructions", tab=tab), 303)
