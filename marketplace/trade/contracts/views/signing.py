"""Sign: after a fresh sign-in, the exact file whose SHA-256 is shown."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.identity.signin import sessions
from marketplace.kernel.errors import Conflict
from marketplace.trade.contracts import commands, words
from marketplace.trade.contracts.forms import SignForm
from marketplace.trade.contracts.states import State
from marketplace.trade.contracts.views import bp
from marketplace.trade.contracts.views.pages import read
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context
from marketplace.web.submission import taken


@bp.get("/<int:contract_id>/sign")
@access(MEMBER)
def signing(contract_id: int) -> str:
    """The file, its fingerprint, and the form; only after a fresh sign-in."""
    page = read(contract_id)
    sessions.require_fresh()
    return _page(contract_id, SignForm(data={"version": page.newest}))


@bp.post("/<int:contract_id>/sign")
@access(MEMBER)
def sign(contract_id: int) -> Response | tuple[str, int]:
    """Sign; the second signature seals the contract."""
    read(contract_id)
    sessions.require_fresh()
    form, ctx = SignForm(request.form), current_context()
    if form.validate() and taken(form, lambda: commands.sign(ctx, form.command(contract_id))):
        flash(
            _("You have signed. The record of signatures names your name, time and file."), "done"
        )
        return redirect(url_for("trade.contracts.show", contract_id=contract_id), 303)
    return _page(contract_id, form), form.status


def _page(contract_id: int, form: SignForm) -> str:
    page = read(contract_id)
    if page.state != State.SIGNING or page.paper is None:
        raise Conflict("contracts.not_signing")
    return render_template("trade/contracts/sign.html", page=page, form=form, words=words)
