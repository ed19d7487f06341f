"""The auctioneer's pages of a plan: people, lots, order, announcement."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from marketplace.identity import queries as identity
from marketplace.identity.refusals import show_on
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.trade.sessions import commands, queries, running_order, words
from marketplace.trade.sessions.forms import PlanForm
from marketplace.trade.sessions.views import bp
from marketplace.web.access import AUCTIONEER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.messages import text_of

Page = str | Response | tuple[str, int]


@bp.get("/new")
@access(AUCTIONEER)
def new() -> str:
    """An empty plan, led by who writes it."""
    form = _with_people(PlanForm())
    form.auctioneer.data = signed_in().user_id
    return render_template("trade/sessions/new.html", form=form, words=words)


@bp.post("/new")
@access(AUCTIONEER)
def plan() -> Page:
    """Keep a new plan and go on to its lots."""
    form, made = _with_people(PlanForm(request.form)), [0]
    if _kept(form, None, made):
        return redirect(url_for("trade.sessions.edit", session_id=made[0]), 303)
    return render_template("trade/sessions/new.html", form=form, words=words), form.status


@bp.get("/<int:session_id>/edit")
@access(AUCTIONEER)
def edit(session_id: int) -> str:
    """The plan with its lots, what else would fit, and what is wrong with the order."""
    return _page(session_id, None)


@bp.post("/<int:session_id>/edit")
@access(AUCTIONEER)
def change(session_id: int) -> Page:
    """Change a plan."""
    form = _with_people(PlanForm(request.form))
    if _kept(form, session_id, [0]):
        flash(_("The plan is kept."), "done")
        return redirect(url_for("trade.sessions.edit", session_id=session_id), 303)
    return _page(session_id, form), form.status


@bp.post("/<int:session_id>/lots")
@access(AUCTIONEER)
def add_lot(session_id: int) -> Response:
    """Put a lot at the end."""
    return _do(session_id, lambda ctx, lot: commands.add_lot(ctx, session_id, auction_id=lot))


@bp.post("/<int:session_id>/lots/remove")
@access(AUCTIONEER)
def remove_lot(session_id: int) -> Response:
    """Take a lot out."""
    return _do(session_id, lambda ctx, lot: commands.remove_lot(ctx, session_id, auction_id=lot))


@bp.post("/<int:session_id>/lots/move")
@access(AUCTIONEER)
def move_lot(session_id: int) -> Response:
    """Give a lot another place in the order."""
    to = request.form.get("to", 0, type=int)
    return _do(session_id, lambda ctx, lot: commands.move_lot(
        ctx, session_id, auction_id=lot, to=to))  # fmt: skip


@bp.post("/<int:session_id>/announce")
@access(AUCTIONEER)
def announce(session_id: int) -> Response:
    """Publish the catalogue."""
    return _do(session_id, lambda ctx, _lot: commands.announce_session(ctx, session_id))


@bp.post("/<int:session_id>/cancel")
@access(AUCTIONEER)
def cancel(session_id: int) -> Response:
    """Call the session off."""
    why = request.form.get("reason", "")
    return _do(session_id, lambda ctx, _lot: commands.cancel_session(ctx, session_id, why=why))


def _do(session_id: int, act: Callable[..., object]) -> Response:
    try:
        act(current_context(), request.form.get("lot", 0, type=int))
    except (Conflict, Invalid) as error:
        flash(text_of(error.code, error.facts), "bad")
    with current_context().reading() as db:
        session = queries.card(db, session_id, actor=signed_in())
    page = "edit" if session.state == "planned" else "show"
    return redirect(url_for(f"trade.sessions.{page}", session_id=session_id), 303)


def _kept(form: PlanForm, session_id: int | None, made: list[int]) -> bool:
    if not form.validate():
        return False
    try:
        made[0] = commands.plan_session(current_context(), form.command(session_id))
    except (Invalid, Conflict) as error:
        show_on(form, error)
        form.status = 409 if isinstance(error, Conflict) else 422
        return False
    return True


def _with_people(form: PlanForm) -> PlanForm:
    with current_context().reading() as db:
        hammers = identity.staff_ids(db, StaffRole.AUCTIONEER)
        clerks = identity.staff_ids(db, StaffRole.AUCTIONEER, StaffRole.CLERK)
        names = identity.person_names(db, {*hammers, *clerks})
    form.auctioneer.choices = [SelectChoice(one, names[one]) for one in hammers]
    form.clerk.choices = [SelectChoice(one, names[one]) for one in clerks]
    return form


def _page(session_id: int, form: PlanForm | None) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=signed_in())
        lots = queries.lots(db, session, now=ctx.clock())
        fitting = queries.candidates(db, session, now=ctx.clock())
        faults = list(running_order.faults(session, lots, now=ctx.clock()))
    if session.state != "planned":
        raise Conflict("sessions.move_refused", state=session.state, action="plan")
    if form is None:
        form = _with_people(PlanForm())
        form.show(session)
    return render_template(
        "trade/sessions/edit.html",
        session=session,
        lots=lots,
        fitting=fitting,
        faults=[text_of(one.code, one.facts) for one in faults],
        form=form,
        words=words,
    )
