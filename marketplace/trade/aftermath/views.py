"""The pages under /trade/aftermath."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.trade.aftermath import queries, words
from marketplace.trade.aftermath.commands import annulments, defaults, talks
from marketplace.trade.aftermath.forms import AnnulForm, ConsentForm
from marketplace.web.access import AUCTIONEER, MEMBER, SIGNED_IN, STAFF, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.forms import MarketForm
from marketplace.web.submission import taken

bp = Blueprint("aftermath", __name__, url_prefix="/aftermath")
Answer = Response | tuple[str, int]


@bp.get("/")
@access(AUCTIONEER)
def index() -> str:
    """What waits for the market after its lots."""
    with current_context().reading() as db:
        cases = queries.open_cases(db)
    return render_template("trade/aftermath/index.html", cases=cases, words=words)


@bp.get("/<int:auction_id>")
@access(SIGNED_IN)
def show(auction_id: int) -> str:
    """What follows one lot, for who has a part in it."""
    return _page(auction_id, MarketForm())


@bp.post("/<int:auction_id>/way/<any(second, rerun, none):way>")
@access(MEMBER)
def choose(auction_id: int, way: str) -> Answer:
    """The seller consents to a way."""
    form = ConsentForm(request.form)
    return _do(auction_id, form, lambda: defaults.choose_way(
        current_context(),
        defaults.ChooseWay(auction_id, way, confirmed=bool(form.confirmed.data))))  # fmt: skip


@bp.post("/<int:auction_id>/way/undecided")
@access(MEMBER)
def take_back(auction_id: int) -> Answer:
    """The seller takes the consent back."""
    return _do(auction_id, MarketForm(), lambda: defaults.take_back(
        current_context(), defaults.TakeBack(auction_id)))  # fmt: skip


@bp.post("/<int:auction_id>/offer")
@access(AUCTIONEER)
def offer(auction_id: int) -> Answer:
    """The market offers the lot to the second bidder."""
    return _do(auction_id, MarketForm(), lambda: defaults.offer_second(
        current_context(), defaults.OfferSecond(auction_id)))  # fmt: skip


@bp.post("/<int:auction_id>/offer/<any(accept, decline):answer>")
@access(MEMBER)
def answer_offer(auction_id: int, answer: str) -> Answer:
    """The second bidder's answer."""
    return _do(auction_id, MarketForm(), lambda: defaults.answer_offer(
        current_context(),
        defaults.AnswerOffer(auction_id, accepts=answer == "accept")))  # fmt: skip


@bp.post("/<int:auction_id>/next")
@access(AUCTIONEER)
def next_round(auction_id: int) -> Answer:
    """Draft the next round, and go on to its terms."""
    form, drafted = MarketForm(request.form), list[int]()
    if taken(form, lambda: drafted.append(defaults.next_round(
            current_context(), defaults.NextRound(auction_id)))):  # fmt: skip
        flash(_("The next round is drafted. Please check its dates and terms."), "done")
        return redirect(url_for("trade.auctions.edit", auction_id=drafted[0]), 303)
    return _page(auction_id, form), form.status


@bp.post("/<int:auction_id>/talks")
@access(AUCTIONEER)
def invite(auction_id: int) -> Answer:
    """The market invites both sides to talk."""
    return _do(auction_id, MarketForm(), lambda: talks.invite(
        current_context(), talks.Invite(auction_id)))  # fmt: skip


@bp.post("/<int:auction_id>/talks/<any(consent, decline):answer>")
@access(MEMBER)
def answer_talks(auction_id: int, answer: str) -> Answer:
    """One side's answer to the invitation."""
    return _do(auction_id, MarketForm(), lambda: talks.answer_invitation(
        current_context(),
        talks.AnswerInvitation(auction_id, consents=answer == "consent")))  # fmt: skip


@bp.post("/<int:auction_id>/annulment")
@access(STAFF)
def annul(auction_id: int) -> Answer:
    """Propose to undo the sale."""
    form = AnnulForm(request.form)
    return _do(auction_id, form, lambda: annulments.propose_annulment(
        current_context(),
        annulments.ProposeAnnulment(
            auction_id, form.reason.data, form.text.data or "")))  # fmt: skip


@bp.post("/<int:auction_id>/annulment/<any(confirm, drop):answer>")
@access(STAFF)
def decide(auction_id: int, answer: str) -> Answer:
    """The second person confirms, or drops it."""
    return _do(auction_id, MarketForm(), lambda: annulments.decide_annulment(
        current_context(),
        annulments.DecideAnnulment(auction_id, confirms=answer == "confirm")))  # fmt: skip


def _do(auction_id: int, form: MarketForm, act: Callable[[], object]) -> Answer:
    if form.validate() and taken(form, act):
        flash(_("Done."), "done")
        return redirect(url_for("trade.aftermath.show", auction_id=auction_id), 303)
    return _page(auction_id, form), form.status


def _page(auction_id: int, form: MarketForm) -> str:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        page = queries.page(db, actor, auction_id)
    return render_template(
        "trade/aftermath/show.html",
        page=page,
        form=form,
        annul=form if isinstance(form, AnnulForm) else AnnulForm(),
        words=words,
        own_id=actor.user_id,
        now=ctx.clock(),
    )
