"""The pages of orders under /trade/orders."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.identity.signin import sessions
from marketplace.kernel import files as stored
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.papers import queries as papers
from marketplace.trade.orders import (
    commands,
    delay,
    disputes,
    files,
    pledges,
    queries,
    secrecy,
    slots,
    words,
)
from marketplace.trade.orders.forms import (
    ActForm,
    CertificateForm,
    DecisionForm,
    PledgeForm,
    SayForm,
    TextForm,
)
from marketplace.trade.orders.report_views import register as report_pages
from marketplace.treasury.vouchers import queries as vouchers
from marketplace.treasury.vouchers import words as voucher_words
from marketplace.web import uploads
from marketplace.web.access import MEMBER, REVIEWER, SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.forms import MarketForm
from marketplace.web.limits import UPLOAD, limited
from marketplace.web.submission import taken

bp = Blueprint("orders", __name__, url_prefix="/orders")
Answer = Response | tuple[str, int]


@bp.get("/")
@access(MEMBER)
def mine() -> str:
    """The orders of the organisation acted for, newest first."""
    ctx, actor = current_context(), signed_in()
    if actor.organisation_id is None:
        raise NotFound
    with ctx.reading() as db:
        page = queries.of_organisation(db, actor.organisation_id, cursor=request.args.get("after"))
    return render_template("trade/orders/mine.html", page=page, words=words, now=ctx.clock())


@bp.get("/desk")
@access(REVIEWER)
def desk() -> str:
    """All orders of the market by state; disputes first."""
    ctx, tab = current_context(), request.args.get("tab", "disputed")
    if tab not in queries.TABS:
        raise NotFound
    with ctx.reading() as db:
        page = queries.desk(db, tab, cursor=request.args.get("after"))
        counts = queries.desk_counts(db)
    return render_template(
        "trade/orders/desk.html", page=page, counts=counts, tab=tab, words=words, now=ctx.clock()
    )


@bp.get("/<int:order_id>")
@access(SIGNED_IN)
def show(order_id: int) -> str:
    """The timeline: what is agreed, where the money is, who must act next and by when."""
    return _page(order_id)


@bp.post("/<int:order_id>/deliver")
@access(MEMBER)
def deliver(order_id: int) -> Answer:
    """The seller hands the stage over."""
    return _text(order_id, lambda ctx, form: commands.deliver(
        ctx, commands.Deliver(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/accept")
@access(MEMBER)
def accept(order_id: int) -> Answer:
    """The buyer accepts; the stage's money goes on."""
    form = ActForm(request.form)
    return _done(order_id, form, lambda: commands.judge(
        current_context(), commands.Judge(order_id, form.seen, accepted=True)))  # fmt: skip


@bp.post("/<int:order_id>/reject")
@access(MEMBER)
def reject(order_id: int) -> Answer:
    """The buyer sends the stage back with reasons."""
    return _text(
        order_id,
        lambda ctx, form: commands.judge(
            ctx, commands.Judge(order_id, form.seen, accepted=False, text=form.text.data or "")
        ),
    )


@bp.post("/<int:order_id>/certificate")
@access(MEMBER)
def certificate(order_id: int) -> Answer:
    """The seller shows the notice of registration."""
    form = CertificateForm(request.form)
    return _done(order_id, form, lambda: commands.show_certificate(
        current_context(), form.command(order_id)))  # fmt: skip


