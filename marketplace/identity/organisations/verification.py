"""Verification of organisations: papers in, and a decision by somebody else (L69, T13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.identity.events import (
    MailWanted,
    OrganisationChanged,
    VerificationDecided,
    VerificationSubmitted,
    VerificationWithdrawn,
)
from marketplace.identity.organisations import inner
from marketplace.identity.organisations.commands import (
    FLAGS,
    NAME_LENGTH,
    clean,
    locked_organisation,
    managed,
    set_flags,
)
from marketplace.identity.organisations.models import (
    Alias,
    Membership,
    Organisation,
    Verification,
)
from marketplace.identity.organisations.states import Kind, Move, State, advance
from marketplace.identity.people.models import User
from marketplace.identity.policy import may_decide_verification
from marketplace.kernel import files
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from rules.credit_code import parse_credit_code
from rules.days import add_months, end_of, local_date
from rules.refusals import NumberRefused

DOCUMENT_KINDS = ("licence", "authority")


@dataclass(frozen=True, slots=True)
class Paper:
    """An uploaded document whose type was read from its content."""

    what: str
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SubmitVerification:
    """Claims about an organisation, with the papers that show them.

    An individual has no credit code: the identity number of the person stands for it.
    """

    organisation_id: int
    name: str
    kind: str
    credit_code: str = ""
    controller_code: str = ""
    flags: frozenset[str] = frozenset()
    papers: tuple[Paper, ...] = ()


def submit_verification(ctx: Context, command: SubmitVerification) -> int:
    """Submit papers; returns the number of the submission.

    Raises Invalid (``errors`` per field, with codes of rules.credit_code), NotFound, Forbidden,
    Conflict: the code belongs to another organisation, papers already wait, suspended.
    """
    claims = _claims(command)
    kept = [_keep(ctx, paper) for paper in command.papers]
    with ctx.transaction() as tx:
        row = managed(tx, command.organisation_id)
        _refuse_taken(tx, row.id, claims["credit_code"])
        _refuse_unproved_person(tx, claims["kind"])
        if _open_submission(tx, row.id) is not None:
            raise Conflict("identity.papers_wait")
        documents = kept or _papers_before(tx, row.id)
        if not any(paper["what"] == "licence" for paper in documents):
            raise Invalid(errors={"licence": ["identity.licence_needed"]})
        purpose = _purpose(row, claims)
        row.state = advance(row.state, Move.SUBMIT).value
        submission = Verification(
            organisation_id=row.id,
            purpose=purpose,
            state="submitted",
            claims=claims,
            documents=documents,
            submitted_by=tx.actor.user_id,
            submitted_at=tx.now,
        )
        tx.db.add(submission)
        tx.db.flush()
        tx.audit("verification.submitted", "organisation", row.id, purpose=purpose)
        tx.emit(VerificationSubmitted(submission.id, row.id, claims["name"], purpose))
        return submission.id


def _claims(command: SubmitVerification) -> dict[str, Any]:
    errors: dict[str, list[Any]] = {}
    name = clean(command.name)
    if not 2 <= len(name) <= NAME_LENGTH:
        errors["name"] = ["identity.organisation_name_length"]
    if command.kind not in set(Kind) - {Kind.MARKET}:
        errors["kind"] = ["identity.unknown_kind"]
    code = None
    if command.kind != Kind.INDIVIDUAL:
        code = _code(command.credit_code, "credit_code", errors)
    controller = None
    if command.controller_code.strip():
        controller = _code(command.controller_code, "controller_code", errors)
    if errors:
        raise Invalid(errors=errors)
    return {
        "name": name,
        "kind": command.kind,
        "credit_code": code,
        "controller_code": controller,
        "flags": sorted(command.flags & set(FLAGS)),
    }


def _code(typed: str, field: str, errors: dict[str, list[Any]]) -> str | None:
    try:
        return parse_credit_code(typed).canonical
    except NumberRefused as error:
        errors[field] = [{"code": f"identity.code_{error.code}", "facts": dict(error.facts)}]
        return None


def _keep(ctx: Context, paper: Paper) -> dict[str, Any]:
    if paper.what not in DOCUMENT_KINDS:
        raise Invalid("identity.unknown_paper")
    stored = files.put(ctx.settings, paper.content, area="verification")
    return {"what": paper.what, "name": paper.name, "type": paper.media_type, **asdict(stored)}


def _refuse_taken(tx: Tx, organisation_id: int, code: str | None) -> None:
    # Only a verified holder blocks a code: nobody can squat on another's by merely claiming it.
    if code is None:
        return
    holder = select(Organisation.name).where(
        Organisation.credit_code == code, Organisation.id != organisation_id
    )
    name = tx.db.scalar(holder)
    if name is not None:
        raise Conflict("identity.code_taken", organisation=name)


def _refuse_unproved_person(tx: Tx, kind: str) -> None:
    if kind != Kind.INDIVIDUAL:
        return
    person = tx.db.get(User, tx.actor.user_id)
    if person is None or person.identity_number_print is None:
        raise Invalid("identity.identity_number_needed")


def _open_submission(tx: Tx, organisation_id: int) -> Verification | None:
    query = select(Verification).where(
        Verification.organisation_id == organisation_id, Verification.state == "submitted"
    )
    return tx.db.scalar(query.with_for_update())


def _papers_before(tx: Tx, organisation_id: int) -> list[Any]:
    # Returned papers that were in order need not be uploaded again.
    query = (
        select(Verification.documents)
        .where(Verification.organisation_id == organisation_id)
        .order_by(Verification.id.desc())
        .limit(1)
    )
    return list(tx.db.scalar(query) or [])


def _purpose(row: Organisation, claims: Mapping[str, Any]) -> str:
    if row.state != State.VERIFIED:
        return "first"
    same = (row.name, row.kind, row.credit_code) == (
        claims["name"],
        claims["kind"],
        claims["credit_code"],
    )
    return "renewal" if same else "change"


def withdraw_verification(ctx: Context, organisation_id: int) -> None:
    """Take the waiting papers back; raises Conflict when none wait."""
    with ctx.transaction() as tx:
        row = managed(tx, organisation_id)
        submission = _open_submission(tx, row.id)
        if submission is None:
            raise Conflict("identity.no_papers_wait")
        submission.state = "withdrawn"
        row.state = advance(row.state, Move.WITHDRAW).value
        tx.audit("verification.withdrawn", "organisation", row.id)
        tx.emit(VerificationWithdrawn(submission.id, row.id))


def decide_verification(tx: Tx, *, verification_id: int, approve: bool, reason: str = "") -> None:
    """Step of the review desk: verify the organisation, or return its papers with a reason.

    Raises Forbidden for anybody but a reviewer, and for reviewers who belong or belonged to the
    organisation or submitted the papers (T13); Conflict when already decided or the code went to
    somebody else meanwhile; Invalid without a reason for returning.
    """
    found = tx.db.get(Verification, verification_id)
    if found is None:
        raise NotFound
    row = locked_organisation(tx, found.organisation_id)
    submission = _open_submission(tx, row.id)
    if submission is None or submission.id != verification_id:
        raise Conflict("identity.already_decided")
    own = ever_members(tx, row.id) | {submission.submitted_by}
    if not may_decide_verification(tx.actor, row.id, own):
        raise Forbidden("identity.own_organisation")
    if not approve and not reason.strip():
        raise Invalid("reason_needed")
    _apply(tx, row, submission, approve=approve)
    submission.state = "verified" if approve else "returned"
    submission.decided_by, submission.decided_at = tx.actor.user_id, tx.now
    submission.reason = reason.strip()
    tx.audit(
        f"verification.{submission.state}", "organisation", row.id, why=reason, by=submission.id
    )
    tx.emit(VerificationDecided(submission.id, row.id, submission.state, submission.reason))
    tx.emit(OrganisationChanged(row.id))
    tell_managers(tx, row, submission.state, reason=submission.reason)


def decide(ctx: Context, *, verification_id: int, approve: bool, reason: str = "") -> None:
    """``decide_verification`` as a command of its own."""
    with ctx.transaction() as tx:
        decide_verification(tx, verification_id=verification_id, approve=approve, reason=reason)


def _apply(tx: Tx, row: Organisation, submission: Verification, *, approve: bool) -> None:
    after = advance(row.state, Move.VERIFY if approve else Move.RETURN)
    if approve:
        claims = submission.claims
        _refuse_taken(tx, row.id, claims["credit_code"])
        months = option(tx.db, "verification_months")
        if row.verified_at is not None and claims["name"] != row.name:
            tx.db.add(Alias(organisation_id=row.id, name=row.name, until=tx.now))
        row.name, row.kind = claims["name"], claims["kind"]
        row.credit_code, row.controller_code = claims["credit_code"], claims["controller_code"]
        set_flags(row, frozenset(claims["flags"]))
        row.verified_at, row.reverify_at = tx.now, due_after(tx.now, months)
        row.reminded_at = row.selling_paused_at = None
    row.state = after.value


def due_after(verified_at: datetime, months: int) -> datetime:
    """The instant by which an organisation must be verified again: the end of that day (L69)."""
    return end_of(add_months(local_date(verified_at), months))


def ever_members(tx: Tx, organisation_id: int) -> set[int]:
    """Step: everybody who belongs or ever belonged to the organisation."""
    query = select(Membership.user_id).where(Membership.organisation_id == organisation_id)
    return set(tx.db.scalars(query))


def tell_managers(tx: Tx, row: Organisation, message: str, **facts: str) -> None:
    """Step: want a mail to every owner and manager of the organisation."""
    roles = (MemberRole.OWNER, MemberRole.MANAGER)
    for person in inner.member_lines(tx.db, row.id, roles=roles):
        tx.emit(
            MailWanted(
                person.email,
                message,
                person.locale,
                {
                    "name": person.name,
                    "organisation": row.name,
                    "path": f"/identity/organisations/{row.id}",
                    **facts,
                },
            )
        )
