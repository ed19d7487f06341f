"""The review desk: the queue, one case beside its checks, the decision."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.review import organisations, policy, queries
from marketplace.review.queries import CaseRow
from marketplace.review.subjects import SUBJECTS, Decide, Decision, Subject
from marketplace.web import messages
from marketplace.web.access import REVIEWER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.pagination import Slice

bp = Blueprint("review", __name__, url_prefix="/review")
organisations.install()
messages.register(
    {
        "review.own_organisation": _l("Nobody decides about an organisation he belongs to."),
        "review.case_closed": _l(
            "This case was decided or replaced meanwhile. Nothing was changed."
        ),
        "review.unknown_decision": _l("Please approve, return or suspend."),
        "review.check.purpose_first": _l("First verification."),
        "review.check.purpose_renewal": _l("Renewal: name, kind and code are unchanged."),
        "review.check.purpose_change": _l("Name, kind or code has changed."),
        "review.check.individual": _l("An individual: compare the identity paper."),
        "review.check.code": _l("The code %(code)s has the right form and check character."),
        "review.check.code_wrong": _l("The code %(code)s is not in order."),
        "review.check.code_taken": _l("Organisation %(organisation)s holds this code already."),
        "review.check.licence": _l("The licence is attached."),
        "review.check.authority_missing": _l("No letter of authority is attached."),
    }
)
LONGEST_TEXT = 4_000
RISKS = (_l("low risk"), _l("some risk"), _l("high risk"))
DECISIONS = {
    "approve": _l("Approved"),
    "return": _l("Returned"),
    "suspend": _l("Suspended"),
}


@bp.get("/")
@access(REVIEWER)
def desk() -> str:
    """The queue; the first case stands open beside it."""
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        found = _queue(db, actor)
        first = found.items[0] if found.items else None
        page = _case_values(db, ctx, first) if first else {}
    return _page(ctx, found, first, **page)


@bp.get("/<int:case_id>")
@access(REVIEWER)
def case(case_id: int) -> str:
    """One case beside the queue."""
    return _case_page(case_id)


@bp.post("/<int:case_id>/decide")
@access(REVIEWER)
def decide(case_id: int) -> ResponseReturnValue:
    """Approve, return with reasons, or suspend; on to the next case."""
    ctx = current_context()
    with ctx.reading() as db:
        row, subject = _row(db, case_id)
        upcoming = _next_after(_queue(db, signed_in()).items, case_id)
    command = Decide(
        case_id=case_id,
        thing_id=row.thing_id,
        version=request.form.get("version", 0, type=int),
        decision=_decision(),
        reasons=_reasons(subject),
        text=_text(subject),
    )
    try:
        subject.decide(ctx, command)
    except (Invalid, Conflict) as error:
        message = messages.text_of(error.code, error.facts)
        status = 409 if isinstance(error, Conflict) else 422
        return _case_page(case_id, error=message, command=command), status
    flash(_("%(decision)s: %(title)s", decision=DECISIONS[command.decision], title=row.title))
    return _to(upcoming)


def _reasons(subject: Subject) -> tuple[str, ...]:
    known = {reason.code for reason in subject.reasons}
    return tuple(code for code in request.form.getlist("reasons") if code in known)


def _text(subject: Subject) -> str:
    """What the reviewer wrote, and the words of the chosen reasons it does not hold yet."""
    written = request.form.get("text", "").strip()[:LONGEST_TEXT]
    if request.form.get("decision") == "approve":
        return written
    chosen = _reasons(subject)
    words = [str(reason.text) for reason in subject.reasons if reason.code in chosen]
    return "\n".join([*filter(None, [written]), *(one for one in words if one not in written)])


def _to(case_id: int | None) -> Response:
    if case_id is None:
        return redirect(url_for("review.desk"), 303)
    return redirect(url_for("review.case", case_id=case_id), 303)


def _decision() -> Decision:
    given = request.form.get("decision", "")
    if given not in DECISIONS:
        raise Invalid("review.unknown_decision")
    return cast("Decision", given)


def _own(db: Session, actor: Actor) -> frozenset[int]:
    found = {one.organisation_id for one in identity.memberships(db, actor.user_id)}
    return frozenset(found | ({actor.organisation_id} if actor.organisation_id else set()))


def _queue(db: Session, actor: Actor) -> Slice[CaseRow]:
    kind = request.args.get("kind")
    kind = kind if kind in SUBJECTS else None
    return queries.queue(db, own=_own(db, actor), kind=kind, after=request.args.get("after"))


def _row(db: Session, case_id: int) -> tuple[CaseRow, Subject]:
    row = queries.case(db, case_id)
    if policy.is_own(db, signed_in(), row.organisation_id):
        raise Forbidden("review.own_organisation")
    if row.kind not in SUBJECTS:
        raise NotFound
    return row, SUBJECTS[row.kind]


def _case_page(case_id: int, **extra: Any) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        row, _subject = _row(db, case_id)
        found = _queue(db, signed_in())
        values = _case_values(db, ctx, row)
    return _page(ctx, found, row, **values, **extra)


def _case_values(db: Session, ctx: Context, row: CaseRow) -> dict[str, Any]:
    subject = SUBJECTS[row.kind]
    decided = queries.history(db, row.kind, row.thing_id)
    preview = subject.preview(db, row.thing_id, row.version)
    return {
        "subject": subject,
        "preview": preview,
        "preview_html": Markup(render_template(preview.template, **preview.values)),  # noqa: S704 - our template, escaped there
        "checks": subject.checks(db, row.thing_id, row.version, ctx.clock()),
        "history": decided,
        "people": identity.person_names(db, [one.decided_by for one in decided]),
    }


def _page(ctx: Context, found: Slice[CaseRow], row: CaseRow | None, **values: Any) -> str:
    now = ctx.clock()
    with ctx.reading() as db:
        load = queries.workload(db, now)
    ids = [one.id for one in found.items]
    at = ids.index(row.id) if row is not None and row.id in ids else None
    return render_template(
        "review/desk.html",
        queue=found,
        case=row,
        load=load,
        now=now,
        subjects=SUBJECTS,
        risks=RISKS,
        late=queries.LATE,
        decision_words=DECISIONS,
        text_of=messages.text_of,
        following=ids[at + 1] if at is not None and at + 1 < len(ids) else None,
        previous=ids[at - 1] if at else None,
        **values,
    )


def _next_after(items: Any, case_id: int) -> int | None:
    ids = [one.id for one in items]
    if case_id not in ids:
        return ids[0] if ids else None
    at = ids.index(case_id)
    rest = ids[at + 1 :] or ids[:at]
    return rest[0] if rest else None
