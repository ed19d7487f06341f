"""Vouchers under /treasury/vouchers: the buyer's claim, the treasurer's desk."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.identity.signin import sessions
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.treasury.vouchers import commands, queries, words
from marketplace.treasury.vouchers.forms import ClaimForm
from marketplace.web import messages
from marketplace.web.access import MEMBER, SIGNED_IN, TREASURER, access
from marketplace.web.context import current_context
from marketplace.web.submission import taken

bp = Blueprint("vouchers", __name__, url_prefix="/vouchers")
Page = Response | tuple[str, int]


@bp.get("")
@access(TREASURER)
def index() -> str:
    """The vouchers of one tab, with what is done next."""
    return _page()


def _page(*, error: str = "") -> str:
    tab = request.args.get("tab", "claimed")
    if tab not in queries.TABS:
        raise NotFound
    with current_context().reading() as db:
        page = queries.vouchers(db, tab, cursor=request.args.get("after"))
        counts = queries.counts(db)
    return render_template(
        "treasury/vouchers/index.html", tab=tab, page=page, counts=counts, words=words, error=error
    )


@bp.get("/new")
@access(SIGNED_IN)
def new() -> str:
    """The form of a claim."""
    form = ClaimForm(data={"reference": request.args.get("reference", "")[:40]})
    return render_template("treasury/vouchers/new.html", form=form)


@bp.post("/new")
@access(SIGNED_IN)
def claim() -> Page:
    """Claim a voucher for a call."""
    form = ClaimForm(request.form)
    if form.validate() and taken(form, lambda: commands.claim(current_context(), form.command())):
        flash(_("The voucher is with the treasurer; it counts once it is confirmed."), "done")
        return redirect(url_for("home.desk"), 303)
    return render_template("treasury/vouchers/new.html", form=form), 422


@bp.post("/<int:voucher_id>/confirm")
@access(TREASURER)
def confirm(voucher_id: int) -> Page:
    """The voucher counts."""
    sessions.require_fresh()
    done = _("The voucher counts; its issuer pays with the code shown.")
    return _done(lambda ctx: commands.confirm(ctx, voucher_id), done)


@bp.post("/<int:voucher_id>/refuse")
@access(TREASURER)
def refuse(voucher_id: int) -> Page:
    """The voucher does not count."""
    command = commands.EndClaim(voucher_id, request.form.get("why", "")[:300])
    return _done(lambda ctx: commands.refuse(ctx, command), _("The voucher is refused."))


@bp.post("/<int:voucher_id>/withdraw")
@access(MEMBER)
def withdraw(voucher_id: int) -> Response:
    """The buyer takes his claim back."""
    command = commands.EndClaim(voucher_id, request.form.get("why", "")[:300])
    commands.withdraw(current_context(), command)
    flash(_("The voucher is taken back."), "done")
    return redirect(url_for("home.desk"), 303)


def _done(work: Callable[[Context], object], done: str) -> Page:
    try:
        work(current_context())
    except (Invalid, Conflict) as error:
        return _page(error=messages.text_of(error.code, error.facts)), 422
    flash(done, "done")
    return redirect(url_for("treasury.vouchers.index"), 303)
