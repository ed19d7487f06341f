"""Verifications of organisations at the desk: identity stands below, so review brings them in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.identity.organisations.verification import decide_verification
from marketplace.kernel.context import Context
from marketplace.review.steps import close_case
from marketplace.review.subjects import Check, Decide, Preview, Reason, Subject, register
from rules.credit_code import parse_credit_code
from rules.refusals import NumberRefused

KIND = "organisation"
REASONS = (
    Reason(
        "paper",
        _l("Paper not readable"),
        _l("Please upload a readable scan of the licence, all four corners visible."),
    ),
    Reason(
        "name",
        _l("Name differs"),
        _l("The name differs from the licence. Please enter it exactly as printed."),
    ),
    Reason(
        "code",
        _l("Code differs"),
        _l("The unified social credit code differs from the licence."),
    ),
    Reason(
        "authority",
        _l("Authority missing"),
        _l("Please upload the letter that authorises you to act for the organisation."),
    ),
)


def preview(db: Session, verification_id: int, _version: int) -> Preview:
    """The claims beside the papers."""
    submission = identity.verification_detail(db, verification_id)
    before = [one for one in identity.submissions_of(db, submission.organisation_id)
              if one.id != verification_id]  # fmt: skip
    return Preview("review/_organisation.html", {"submission": submission, "before": before})


def checks(db: Session, verification_id: int, _version: int, _now: datetime) -> list[Check]:
    """The code's form, whether somebody holds it already, and the papers."""
    submission = identity.verification_detail(db, verification_id)
    return [
        *_code(db, submission),
        *_papers(submission),
        Check(f"review.check.purpose_{submission.purpose}", "ok", {}),
    ]


def _code(db: Session, submission: identity.SubmissionLine) -> Iterator[Check]:
    code = submission.claims.get("credit_code")
    if code is None:
        yield Check("review.check.individual", "warn", {})
        return
    try:
        read = parse_credit_code(code)
    except NumberRefused as error:
        yield Check("review.check.code_wrong", "block", {"code": code, **error.facts})
        return
    yield Check("review.check.code", "ok", {"code": read.canonical})
    holder = identity.organisation_by_code(db, read.canonical)
    if holder is not None and holder != submission.organisation_id:
        yield Check("review.check.code_taken", "block", {"organisation": holder})


def _papers(submission: identity.SubmissionLine) -> Iterator[Check]:
    there = {paper["what"] for paper in submission.documents}
    yield Check("review.check.licence", "ok" if "licence" in there else "block", {})
    if "authority" not in there:
        yield Check("review.check.authority_missing", "warn", {})


def decide(ctx: Context, command: Decide) -> None:
    """Decide about the papers: identity's step and the paper trail in one transaction."""
    with ctx.transaction() as tx:
        close_case(tx, KIND, command)
        decide_verification(
            tx,
            verification_id=command.thing_id,
            approve=command.decision == "approve",
            reason=command.text,
        )


def install() -> None:
    """Make verifications reviewable."""
    register(KIND, Subject(_l("Organisation"), preview, checks, decide, REASONS))
