"""Reads about an organisation from the inside: members, invitations, papers, contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.identity.organisations.models import (
    Invitation,
    Membership,
    Organisation,
    Verification,
)
from marketplace.identity.organisations.states import State
from marketplace.identity.people.models import User
from marketplace.kernel import cipher
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import Secrets


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member in the organisation's own list; ``bid_limit_minor`` in fen."""

    user_id: int
    name: str
    email: str
    locale: str
    role: MemberRole
    bid_limit_minor: int | None
    joined_at: datetime


def member_lines(
    db: Session, organisation_id: int, *, roles: Sequence[MemberRole] = ()
) -> list[MemberLine]:
    """The active members (in these roles), in the order they joined."""
    query = (
        select(Membership, User)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.left_at.is_(None),
            User.active,
        )
        .order_by(Membership.id)
    )
    if roles:
        query = query.where(Membership.role.in_([role.value for role in roles]))
    return [
        MemberLine(
            user.id,
            user.name,
            user.email,
            user.locale,
            MemberRole(row.role),
            row.bid_limit_minor,
            row.joined_at,
        )
        for row, user in db.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class InvitationLine:
    """An open invitation."""

    id: int
    email: str
    role: MemberRole
    invited_at: datetime
    expires_at: datetime


def open_invitations(db: Session, organisation_id: int, now: datetime) -> list[InvitationLine]:
    """Invitations that can still be accepted, newest first."""
    query = (
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id.desc())
    )
    return [
        InvitationLine(row.id, row.email, MemberRole(row.role), row.invited_at, row.expires_at)
        for row in db.scalars(query)
    ]


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """A submission of papers and what became of it."""

    id: int
    organisation_id: int
    organisation_name: str
    purpose: str
    state: str
    claims: dict[str, Any]
    documents: tuple[dict[str, Any], ...]
    submitted_by: int
    submitted_by_name: str
    submitted_at: datetime
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """The inner page of an organisation, for its members; the bank account is masked."""

    id: int
    name: str
    name_en: str
    kind: str
    credit_code: str | None
    controller_code: str | None
    state_founded: bool
    state_owned: bool
    small_micro: bool
    high_tech: bool
    region: str
    address: str
    about: str
    about_en: str
    website: str
    founded_year: int | None
    contact_name: str
    verified_at: datetime | None
    reverify_at: datetime | None
    selling_paused_at: datetime | None
    created_at: datetime
    clusters: tuple[str, ...]
    state: State
    contact_phone: str
    contact_email: str
    bank_account_masked: str
    submission: SubmissionLine | None


_PLAIN = tuple(OwnOrganisation.__dataclass_fields__)[:21]
"""The fields that are columns of the same name."""


def own_organisation(db: Session, keys: Secrets, organisation_id: int) -> OwnOrganisation:
    """The inner page; the caller has asked the policy. Raises NotFound."""
    row = db.get(Organisation, organisation_id)
    if row is None:
        raise NotFound
    bank = _open(keys, row.bank_account_sealed)
    return OwnOrganisation(
        **{name: getattr(row, name) for name in _PLAIN},
        clusters=tuple(row.clusters or ()),
        state=State(row.state),
        contact_phone=_open(keys, row.contact_phone_sealed),
        contact_email=_open(keys, row.contact_email_sealed),
        bank_account_masked=cipher.masked(bank) if bank else "",
        submission=_newest_submission(db, organisation_id),
    )


def _open(keys: Secrets, sealed: str | None) -> str:
    return cipher.unseal(keys, sealed) if sealed else ""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where payments to an organisation go: in its own name (L80), the number still sealed."""

    holder: str
    sealed: str
    tail: str
    bank: str


def bank_account(db: Session, keys: Secrets, organisation_id: int) -> BankAccount | None:
    """The account an organisation gave with its consent; None for none."""
    row = db.execute(
        select(Organisation.name, Organisation.bank_account_sealed, Organisation.bank_name).where(
            Organisation.id == organisation_id
        )
    ).first()
    if row is None or row.bank_account_sealed is None:
        return None
    number = cipher.unseal(keys, row.bank_account_sealed)
    return BankAccount(row.name, row.bank_account_sealed, number[-4:], row.bank_name)


def contact_of(db: Session, keys: Secrets, organisation_id: int) -> dict[str, str]:
    """Name, phone and mail of the contact person: only for release by consent (L75, T9)."""
    row = db.get(Organisation, organisation_id)
    if row is None:
        raise NotFound
    return {
        "name": row.contact_name,
        "phone": _open(keys, row.contact_phone_sealed),
        "email": _open(keys, row.contact_email_sealed),
    }


def _newest_submission(db: Session, organisation_id: int) -> SubmissionLine | None:
    lines = _submissions(db, Verification.organisation_id == organisation_id, newest=True, limit=1)
    return lines[0] if lines else None


def submissions_of(db: Session, organisation_id: int) -> list[SubmissionLine]:
    """Every submission of an organisation, newest first."""
    return _submissions(db, Verification.organisation_id == organisation_id, newest=True)


def pending_verifications(db: Session, *, limit: int = 100) -> list[SubmissionLine]:
    """Papers that wait for a reviewer, oldest first."""
    return _submissions(db, Verification.state == "submitted", limit=limit)


def verification_detail(db: Session, verification_id: int) -> SubmissionLine:
    """One submission; raises NotFound."""
    lines = _submissions(db, Verification.id == verification_id)
    if not lines:
        raise NotFound
    return lines[0]


def _submissions(
    db: Session, condition: Any, *, newest: bool = False, limit: int | None = None
) -> list[SubmissionLine]:
    order = Verification.id.desc() if newest else Verification.id
    query = (
        select(Verification, Organisation.name, User.name)
        .join(Organisation, Organisation.id == Verification.organisation_id)
        .join(User, User.id == Verification.submitted_by)
        .where(condition)
        .order_by(order)
        .limit(limit)
    )
    return [
        SubmissionLine(
            row.id,
            row.organisation_id,
            name,
            row.purpose,
            row.state,
            dict(row.claims),
            tuple(row.documents),
            row.submitted_by,
            person,
            row.submitted_at,
            row.decided_at,
            row.reason,
        )
        for row, name, person in db.execute(query)
    ]
