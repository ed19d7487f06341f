"""Read a contract, fill in its blanks, amend its clauses, agree to them."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Forbidden, NotFound
from marketplace.trade.contracts import commands, queries, words
from marketplace.trade.contracts.forms import (
    BLANK,
    CLAUSE,
    REASON,
    AmendForm,
    SeenForm,
    fill_form,
    prefixed,
)
from marketplace.trade.contracts.queries import ContractPage
from marketplace.trade.contracts.views import bp
from marketplace.web.access import MEMBER, SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.submission import taken

Answer = Response | tuple[str, int]


@bp.post("/of-order/<int:order_id>")
@access(MEMBER)
def begin(order_id: int) -> Response:
    """Generate the contract of an order, or go to the one that is there."""
    command = commands.OpenContract(order_id, request.form.get("kind", ""))
    contract_id = commands.open_contract(current_context(), command)
    return redirect(url_for("trade.contracts.show", contract_id=contract_id), 303)


@bp.get("/<int:contract_id>")
@access(SIGNED_IN)
def show(contract_id: int) -> str:
    """The words with what changed, both sides, and what comes next."""
    return shown(contract_id, SeenForm())


def read(contract_id: int) -> ContractPage:
    """The version asked for by ``?version``, compared with ``?against``; raises NotFound."""
    ctx = current_context()
    asked = queries.Asked(
        contract_id,
        signed_in(),
        ctx.clock(),
        version=number_asked("version"),
        against=0 if request.args.get("clean") else number_asked("against"),
    )
    with ctx.reading() as db:
        return queries.page(db, asked)


def shown(contract_id: int, form: SeenForm) -> str:
    """The contract's page with a form's errors on it."""
    page = read(contract_id)
    return render_template(
        "trade/contracts/show.html",
        page=page,
        form=form,
        words=words,
        typed=prefixed(request.form, REASON),
    )


def number_asked(name: str) -> int | None:
    """A version's number in the address; None when there is none, NotFound for anything else."""
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 7):
        raise NotFound
    return int(typed)


@bp.get("/<int:contract_id>/fill")
@access(MEMBER)
def filling(contract_id: int) -> str:
    """The blanks of the contract."""
    page = _written_by_me(contract_id)
    blanks = {f"{BLANK}{name}": text for name, text in page.blanks.items()}
    form = fill_form(page.blanks, page.required)(data={**blanks, "version": page.newest})
    return render_template("trade/contracts/fill.html", page=page, form=form, words=words)


@bp.post("/<int:contract_id>/fill")
@access(MEMBER)
def fill(contract_id: int) -> Answer:
    """Keep what was filled in as a new version."""
    page = _written_by_me(contract_id)
    form = fill_form(page.blanks, page.required)(request.form)
    command = commands.Fill(contract_id, form.seen, prefixed(request.form, BLANK))
    if form.validate() and taken(form, lambda: commands.fill(current_context(), command)):
        flash(_("Saved as a new version."), "done")
        return _back(contract_id)
    text = render_template("trade/contracts/fill.html", page=page, form=form, words=words)
    return text, form.status


def _written_by_me(contract_id: int) -> ContractPage:
    page = read(contract_id)
    if not page.may_write:
        raise Forbidden("contracts.writer_needed")
    return page


@bp.get("/<int:contract_id>/amend")
@access(MEMBER)
def amending(contract_id: int) -> str:
    """Every clause in its own field."""
    return _amending(contract_id, AmendForm(), {})


@bp.post("/<int:contract_id>/amend")
@access(MEMBER)
def amend(contract_id: int) -> Answer:
    """Keep the amended words as a new version; the other side consents anew."""
    form, texts = AmendForm(request.form), prefixed(request.form, CLAUSE)
    command = commands.Amend(
        contract_id,
        form.seen,
        texts=texts,
        heading=form.heading.data or "",
        text=(form.text.data or "").replace("\r\n", "\n"),
        why=form.why.data or "",
    )
    if form.validate() and taken(form, lambda: commands.amend(current_context(), command)):
        flash(_("Saved as a new version."), "done")
        return _back(contract_id)
    return _amending(contract_id, form, texts), form.status


def _amending(contract_id: int, form: AmendForm, texts: dict[str, str]) -> str:
    page = _written_by_me(contract_id)
    return render_template(
        "trade/contracts/amend.html", page=page, form=form, words=words, texts=texts
    )


@bp.post("/<int:contract_id>/propose")
@access(MEMBER)
def propose(contract_id: int) -> Answer:
    """Put the draft before the other side."""
    return done(contract_id, lambda form: commands.propose(
        current_context(), commands.Agree(contract_id, form.seen)))  # fmt: skip


@bp.post("/<int:contract_id>/agree")
@access(MEMBER)
def agree(contract_id: int) -> Answer:
    """Consent to the newest version."""
    return done(contract_id, lambda form: commands.agree(
        current_context(), commands.Agree(contract_id, form.seen)))  # fmt: skip


@bp.post("/<int:contract_id>/signing")
@access(MEMBER)
def open_signing(contract_id: int) -> Answer:
    """Fix the file to be signed; warnings need their reasons."""
    reasons = prefixed(request.form, REASON)
    return done(contract_id, lambda form: commands.open_signing(
        current_context(), commands.OpenSigning(contract_id, form.seen, reasons)))  # fmt: skip


def done(contract_id: int, act: Callable[[SeenForm], object]) -> Answer:
    """Run an act of the contract's page; what is refused stands on the page."""
    form = SeenForm(request.form)
    if form.validate() and taken(form, lambda: act(form)):
        flash(_("Done."), "done")
        return _back(contract_id)
    return shown(contract_id, form), form.status


def _back(contract_id: int) -> Response:
    return redirect(url_for("trade.contracts.show", contract_id=contract_id), 303)
