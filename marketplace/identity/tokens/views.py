"""Pages of the own API tokens."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from marketplace.identity.refusals import show_on
from marketplace.identity.signin import sessions
from marketplace.identity.tokens import commands, queries
from marketplace.identity.tokens.forms import TokenForm
from marketplace.kernel.errors import Invalid
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import current_context, signed_in

bp = Blueprint("tokens", __name__, url_prefix="/tokens")


@bp.get("")
@access(SIGNED_IN)
def index() -> str:
    """My tokens; asks for the password first."""
    sessions.require_fresh()
    return _page(TokenForm())


@bp.post("")
@access(SIGNED_IN)
def create() -> str | tuple[str, int]:
    """Make a token and show it, this once; it is in no address and no log."""
    sessions.require_fresh()
    form = TokenForm(request.form)
    if form.validate():
        try:
            made = commands.create_token(current_context(), form.command())
        except Invalid as error:
            show_on(form, error)
        else:
            return _page(TokenForm(), made=made.token)
    return _page(form), 422


@bp.post("/<int:token_id>/revoke")
@access(SIGNED_IN)
def revoke(token_id: int) -> AnyResponse:
    """End a token at once."""
    commands.revoke_token(current_context(), token_id)
    flash(_("The token opens nothing any more."), "success")
    return redirect(url_for("identity.tokens.index"), 303)


def _page(form: TokenForm, *, made: str = "") -> str:
    ctx = current_context()
    with ctx.reading() as db:
        lines = queries.tokens_of(db, signed_in().user_id)
    return render_template(
        "identity/tokens.html", form=form, lines=lines, made=made, now=ctx.clock()
    )
