"""Reads about organisations that other rooms ask for: cards, public page, who belongs where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity.organisations.models import (
    Alias,
    Membership,
    Organisation,
)
from marketplace.identity.organisations.states import State
from marketplace.identity.people.models import User
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Card:
    """An organisation in one line."""

    id: int
    name: str
    name_en: str
    kind: str
    verified: bool
    region: str
    clusters: tuple[str, ...]
    state_founded: bool
    state_owned: bool
    high_tech: bool
    small_micro: bool


def organisation_cards(db: Session, ids: Iterable[int]) -> dict[int, Card]:
    """Cards by number; unknown numbers are left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {card.id: card for card in _cards(db, Organisation.id.in_(wanted))}


def verified_cards(db: Session, *, limit: int = 50, after_id: int = 0) -> list[Card]:
    """Verified organisations by number, for lists; page on with the last id."""
    condition = (Organisation.state == State.VERIFIED) & (Organisation.id > after_id)
    return _cards(db, condition, limit=limit)


def _cards(db: Session, condition: Any, *, limit: int | None = None) -> list[Card]:
    query = (
        select(
            Organisation.id,
            Organisation.name,
            Organisation.name_en,
            Organisation.kind,
            Organisation.state,
            Organisation.region,
            Organisation.clusters,
            Organisation.state_founded,
            Organisation.state_owned,
            Organisation.high_tech,
            Organisation.small_micro,
        )
        .where(condition)
        .order_by(Organisation.id)
        .limit(limit)
    )
    return [
        Card(
            row.id,
            row.name,
            row.name_en,
            row.kind,
            row.state == State.VERIFIED,
            row.region,
            tuple(row.clusters or ()),
            row.state_founded,
            row.state_owned,
            row.high_tech,
            row.small_micro,
        )
        for row in db.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """The public side of an organisation: nothing that needs consent (L75)."""

    id: int
    name: str
    name_en: str
    kind: str
    credit_code: str | None
    verified: bool
    verified_at: datetime | None
    suspended: bool
    region: str
    about: str
    about_en: str
    website: str
    founded_year: int | None
    clusters: tuple[str, ...]
    state_founded: bool
    state_owned: bool
    small_micro: bool
    high_tech: bool
    former_names: tuple[str, ...]
    member_since: datetime


def organisation_page(db: Session, organisation_id: int) -> OrganisationView:
    """The public page of an organisation that was verified at least once; raises NotFound."""
    page = party_page(db, organisation_id)
    if page.verified_at is None:
        raise NotFound
    return page


def party_page(db: Session, organisation_id: int) -> OrganisationView:
    """The same of whoever is a party of a deal, verified or known from a desk; raises NotFound."""
    row = db.get(Organisation, organisation_id)
    if row is None:
        raise NotFound
    names = select(Alias.name).where(Alias.organisation_id == row.id).order_by(Alias.id)
    return OrganisationView(
        id=row.id,
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        credit_code=row.credit_code,
        verified=row.state == State.VERIFIED,
        verified_at=row.verified_at,
        suspended=row.state == State.SUSPENDED,
        region=row.region,
        about=row.about,
        about_en=row.about_en,
        website=row.website,
        founded_year=row.founded_year,
        clusters=tuple(row.clusters or ()),
        state_founded=row.state_founded,
        state_owned=row.state_owned,
        small_micro=row.small_micro,
        high_tech=row.high_tech,
        former_names=tuple(db.scalars(names)),
        member_since=row.created_at,
    )


def organisation_names(db: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names by number."""
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(sorted(set(ids))))
    return {row.id: row.name for row in db.execute(query)}


def organisation_by_code(db: Session, credit_code: str) -> int | None:
    """The verified holder of a canonical credit code."""
    return db.scalar(select(Organisation.id).where(Organisation.credit_code == credit_code))


def organisation_counts(db: Session) -> dict[str, int]:
    """How many organisations are in each state of verification."""
    query = select(Organisation.state, func.count().label("held")).group_by(Organisation.state)
    return {row.state: row.held for row in db.execute(query)}


def members_of(db: Session, organisation_id: int, *, roles: Sequence[MemberRole] = ()) -> list[int]:
    """Numbers of the active members (in these roles), for notices."""
    query = (
        select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.left_at.is_(None),
            User.active,
        )
        .order_by(Membership.user_id)
    )
    if roles:
        query = query.where(Membership.role.in_([role.value for role in roles]))
    return list(db.scalars(query))


@dataclass(frozen=True, slots=True)
class Belonging:
    """One of the person's organisations."""

    organisation_id: int
    name: str
    kind: str
    state: State
    role: MemberRole
    selling_paused: bool


def memberships(db: Session, user_id: int) -> list[Belonging]:
    """The organisations a person may act for: verified ones first."""
    query = (
        select(Membership.role, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.user_id == user_id, Membership.left_at.is_(None))
        .order_by(Membership.id)
    )
    found = [
        Belonging(
            row.id,
            row.name,
            row.kind,
            State(row.state),
            MemberRole(role),
            row.selling_paused_at is not None,
        )
        for role, row in db.execute(query)
    ]
    return sorted(found, key=lambda one: one.state is not State.VERIFIED)


def first_membership(db: Session, user_id: int) -> int | None:
    """The organisation a person acts for after signing in."""
    found = memberships(db, user_id)
    return found[0].organisation_id if found else None


def is_member(db: Session, user_id: int, organisation_id: int) -> bool:
    """True while the person is an active member."""
    return any(one.organisation_id == organisation_id for one in memberships(db, user_id))
