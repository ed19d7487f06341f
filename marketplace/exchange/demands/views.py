"""Pages under /exchange/demands."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from marketplace.exchange.demands import commands, policy, queries
from marketplace.exchange.demands.forms import MODE_NAMES, DemandForm
from marketplace.exchange.demands.states import Action, may
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.errors import Forbidden, MarketError
from marketplace.web import messages
from marketplace.web.access import MEMBER, PUBLIC, REVIEWER, access
from marketplace.web.context import current_actor, current_context, signed_in
from marketplace.web.filters import moment_seconds
from marketplace.web.i18n import pick

bp = Blueprint("demands", __name__, url_prefix="/demands")
messages.register(
    {
        "demand.not_now": _l("This is not possible in the demand's present state."),
        "demand.no_organisation": _l(
            "Demands are posted by organisations. Please join or found one."
        ),
        "demand.not_verified": _l(
            "Your organisation must be verified before a demand is reviewed."
        ),
        "demand.deadline_passed": _l("The day until which answers are taken has passed."),
        "demand.newer_version": _l("There is a newer version of this demand."),
    }
)


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """All published demands, newest first."""
    cluster = request.args.get("cluster", "")
    with current_context().reading() as db:
        page = queries.board(db, cluster=cluster, cursor=request.args.get("after"))
    return render_template(
        "exchange/demands/index.html", page=page, cluster=cluster, mode_names=MODE_NAMES
    )


@bp.get("/mine")
@access(MEMBER)
def mine() -> str:
    """The organisation's own demands in every state."""
    with current_context().reading() as db:
        page = queries.own(db, signed_in(), request.args.get("after"))
    return render_template("exchange/demands/mine.html", page=page)


@bp.get("/<int:demand_id>")
@access(PUBLIC)
def show(demand_id: int) -> str:
    """One demand."""
    actor = current_actor()
    with current_context().reading() as db:
        page = queries.page(db, actor, demand_id)
    rights = {
        "edit": policy.may_edit(actor, page.card) and may(page.card.state, Action.SUBMIT),
        "close": policy.may_edit(actor, page.card) and may(page.card.state, Action.CLOSE),
        "suspend": policy.may_decide(actor, page.card) and may(page.card.state, Action.SUSPEND),
        "restore": policy.may_decide(actor, page.card) and may(page.card.state, Action.RESTORE),
    }
    return render_template(
        "exchange/demands/show.html", page=page, rights=rights, mode_names=MODE_NAMES
    )


@bp.get("/new")
@access(MEMBER)
def new() -> str:
    """An empty form."""
    return _form_page(_form(MultiDict()), None)


@bp.get("/<int:demand_id>/edit")
@access(MEMBER)
def edit(demand_id: int) -> str:
    """The form as it was last typed, or the published content."""
    with current_context().reading() as db:
        page = queries.page(db, signed_in(), demand_id)
    if not policy.may_edit(signed_in(), page.card):
        raise Forbidden
    return _form_page(_form(MultiDict(page.typed)), demand_id)


@bp.post("/new")
@access(MEMBER)
def create() -> Response | tuple[str, int]:
    """Keep what was typed, then submit it when that was asked."""
    return _save(None)


@bp.post("/<int:demand_id>/edit")
@access(MEMBER)
def change(demand_id: int) -> Response | tuple[str, int]:
    """Keep what was typed, then submit it when that was asked."""
    return _save(demand_id)


@bp.post("/<int:demand_id>/autosave")
@access(MEMBER)
def autosave(demand_id: int) -> Response:
    """Keep what was typed so far; answers with the time."""
    ctx = current_context()
    commands.save_draft(ctx, commands.SaveDraft(demand_id, _typed()))
    return jsonify(saved_at=moment_seconds(ctx.clock())[11:])


@bp.post("/<int:demand_id>/close")
@access(MEMBER)
def close(demand_id: int) -> Response:
    """The organisation has what it needs."""
    commands.end(current_context(), commands.EndDemand(demand_id, Action.CLOSE))
    return redirect(url_for("exchange.demands.show", demand_id=demand_id), 303)


@bp.post("/<int:demand_id>/suspend")
@access(REVIEWER)
def suspend(demand_id: int) -> Response:
    """A reviewer takes it down or puts it back, with a reason."""
    action = Action.RESTORE if request.form.get("restore") else Action.SUSPEND
    why = request.form.get("why", "")
    commands.end(current_context(), commands.EndDemand(demand_id, action, why))
    return redirect(url_for("exchange.demands.show", demand_id=demand_id), 303)


def _typed() -> dict[str, object]:
    """What was typed into the form's own fields; nothing else that was sent is kept (T12)."""
    form, known = request.form, _form(MultiDict()).data
    return {
        name: form.getlist(name) if name == "modes" else form[name]
        for name in form
        if name in known
    }


def _form(data: MultiDict[str, str]) -> DemandForm:
    form = DemandForm(data)
    ctx = current_context()
    clusters = [(one.key, pick(one.zh, one.en)) for one in ctx.settings.clusters]
    form.offer(clusters, ctx.clock().astimezone(SHANGHAI).date())
    return form


def _form_page(form: DemandForm, demand_id: int | None, error: str = "") -> str:
    return render_template(
        "exchange/demands/form.html", form=form, demand_id=demand_id, error=error
    )


def _save(demand_id: int | None) -> Response | tuple[str, int]:
    ctx = current_context()
    form = _form(request.form)
    kept = commands.save_draft(ctx, commands.SaveDraft(demand_id, _typed()))
    if "submit" not in request.form:
        return redirect(url_for("exchange.demands.edit", demand_id=kept), 303)
    if not form.validate():
        return _form_page(form, kept), 422
    try:
        commands.submit(ctx, commands.SubmitDemand(kept, form.content()))
    except MarketError as error:  # what was typed stays on the page
        return _form_page(form, kept, messages.text_of(error.code, error.facts)), 409
    return redirect(url_for("exchange.demands.show", demand_id=kept), 303)
