"""The pages of offers under /trade/offers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import files as stored
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.showcase.deals import index
from marketplace.showcase.listings import queries as listings
from marketplace.trade.offers import commands, policy, queries, words
from marketplace.trade.offers.forms import AcceptForm, AnswerForm, BuyForm, ProposalForm
from marketplace.trade.offers.rounds import Attachment
from marketplace.treasury.escrow import queries as tariffs
from marketplace.web import uploads
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.forms import MarketForm
from marketplace.web.i18n import current_lang
from marketplace.web.limits import UPLOAD, limited
from marketplace.web.submission import refuse, taken
from rules.days import local_date

bp = Blueprint("offers", __name__, url_prefix="/offers")
Answer = Response | tuple[str, int]
MOST_FILES = 5


@bp.get("/")
@access(MEMBER)
def mine() -> str:
    """The negotiations of the organisation acted for: what it got, what it made."""
    ctx, actor = current_context(), signed_in()
    side: policy.Party = "buyer" if request.args.get("side") == "buyer" else "seller"
    if actor.organisation_id is None:
        raise NotFound
    with ctx.reading() as db:
        page = queries.of_organisation(
            db, actor.organisation_id, side, cursor=request.args.get("after")
        )
    return render_template(
        "trade/offers/mine.html", page=page, side=side, words=words, now=ctx.clock()
    )


@bp.get("/new/<int:listing_id>")
@access(MEMBER)
def new(listing_id: int) -> str:
    """The form of a first proposal."""
    return _new_page(listing_id, ProposalForm(data={"version": request.args.get("version", "")}))


@bp.post("/new/<int:listing_id>")
@access(MEMBER)
@limited(UPLOAD)
def make(listing_id: int) -> Answer:
    """Begin a negotiation."""
    form, made = ProposalForm(request.form), []

    def offer(files: list[Attachment]) -> None:
        command = commands.MakeOffer(
            listing_id, form.seen, form.proposal(files), bool(form.hides_buyer.data)
        )
        made.append(commands.make_offer(current_context(), command))

    if _sent(form, offer):
        flash(_("Your proposal is with the seller."), "done")
        return redirect(url_for("trade.offers.show", offer_id=made[0]), 303)
    return _new_page(listing_id, form), form.status


@bp.get("/buy/<int:listing_id>")
@access(MEMBER)
def buying(listing_id: int) -> str:
    """What buying at the listed price means, before it binds (L74)."""
    return _buy_page(listing_id, BuyForm())


@bp.post("/buy/<int:listing_id>")
@access(MEMBER)
def buy(listing_id: int) -> Answer:
    """Buy at the listed price."""
    form, made = BuyForm(request.form), []
    command = commands.Buy(
        listing_id, form.seen, mode=form.mode.data or "",
        licence_kind=form.licence_kind.data or "", hides_buyer=bool(form.hides_buyer.data),
    )  # fmt: skip
    if form.validate() and taken(
        form, lambda: made.append(commands.buy(current_context(), command))
    ):
        return redirect(url_for("trade.orders.show", order_id=made[0]), 303)
    return _buy_page(listing_id, form), form.status


@bp.get("/<int:offer_id>")
@access(MEMBER)
def show(offer_id: int) -> str:
    """The rounds side by side, and what may be answered."""
    return _page(offer_id)


@bp.post("/<int:offer_id>/counter")
@access(MEMBER)
@limited(UPLOAD)
def counter(offer_id: int) -> Answer:
    """Answer with a proposal of one's own."""
    form = ProposalForm(request.form)

    def answer(files: list[Attachment]) -> None:
        command = commands.Counter(offer_id, form.seen, form.proposal(files))
        commands.counter(current_context(), command)

    if _sent(form, answer):
        flash(_("Your proposal is with the other side."), "done")
        return redirect(url_for("trade.offers.show", offer_id=offer_id), 303)
    return _page(offer_id, counter=form), form.status


@bp.post("/<int:offer_id>/accept")
@access(MEMBER)
def accept(offer_id: int) -> Answer:
    """Agree: the order is opened and the listing held."""
    form, made = AcceptForm(request.form), []
    command = commands.Accept(offer_id, form.seen)
    if form.validate() and taken(
        form, lambda: made.append(commands.accept(current_context(), command))
    ):
        return redirect(url_for("trade.orders.show", order_id=made[0]), 303)
    return _page(offer_id, answer=form), form.status


