"""The books for the treasurer: chart with trial balance, accounts, their statements, closing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotFound
from marketplace.treasury.ledger import queries
from marketplace.treasury.ledger.chart import CODES, Kind
from marketplace.treasury.ledger.forms import CloseForm, DayForm
from marketplace.treasury.ledger.periods import close_period
from marketplace.treasury.ledger.words import ACTION_WORDS, KIND_WORDS, THING_WORDS
from marketplace.web.access import TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.submission import taken

bp = Blueprint("ledger", __name__, url_prefix="/ledger")


@bp.get("")
@access(TREASURER)
def index() -> str:
    """Every kind of account with its balance, now or at the end of a day."""
    return _index(CloseForm())


def _index(form: CloseForm) -> str:
    asked = DayForm(request.args)
    through = asked.through.data if asked.validate() else None
    with current_context().reading() as db:
        lines = {line.kind: line for line in queries.trial_balance(db, through=through)}
        closed = queries.closed_through(db)
    return render_template(
        "treasury/ledger/index.html",
        lines=lines,
        codes={kind.value: code for kind, code in CODES.items()},
        closed=closed,
        through=through,
        form=form,
        kinds=KIND_WORDS,
    )


@bp.post("/close")
@access(TREASURER)
def close() -> Response | tuple[str, int]:
    """Close the accounting of a month that is over."""
    form = CloseForm(request.form)
    if form.validate() and taken(form, lambda: close_period(current_context(), form.command())):
        flash(_("The month is closed; nothing can be booked in it any more."), "done")
        return redirect(url_for("treasury.ledger.index"), 303)
    return _index(form), 422


@bp.get("/<kind>")
@access(TREASURER)
def accounts(kind: str) -> str:
    """The accounts of one kind."""
    if kind not in set(Kind):
        raise NotFound
    with current_context().reading() as db:
        page = queries.books(db, Kind(kind), cursor=request.args.get("after"))
    return render_template("treasury/ledger/accounts.html", kind=kind, page=page, kinds=KIND_WORDS)


@bp.get("/accounts/<int:book_id>")
@access(TREASURER)
def account(book_id: int) -> str:
    """An account's movements with the balance after each."""
    with current_context().reading() as db:
        book = queries.book(db, book_id)
        page = queries.statement(db, book_id, cursor=request.args.get("after"))
    return render_template(
        "treasury/ledger/account.html",
        book=book,
        page=page,
        kinds=KIND_WORDS,
        actions=ACTION_WORDS,
        things=THING_WORDS,
    )
