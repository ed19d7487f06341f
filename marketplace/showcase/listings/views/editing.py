"""The stepped form: every step saves what was typed, the last one checks all and submits."""

from __future__ import annotations

from typing import Any

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.showcase.deals import index
from marketplace.showcase.listings import consents, drafts, labels, own, policy
from marketplace.showcase.listings.assembling import content_of
from marketplace.showcase.listings.drafts import SaveDraft, StartDraft
from marketplace.showcase.listings.findings import findings, key_of
from marketplace.showcase.listings.forms import CHECK, STEPS_OF, StepForm, all_forms, bound
from marketplace.showcase.listings.submission import SubmitListing, submit_listing
from marketplace.showcase.listings.surroundings import surroundings
from marketplace.showcase.listings.views.room import bp, clusters, to_mine
from marketplace.showcase.listings.wording import finding_text
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.messages import text_of
from rules.findings import Finding


@bp.get("/new")
@access(MEMBER)
def new() -> str:
    """What is to be listed?"""
    return render_template("showcase/listings/new.html", may_draft=policy.may_draft(signed_in()))


@bp.post("/new")
@access(MEMBER)
def start() -> Response:
    """Begin a draft of a kind."""
    kind = request.form.get("kind", "")
    listing_id = drafts.start_draft(current_context(), StartDraft(kind))  # type: ignore[arg-type]
    return redirect(url_for("showcase.listings.edit", listing_id=listing_id), 303)


@bp.get("/<int:listing_id>/edit")
@access(MEMBER)
def edit(listing_id: int) -> Response:
    """To the first step."""
    with current_context().reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
    first = STEPS_OF[draft.kind][0][0]
    return redirect(url_for("showcase.listings.edit_step", listing_id=listing_id, step=first), 303)


@bp.get("/<int:listing_id>/edit/<step>")
@access(MEMBER)
def edit_step(listing_id: int, step: str) -> str:
    """One step of the form with what was typed so far."""
    return step_page(listing_id, step)


def step_page(listing_id: int, step: str, **extra: Any) -> str:
    """Render a step; ``validate`` in ``extra`` shows its errors too."""
    ctx = current_context()
    with ctx.reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
        answers = consents.answers(db, listing_id) if step == "burdens" else []
        cluster = next(iter(draft.typed.get("cluster", ())), "")
        similar = index.comparable(db, cluster, draft.kind) if step == "price" else None
    _ask_step(draft, step)
    form = bound(_form_class(draft, step), draft.typed, clusters(ctx))
    if extra.pop("validate", False):
        form.validate()
    if hasattr(form, "offer_rows"):
        form.offer_rows()
    return render_template(
        f"showcase/listings/form_{step}.html",
        form=form,
        answers=answers,
        comparable=similar,
        **_frame(draft, step),
        **extra,
    )


def _frame(draft: own.Draft, step: str) -> dict[str, Any]:
    names = [*(name for name, _form, _label in STEPS_OF[draft.kind]), CHECK]
    at = names.index(step)
    return {
        "draft": draft,
        "step": step,
        "steps": STEPS_OF[draft.kind],
        "before": names[at - 1] if at else None,
        "after": names[at + 1] if at + 1 < len(names) else None,
        "at": at,
        "words": labels,
    }


def _form_class(draft: own.Draft, step: str) -> type[StepForm]:
    return next(form for name, form, _label in STEPS_OF[draft.kind] if name == step)


def _ask_step(draft: own.Draft, step: str) -> None:
    if step not in [name for name, _form, _label in STEPS_OF[draft.kind]]:
        abort(404)


@bp.post("/<int:listing_id>/edit/<step>")
@access(MEMBER)
def save_step(listing_id: int, step: str) -> ResponseReturnValue:
    """Keep the step; on «next» it must be valid, on «leave» and «more rows» it need not."""
    try:
        kept = _save(listing_id, step)
    except Conflict as error:
        if error.code != "listing.draft_changed":
            raise
        return _conflict(listing_id, step, error), 409
    if "leave" in request.form:
        return to_mine()
    if "more" in request.form:
        target = url_for("showcase.listings.edit_step", listing_id=listing_id, step=step)
        return redirect(target, 303)
    form = bound(_form_class(kept, step), kept.typed, clusters(current_context()))
    if not form.validate():
        return step_page(listing_id, step, validate=True), 422
    after = _frame(kept, step)["after"]
    if after == CHECK:
        return redirect(url_for("showcase.listings.check", listing_id=listing_id), 303)
    return redirect(url_for("showcase.listings.edit_step", listing_id=listing_id, step=after), 303)