@bp.post("/<int:order_id>/dispute")
@access(MEMBER)
def dispute(order_id: int) -> Answer:
    """A party calls for the market's decision; the money stands still."""
    return _text(order_id, lambda ctx, form: disputes.dispute(
        ctx, disputes.Dispute(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/resume")
@access(SIGNED_IN)
def resume(order_id: int) -> Answer:
    """The dispute ends without a decision."""
    return _text(order_id, lambda ctx, form: disputes.resume(
        ctx, disputes.Settle(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/decision")
@access(REVIEWER)
def decide(order_id: int) -> Answer:
    """Staff shares out what is in escrow."""
    form = DecisionForm(request.form)
    return _done(order_id, form, lambda: disputes.decide(
        current_context(), form.command(order_id)))  # fmt: skip


@bp.post("/<int:order_id>/decision/<any(confirm, drop):answer>")
@access(REVIEWER)
def confirm(order_id: int, answer: str) -> Answer:
    """The second person confirms the decision, or sends it back."""
    form = ActForm(request.form)
    answered = disputes.Confirm
    return _done(order_id, form, lambda: disputes.confirm(
        current_context(), answered(order_id, form.seen, agrees=answer == "confirm")))  # fmt: skip


@bp.post("/<int:order_id>/cancel")
@access(MEMBER)
def cancel(order_id: int) -> Answer:
    """Propose the end of the deal, or agree to it."""
    return _text(order_id, lambda ctx, form: commands.cancel(
        ctx, commands.Cancel(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/keep")
@access(MEMBER)
def keep(order_id: int) -> Answer:
    """Decline or withdraw the proposal to end the deal."""
    form = ActForm(request.form)
    return _done(order_id, form, lambda: commands.keep_on(
        current_context(), commands.KeepOn(order_id, form.seen)))  # fmt: skip


@bp.post("/<int:order_id>/pledge")
@access(MEMBER)
def pledge(order_id: int) -> Answer:
    """The seller names the account of a pledgee who is paid first; a fresh sign-in is asked."""
    sessions.require_fresh()
    form = PledgeForm(request.form)
    return _done(order_id, form, lambda: pledges.name_account(
        current_context(), form.command(order_id)))  # fmt: skip


@bp.post("/<int:order_id>/name/<any(hide, show):answer>")
@access(MEMBER)
def secret(order_id: int, answer: str) -> Answer:
    """A side keeps its name off the public pages, or shows it."""
    form, hide = ActForm(request.form), answer == "hide"
    return _done(order_id, form, lambda: secrecy.keep_secret(
        current_context(), secrecy.KeepSecret(order_id, form.seen, secret=hide)))  # fmt: skip


@bp.post("/<int:order_id>/urge")
@access(MEMBER)
def urge(order_id: int) -> Answer:
    """Remind the side in delay in form."""
    return _text(order_id, lambda ctx, form: delay.urge(
        ctx, delay.Urge(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/rescind")
@access(MEMBER)
def rescind(order_id: int) -> Answer:
    """End the contract after the reminder ran out."""
    return _text(order_id, lambda ctx, form: delay.rescind(
        ctx, delay.Rescind(order_id, form.seen, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/messages")
@access(SIGNED_IN)
def say(order_id: int) -> Answer:
    """Write to the other side and the staff."""
    form = SayForm(request.form)
    return _done(order_id, form, lambda: commands.say(
        current_context(), commands.Say(order_id, form.text.data or "")))  # fmt: skip


@bp.post("/<int:order_id>/files/<any(delivery, certificate, evidence):purpose>")
@access(MEMBER)
@limited(UPLOAD)
def attach(order_id: int, purpose: str) -> Answer:
    """Upload a file of the order; judged by its content (T20)."""
    form, ctx = MarketForm(request.form), current_context()

    def take() -> None:
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Invalid("upload.empty")
        content = uploads.read(upload.stream, limit=uploads.DOCUMENT_BYTES)
        accepted = uploads.accept_document(upload.filename, content)
        kept = stored.put(ctx.settings, accepted.content, area="orders")
        try:
            commands.attach(ctx, commands.Attach(
                order_id, purpose, name=accepted.name, media_type=accepted.media_type,
                size=kept.size, sha256=kept.sha256, key=kept.key))  # fmt: skip
        except (Invalid, Conflict):
            stored.delete(ctx.settings, kept.key)
            raise

    return _done(order_id, form, take)


@bp.get("/<int:order_id>/files/<int:file_id>")
@access(SIGNED_IN)
def file(order_id: int, file_id: int) -> Response:
    """A file of the order, for who may see the order; asked each time (T8)."""
    ctx = current_context()
    with ctx.reading() as db:
        found = files.stored_file(db, signed_in(), order_id, file_id=file_id)
    try:
        content = stored.get(ctx.settings, found.key)
    except FileNotFoundError:
        raise NotFound from None
    return uploads.serve(content, name=found.name, media_type=found.media_type)


report_pages(bp)


def _text(order_id: int, act: Callable[..., object]) -> Answer:
    form = TextForm(request.form)
    return _done(order_id, form, lambda: act(current_context(), form))


def _done(order_id: int, form: MarketForm, act: Callable[[], object]) -> Answer:
    if form.validate() and taken(form, act):
        flash(_("Done."), "done")
        return redirect(url_for("trade.orders.show", order_id=order_id), 303)
    return _page(order_id, form), form.status


def _page(order_id: int, form: MarketForm | None = None) -> str:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        order = queries.page(db, actor, order_id)
        asked = slots.Asked(
            order_id, order.line.state, order.party, order.needs_publicity, actor, ctx.clock()
        )
        parts = slots.filled(db, asked)
        claims = pledges.of_unsigned(db, order.line, listing_id=order.listing_id)
        used = vouchers.of_order(db, order_id)
        made = papers.of_thing(db, actor, thing="order", thing_id=order_id)
    return render_template(
        "trade/orders/show.html",
        order=order,
        slots=parts,
        claims=claims,
        papers=made,
        vouchers=used,
        voucher_words=voucher_words,
        form=form,
        words=words,
        now=ctx.clock(),
        own_id=actor.organisation_id,
    )
