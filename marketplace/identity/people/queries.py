"""Reads about persons: names, addresses for mail, offices, the own account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity.people.models import (
    SECOND_FACTOR_ROLES,
    Consent,
    Relative,
    Role,
    User,
    UserRole,
)
from marketplace.kernel import cipher
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import Secrets


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as notices and lists need it."""

    id: int
    name: str
    email: str
    locale: str


def person(db: Session, user_id: int) -> PersonLine:
    """An active person; raises NotFound."""
    found = people(db, [user_id]).get(user_id)
    if found is None:
        raise NotFound
    return found


def people(db: Session, user_ids: Iterable[int]) -> dict[int, PersonLine]:
    """The active ones of these persons, by number."""
    query = select(User.id, User.name, User.email, User.locale).where(
        User.id.in_(sorted(set(user_ids))), User.active
    )
    return {row.id: PersonLine(*row) for row in db.execute(query)}


def people_emails(db: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Mail addresses of the active ones of these persons."""
    return {number: line.email for number, line in people(db, user_ids).items()}


def person_names(db: Session, user_ids: Iterable[int]) -> dict[int, str]:
    """Names, also of closed accounts (which have none left)."""
    query = select(User.id, User.name).where(User.id.in_(sorted(set(user_ids))))
    return {row.id: row.name for row in db.execute(query)}


def staff_ids(db: Session, *roles: StaffRole) -> list[int]:
    """Everybody who holds one of these offices (none given: any office)."""
    query = (
        select(UserRole.user_id)
        .distinct()
        .join(User, User.id == UserRole.user_id)
        .where(User.active)
        .order_by(UserRole.user_id)
    )
    if roles:
        query = query.join(Role, Role.id == UserRole.role_id).where(
            Role.name.in_([role.value for role in roles])
        )
    return list(db.scalars(query))


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A person with offices, for the administrator's list."""

    id: int
    name: str
    email: str
    roles: tuple[StaffRole, ...]
    has_second_factor: bool
    last_seen_at: datetime | None


def staff(db: Session) -> list[StaffLine]:
    """Everybody with an office, by name."""
    query = (
        select(User, Role.name)
        .join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(User.active)
        .order_by(User.name, User.id, Role.name)
    )
    held: dict[int, tuple[User, list[StaffRole]]] = {}
    for user, role in db.execute(query):
        held.setdefault(user.id, (user, []))[1].append(StaffRole(role))
    return [
        StaffLine(
            user.id,
            user.name,
            user.email,
            tuple(roles),
            user.has_second_factor,
            user.current_login_at,
        )
        for user, roles in held.values()
    ]


def find_people(db: Session, text: str, *, limit: int = 20) -> list[PersonLine]:
    """Active persons whose name or address begins with the text, for the administrator."""
    start = text.strip().lower()
    if not start:
        return []
    query = (
        select(User.id, User.name, User.email, User.locale)
        .where(
            User.active,
            func.lower(User.name).startswith(start, autoescape=True)
            | User.email.startswith(start, autoescape=True),
        )
        .order_by(User.id)
        .limit(limit)
    )
    return [PersonLine(*row) for row in db.execute(query)]


def user_id_by_email(db: Session, email: str) -> int | None:
    """The active person with this address (command line, demo, tests)."""
    return db.scalar(select(User.id).where(User.email == email.strip().lower(), User.active))


@dataclass(frozen=True, slots=True)
class Account:
    """The own account as its owner sees it; numbers are masked."""

    id: int
    name: str
    email: str
    locale: str
    confirmed_at: datetime | None
    created_at: datetime
    last_login_at: datetime | None
    last_login_address: str
    has_second_factor: bool
    recovery_codes_left: int
    identity_number_masked: str
    relatives: tuple[tuple[int, str], ...]
    consents: tuple[tuple[str, str, datetime], ...]


def account(db: Session, keys: Secrets, user_id: int) -> Account:
    """The actor's own account; raises NotFound."""
    user = db.get(User, user_id)
    if user is None or not user.active:
        raise NotFound
    sealed = user.identity_number_sealed
    relatives = select(Relative.id, Relative.label).where(Relative.user_id == user_id)
    consents = select(Consent.purpose, Consent.version, Consent.given_at).where(
        Consent.user_id == user_id, Consent.withdrawn_at.is_(None)
    )
    return Account(
        id=user.id,
        name=user.name,
        email=user.email,
        locale=user.locale,
        confirmed_at=user.confirmed_at,
        created_at=user.created_at,
        last_login_at=user.last_login_at,
        last_login_address=user.last_login_ip or "",
        has_second_factor=user.has_second_factor,
        recovery_codes_left=len(user.mf_recovery_codes or []),
        identity_number_masked=_masked(keys, sealed),
        relatives=tuple(
            (number, label) for number, label in db.execute(relatives.order_by(Relative.id))
        ),
        consents=tuple(
            (row.purpose, row.version, row.given_at)
            for row in db.execute(consents.order_by(Consent.id))
        ),
    )


def _masked(keys: Secrets, sealed: str | None) -> str:
    return cipher.masked(cipher.unseal(keys, sealed), first=3, last=2) if sealed else ""


def roles_without_second_factor(db: Session) -> list[str]:
    """Offices held by somebody without a second factor, for the start-up check."""
    query = (
        select(Role.name)
        .distinct()
        .join(UserRole, UserRole.role_id == Role.id)
        .join(User, User.id == UserRole.user_id)
        .where(
            User.active,
            User.tf_totp_secret.is_(None),
            Role.name.in_([role.value for role in SECOND_FACTOR_ROLES]),
        )
        .order_by(Role.name)
    )
    return list(db.scalars(query))


def user_count(db: Session) -> int:
    """How many active accounts there are."""
    return db.scalar(select(func.count()).where(User.active)) or 0
