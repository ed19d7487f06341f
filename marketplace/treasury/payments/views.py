"""The treasurer's pages of the bank: its lines, its statements, the reconciliation."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.papers import queries as papers
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.words import ACTION_WORDS
from marketplace.treasury.payments import lines as commands
from marketplace.treasury.payments import proofs, queries, statements
from marketplace.treasury.payments.forms import LineForm, PayoutForm
from marketplace.treasury.payments.instruction_views import register as instruction_pages
from marketplace.treasury.payments.online.views import register as online_pages
from marketplace.treasury.payments.own_views import register as own_pages
from marketplace.treasury.payments.reconciliation import report
from marketplace.treasury.payments.words import PURPOSE_WORDS, REASON_WORDS
from marketplace.web import messages, uploads
from marketplace.web.access import MEMBER, TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.limits import UPLOAD, limited
from marketplace.web.submission import taken

bp = Blueprint("payments", __name__)
PAPERS = 60
LARGEST = 8 * 1024 * 1024
Page = Response | tuple[str, int]


@bp.get("/statement")
@access(TREASURER)
def lines() -> str:
    """The bank's lines: what waits, with what it seems to be for; what is done."""
    return _lines_page(LineForm())


def _lines_page(form: LineForm, *, error: str = "", line_id: int | None = None) -> str:
    tab, ctx = request.args.get("tab", "open"), current_context()
    if tab not in queries.LINE_TABS:
        raise NotFound
    with ctx.reading() as db:
        found = queries.lines(db, tab, cursor=request.args.get("after"))
    return render_template(
        "treasury/payments/lines.html",
        tab=tab,
        found=found,
        form=form,
        error=error,
        line_id=line_id,
    )


@bp.post("/statement/lines")
@access(TREASURER)
def record_line() -> Page:
    """Take one line typed by hand."""
    form = LineForm(request.form)
    if form.validate() and taken(
        form, lambda: commands.record_line(current_context(), form.command())
    ):
        flash(_("The line is recorded."), "done")
        return redirect(url_for("treasury.payments.lines"), 303)
    return _lines_page(form), 422


@bp.post("/statement/lines/<int:line_id>/match")
@access(TREASURER)
def match_line(line_id: int) -> Page:
    """Say what a line is for."""
    command = commands.MatchLine(line_id, request.form.get("reference", "")[:40])
    return _done(line_id, lambda ctx: commands.match_line(ctx, command), _("The line is matched."))


@bp.post("/statement/lines/<int:line_id>/return")
@access(TREASURER)
def return_line(line_id: int) -> Page:
    """Send money back to the account it came from."""
    done = _("The money goes back to the account it came from.")
    return _done(line_id, lambda ctx: commands.return_line(ctx, _decided(line_id)), done)


@bp.post("/statement/lines/<int:line_id>/fee")
@access(TREASURER)
def book_fee(line_id: int) -> Page:
    """Book a line as the bank's charge."""
    done = _("The bank's charge is booked.")
    return _done(line_id, lambda ctx: commands.book_fee(ctx, _decided(line_id)), done)


@bp.post("/statement/lines/<int:line_id>/move")
@access(TREASURER)
def move_line(line_id: int) -> Page:
    """Book a line as the card provider's payout of what it held for the parties."""
    form = PayoutForm(request.form)
    if not form.validate():
        return _lines_page(
            LineForm(), error=_("Please enter the charges in yuan."), line_id=line_id
        ), 422
    command = commands.MoveLine(line_id, form.why.data or "", form.charges.minor or 0)
    done = _("The provider's payout is booked.")
    return _done(line_id, lambda ctx: commands.move_line(ctx, command), done)


@bp.post("/statement/lines/<int:line_id>/ignore")
@access(TREASURER)
def ignore_line(line_id: int) -> Page:
    """Leave a line out that was typed by mistake."""
    done = _("The line is left out; its entry is reversed.")
    return _done(line_id, lambda ctx: commands.ignore_line(ctx, _decided(line_id)), done)


def _decided(line_id: int) -> commands.DecideLine:
    return commands.DecideLine(line_id, request.form.get("why", "")[:300])


def _done(line_id: int, work: Callable[[Context], object], done: str) -> Page:
    try:
        work(current_context())
    except (Invalid, Conflict) as error:
        text = messages.text_of(error.code, error.facts)
        return _lines_page(LineForm(), error=text, line_id=line_id), 422
    flash(done, "done")
    return redirect(url_for("treasury.payments.lines"), 303)


@bp.post("/statement")
@access(TREASURER)
@limited(UPLOAD)
def upload() -> Page:
    """Read a file of the bank, then show what it would do."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid("import.no_file")
        content = uploads.read(sent.stream, limit=LARGEST)
        command = statements.SendStatement(
            sent.filename, content, request.form.get("account", "")[:40]
        )
        number = statements.look_at(current_context(), command)
    except Invalid as error:
        return _lines_page(LineForm(), error=messages.text_of(error.code, error.facts)), 422
    return redirect(url_for("treasury.payments.preview", statement_id=number), 303)


@bp.get("/statement/<int:statement_id>")
@access(TREASURER)
def preview(statement_id: int) -> str:
    """What taking a statement would do, row by refused row."""
    page = statements.preview(current_context(), statement_id)
    return render_template("treasury/payments/preview.html", page=page, reasons=REASON_WORDS)


@bp.post("/statement/<int:statement_id>/take")
@access(TREASURER)
def take(statement_id: int) -> Response:
    """Take the good rows of a statement."""
    count = statements.take_statement(current_context(), statement_id)
    flash(ngettext("One new line was taken.", "%(num)s new lines were taken.", count), "done")
    return redirect(url_for("treasury.payments.lines"), 303)


@bp.get("/reconciliation")
@access(TREASURER)
def reconciliation() -> str:
    """Bank and books, day by day, and what waits."""
    ctx = current_context()
    with ctx.reading() as db:
        found = report(db, ctx.clock())
    return render_template("treasury/payments/reconciliation.html", found=found)


@bp.get("/mine")
@access(MEMBER)
def mine() -> str:
    """An organisation's own money with the market: what it is to pay, what moved."""
    ctx = current_context()
    actor = ctx.actor
    if actor is None or actor.organisation_id is None:
        raise NotFound
    if not may_manage_organisation(actor, actor.organisation_id):
        raise Forbidden
    with ctx.reading() as db:
        calls = queries.open_calls_of(db, actor.organisation_id)
        page = ledger.organisation_statement(
            db, actor.organisation_id, cursor=request.args.get("after")
        )
        made = papers.of_organisation(db, actor.organisation_id, kinds=proofs.KINDS, limit=PAPERS)
    return render_template(
        "treasury/payments/mine.html",
        calls=calls,
        page=page,
        actions=ACTION_WORDS,
        purposes=PURPOSE_WORDS,
        papers=made,
    )


instruction_pages(bp)
own_pages(bp)
online_pages(bp)
