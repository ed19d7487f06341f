"""The pages under /trade/publicity: board, showing, objections, and the seller's form."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Invalid, NotFound
from marketplace.papers import queries as papers
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import slots
from marketplace.trade.publicity import commands, file_pack, policy, queries, words
from marketplace.trade.publicity.forms import ObjectionForm, ReplyForm, StartForm
from marketplace.trade.publicity.pack_views import register as pack_pages
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context, signed_in
from marketplace.web.messages import text_of
from marketplace.web.submission import taken
from rules.days import local_date

bp = Blueprint("publicity", __name__, url_prefix="/publicity")
Answer = Response | tuple[str, int]


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Every deal in public notice; with ?all=1 those that ended too."""
    everything = request.args.get("all") == "1"
    ctx = current_context()
    with ctx.reading() as db:
        page = queries.board(db, only_running=not everything, cursor=request.args.get("after"))
    return render_template(
        "trade/publicity/index.html", page=page, everything=everything, words=words
    )


@bp.get("/<int:publicity_id>")
@access(PUBLIC)
def show(publicity_id: int) -> str:
    """What the law wants shown, the days, and the door for objections."""
    return _page(publicity_id)


@bp.post("/<int:publicity_id>/objections")
@access(PUBLIC)
def objections(publicity_id: int) -> Answer:
    """Take an objection; no account is needed."""
    form = ObjectionForm(request.form)
    if form.validate() and taken(
        form, lambda: commands.object_to(current_context(), form.command(publicity_id))
    ):
        flash(_("Your objection is received. The seller's unit must answer it."), "done")
        return redirect(url_for("trade.publicity.show", publicity_id=publicity_id), 303)
    return _page(publicity_id, objection=form), form.status


@bp.post("/<int:publicity_id>/objections/<int:objection_id>/answer")
@access(MEMBER)
def answer(publicity_id: int, objection_id: int) -> Answer:
    """The seller's unit answers an objection."""
    form = ReplyForm(request.form)
    if form.validate() and taken(
        form, lambda: commands.reply(current_context(), form.command(publicity_id, objection_id))
    ):
        flash(_("The answer is kept."), "done")
        return redirect(url_for("trade.publicity.show", publicity_id=publicity_id), 303)
    return _page(publicity_id, reply=form), form.status


@bp.get("/start/<int:order_id>")
@access(MEMBER)
def begin(order_id: int) -> str:
    """The seller's form; a showing that runs is begun anew by it."""
    return _start_page(order_id, StartForm())


@bp.post("/start/<int:order_id>")
@access(MEMBER)
def start(order_id: int) -> Answer:
    """Begin the showing."""
    form, made = StartForm(request.form), []
    if form.validate():
        try:
            made.append(commands.start(current_context(), form.command(order_id)))
        except Invalid as refused:
            found = refused.facts.get("errors")
            for name, codes in found.items() if isinstance(found, dict) else ():
                form[name].errors = [*form[name].errors, *(text_of(code, {}) for code in codes)]
            form.form_errors.append(text_of(refused.code, refused.facts))
    if made:
        return redirect(url_for("trade.publicity.show", publicity_id=made[0]), 303)
    return _start_page(order_id, form), form.status


def _page(
    publicity_id: int, *, objection: ObjectionForm | None = None, reply: ReplyForm | None = None
) -> str:
    ctx, actor = current_context(), current_actor()
    with ctx.reading() as db:
        page = queries.page(db, publicity_id)
        seller = page.line.seller_organisation_id
        values = {
            "page": page,
            "objections": queries.objections(db, ctx.settings, actor, page.line),
            "pack": file_pack.state_of(db, actor, publicity_id),
            "papers": papers.of_thing(db, actor, thing="publicity", thing_id=publicity_id),
        }
    return render_template(
        "trade/publicity/show.html",
        may_answer=policy.may_start(actor, seller_organisation_id=seller),
        objection=objection or ObjectionForm(),
        reply=reply,
        words=words,
        today=local_date(ctx.clock()),
        **values,
    )


def _start_page(order_id: int, form: StartForm) -> str:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        deal = order_facts.deal_facts(db, order_id)
        line = queries.of_order(db, order_id)
    seller = deal.seller_organisation_id
    if not policy.may_start(actor, seller_organisation_id=seller) or not deal.needs_publicity:
        raise NotFound
    return render_template(
        "trade/publicity/start.html", form=form, deal=deal, line=line, words=words
    )


def publicity_slot(db: Session, asked: slots.Asked) -> slots.Slot | None:
    """The showing's part in the order's page."""
    if not asked.needs_publicity:
        return None
    line = queries.of_order(db, asked.order_id)
    seller = asked.actor.organisation_id if asked.party == "seller" else None
    may_start = (
        seller is not None
        and policy.may_start(asked.actor, seller_organisation_id=seller)
        and asked.state in ("agreed", "publicity")
    )
    values = {"line": line, "order_id": asked.order_id, "may_start": may_start, "words": words}
    return slots.Slot("trade/publicity/_slot.html", values)


slots.register(publicity_slot)
pack_pages(bp)