def _conflict(listing_id: int, step: str, error: Conflict) -> str:
    """The same page with what this person typed, over the newer draft, told plainly."""
    ctx = current_context()
    with ctx.reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
    form = bound(_form_class(draft, step), request.form.to_dict(flat=False), clusters(ctx))
    form.form_errors.append(text_of(error.code, error.facts))
    if hasattr(form, "offer_rows"):
        form.offer_rows()
    return render_template(f"showcase/listings/form_{step}.html", form=form, **_frame(draft, step))


@bp.post("/<int:listing_id>/edit/<step>/autosave")
@access(MEMBER)
def autosave(listing_id: int, step: str) -> ResponseReturnValue:
    """Keep what was typed so far, valid or not; answers the time and the new revision."""
    try:
        kept = _save(listing_id, step)
    except Conflict as error:
        return {"message": text_of(error.code, error.facts)}, 409
    saved_at = kept.saved_at.isoformat() if kept.saved_at else None
    return jsonify(saved_at=saved_at, version=kept.revision)


def _save(listing_id: int, step: str) -> own.Draft:
    ctx = current_context()
    with ctx.reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
    _ask_step(draft, step)
    seen = request.form.get("version", type=int)
    typed = request.form.to_dict(flat=False)
    fields = _form_class(draft, step).names()
    drafts.save_draft(ctx, SaveDraft(listing_id, fields, typed, seen))
    with ctx.reading() as db:
        return own.draft(db, signed_in(), listing_id)


@bp.get("/<int:listing_id>/check")
@access(MEMBER)
def check(listing_id: int) -> str:
    """Everything at once: what is missing, what must be answered, the declaration."""
    return _check_page(listing_id)


@bp.post("/<int:listing_id>/check")
@access(MEMBER)
def submit(listing_id: int) -> ResponseReturnValue:
    """Submit the draft to review."""
    ctx = current_context()
    with ctx.reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
    forms = all_forms(draft.kind, draft.typed, clusters(ctx))
    if any(form.errors for form in forms.values()):
        return _check_page(listing_id), 422
    answers = {
        name.removeprefix("reason-"): text
        for name, text in request.form.items()
        if name.startswith("reason-")
    }
    declared = request.form.get("declared") == "y"
    command = SubmitListing(listing_id, content_of(draft.kind, forms), declared, answers)
    try:
        submit_listing(ctx, command)
    except (Invalid, Conflict) as error:
        status = 409 if isinstance(error, Conflict) else 422
        return _check_page(listing_id, error=error, answers=answers, declared=declared), status
    return redirect(url_for("showcase.listings.mine", submitted=listing_id), 303)


def _check_page(listing_id: int, **extra: Any) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
        forms = all_forms(draft.kind, draft.typed, clusters(ctx))
        bad = {name: form for name, form in forms.items() if form.errors}
        content = None if bad else content_of(draft.kind, forms)
        found = [] if content is None else _findings(db, ctx, draft, content)
    error = extra.pop("error", None)
    return render_template(
        "showcase/listings/form_check.html",
        **_frame(draft, CHECK),
        bad=bad,
        content=content,
        blocks=[one for one in found if one.blocks],
        warnings=[(key_of(one), one) for one in found if not one.blocks],
        text_of_finding=finding_text,
        step_of=step_of,
        error=text_of(error.code, error.facts) if error else None,
        answers=extra.get("answers", {}),
        declared=extra.get("declared", False),
        may_submit=policy.may_submit(signed_in(), draft),
    )


def _findings(db: Any, ctx: Context, draft: own.Draft, content: Any) -> list[Finding]:
    roles = {line.id: line.role for line in draft.files}
    from_files = [line.id for line in draft.files]
    today = ctx.clock().astimezone(SHANGHAI).date()
    whole = own.with_files(content, from_files)
    return findings(whole, surroundings(db, draft, roles, today))


def step_of(finding: Finding, kind: str) -> str:
    """The step on which a finding can be put right."""
    field = str(finding.facts.get("field", ""))
    for name, form, _label in STEPS_OF[kind]:
        known = [one.rstrip("-") for one in form.names()]
        if field in known or field.removesuffix("_minor") in known:
            return name
    right = finding.code.startswith(("number_", "filing_", "grant", "zl_"))
    if right and kind == "patent":
        return "right"
    priced = finding.code.startswith(("price_", "open_licence_needs_price", "base_price"))
    return "price" if priced else "burdens"
