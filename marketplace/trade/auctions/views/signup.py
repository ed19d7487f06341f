"""Sign up, tick again after a correction, follow a lot."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import commands, words
from marketplace.trade.auctions.forms import SignUpForm
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.views.values import shown
from marketplace.web.access import MEMBER, SIGNED_IN, access
from marketplace.web.context import current_actor, current_context
from marketplace.web.submission import taken


@bp.get("/<int:auction_id>/sign-up")
@access(MEMBER)
def signing_up(auction_id: int) -> str:
    """The notice in short, and the two ticks."""
    return _page(auction_id, SignUpForm())


@bp.post("/<int:auction_id>/sign-up")
@access(MEMBER)
def sign_up(auction_id: int) -> Response | tuple[str, int]:
    """Apply for the lot; the page of the lot then shows how to pay the deposit."""
    form, ctx = SignUpForm(request.form), current_context()
    if form.validate() and taken(form, lambda: commands.sign_up(ctx, form.sign_up(auction_id))):
        flash(_("You have signed up. Now pay the deposit with the code shown here."), "done")
        return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)
    return _page(auction_id, form), 422


@bp.post("/<int:auction_id>/terms")
@access(MEMBER)
def accept_terms(auction_id: int) -> Response | tuple[str, int]:
    """Tick again after a correction (L7, L15)."""
    form, ctx = SignUpForm(request.form), current_context()
    if form.validate() and taken(
        form, lambda: commands.accept_terms(ctx, form.accept_terms(auction_id))
    ):
        flash(_("You have accepted the corrected notice."), "done")
        return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)
    return _page(auction_id, form), 422


@bp.post("/<int:auction_id>/watch")
@access(SIGNED_IN)
def watch(auction_id: int) -> Response:
    """Follow or unfollow."""
    follow = {"1": True, "0": False}.get(request.form.get("watch", ""))
    if follow is None:
        raise NotFound
    commands.watch(current_context(), commands.WatchAuction(auction_id, follow=follow))
    return redirect(url_for("trade.auctions.show", auction_id=auction_id), 303)


def _page(auction_id: int, form: SignUpForm) -> str:
    page = shown(current_context(), current_actor(), auction_id=auction_id)
    return render_template(
        "trade/auctions/sign_up.html",
        page=page,
        room=page.room,
        mine=page.mine,
        form=form,
        words=words,
    )