@bp.post("/<int:offer_id>/<any(decline, withdraw):how>")
@access(MEMBER)
def end(offer_id: int, how: str) -> Answer:
    """Decline, or take one's own proposal back."""
    form, act = (
        AnswerForm(request.form),
        {"decline": commands.decline, "withdraw": commands.withdraw},
    )
    command = commands.End(offer_id, form.seen, form.why.data or "")
    if form.validate() and taken(form, lambda: act[how](current_context(), command)):
        flash(_("The negotiation is over."), "done")
        return redirect(url_for("trade.offers.mine"), 303)
    return _page(offer_id, answer=form), form.status


@bp.get("/<int:offer_id>/files/<int:file_id>")
@access(MEMBER)
def file(offer_id: int, file_id: int) -> Response:
    """An attachment, for the two parties; asked each time (T8)."""
    ctx = current_context()
    with ctx.reading() as db:
        found = queries.stored_file(db, signed_in(), offer_id, file_id=file_id)
    try:
        content = stored.get(ctx.settings, found.key)
    except FileNotFoundError:
        raise NotFound from None
    return uploads.serve(content, name=found.name, media_type=found.media_type)


def _sent(form: ProposalForm, act: Callable[[list[Attachment]], None]) -> bool:
    """Validate, take the attachments, propose; the rules' findings stand at their fields."""
    if not form.validate():
        return False
    kept: list[Attachment] = []
    try:
        kept = _attachments()
        act(kept)
    except Invalid as refused:
        found = refused.facts.get("errors")
        if isinstance(found, dict):
            form.take_errors(found)
        refuse(form, refused)
    except Conflict as refused:
        refuse(form, refused)
    else:
        return True
    for one in kept:
        stored.delete(current_context().settings, one.key)
    return False


def _attachments() -> list[Attachment]:
    sent = [one for one in request.files.getlist("files") if one.filename][:MOST_FILES]
    judged = [
        uploads.accept_document(
            one.filename or "", uploads.read(one.stream, limit=uploads.DOCUMENT_BYTES)
        )
        for one in sent
    ]
    kept = []
    for one in judged:
        put = stored.put(current_context().settings, one.content, area="offers")
        kept.append(Attachment(one.name, one.media_type, put.size, put.sha256, put.key))
    return kept


def _new_page(listing_id: int, form: ProposalForm) -> str:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        lot = listings.lot_terms(db, listing_id)
        own = queries.open_of_buyer(db, listing_id, organisation_id=actor.organisation_id or 0)
        values = {"lot": lot, "own": own, "comparable": index.comparable(db, lot.cluster, lot.kind)}
    form.offer(lot.transfer_modes, current_lang())
    form.version.data = form.version.data or str(lot.version)
    return render_template("trade/offers/new.html", form=form, words=words, **values)


def _buy_page(listing_id: int, form: BuyForm) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        lot = listings.lot_terms(db, listing_id)
        fees = tariffs.commission_of(db, lot.price_minor or 0, on=local_date(ctx.clock()))
        similar = index.comparable(db, lot.cluster, lot.kind)
    if lot.pricing_mode != "listed" or not lot.price_minor:
        raise NotFound
    form.offer(lot.transfer_modes, current_lang())
    form.version.data = form.version.data or str(lot.version)
    values = {"lot": lot, "fees": fees, "comparable": similar}
    return render_template("trade/offers/buy.html", form=form, **values)


def _page(
    offer_id: int, *, counter: ProposalForm | None = None, answer: MarketForm | None = None
) -> str:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        offer = queries.page(db, actor, offer_id)
        lot = listings.lot_terms(db, offer.line.listing_id)
        fees = tariffs.commission_of(db, offer.line.price_minor, on=local_date(ctx.clock()))
        similar = index.comparable(db, lot.cluster, lot.kind)
    proposed = ProposalForm.typed(offer.last.terms)
    form = counter or ProposalForm(data={**proposed, "version": str(offer.line.round)})
    form.offer(lot.transfer_modes, current_lang())
    return render_template(
        "trade/offers/show.html",
        offer=offer,
        lot=lot,
        fees=fees,
        comparable=similar,
        form=form,
        answer=answer,
        words=words,
        now=ctx.clock(),
    )
