"""Makes the Actor of a session, a token or a known person, each with one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, join

from marketplace.identity.organisations.models import Membership, Organisation
from marketplace.identity.organisations.states import State
from marketplace.identity.people.models import Role, User, UserRole
from marketplace.identity.signin.models import EndedSession
from marketplace.identity.tokens.models import ApiToken
from marketplace.kernel.actor import Actor, MemberRole, StaffRole


@dataclass(frozen=True, slots=True)
class Door:
    """Through which door and from where somebody acts; ``scopes`` narrow a token."""

    via: str = "web"
    address: str = ""
    request_id: str = ""
    scopes: frozenset[str] | None = None


def _who(acted_for: Any, start: Any = User) -> Select[*tuple[Any, ...]]:
    membership = and_(
        Membership.user_id == User.id,
        Membership.organisation_id == acted_for,
        Membership.left_at.is_(None),
    )
    return (
        select(
            User.id.label("user_id"),
            User.name,
            User.confirmed_at,
            Membership.role.label("member_role"),
            Membership.bid_limit_minor,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation_name"),
            Organisation.kind,
            Organisation.credit_code,
            Organisation.state,
            Organisation.selling_paused_at,
            Role.name.label("office"),
        )
        .select_from(start)
        .outerjoin(Membership, membership)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(UserRole, UserRole.user_id == User.id)
        .outerjoin(Role, Role.id == UserRole.role_id)
        .where(User.active)
    )


_UNREAD: list[ScalarSelect[int]] = []


def count_unread_by(count: Callable[[InstrumentedAttribute[int]], ScalarSelect[int]]) -> None:
    """Let every session's statement also tell how many notices wait; notify says how to count.

    The frame of each page shows it: a statement of its own would be one more on every page.
    """
    _UNREAD[:] = [count(User.id)]
    _by_session.cache_clear()


@cache
def _by_session() -> Select[*tuple[Any, ...]]:
    who = _who(bindparam("acted_for", type_=Organisation.id.type)).where(
        User.fs_uniquifier == bindparam("uniquifier"),
        ~exists().where(EndedSession.digest == bindparam("session_digest")),
    )
    return who.add_columns(*(count.label("unread") for count in _UNREAD))


_BY_ID = _who(bindparam("acted_for", type_=Organisation.id.type)).where(
    User.id == bindparam("person")
)
BY_TOKEN = (
    _who(ApiToken.organisation_id, join(ApiToken, User, ApiToken.user_id == User.id))
    .add_columns(
        ApiToken.scopes,
        ApiToken.organisation_id.label("bound_to"),
        ApiToken.id.label("token_id"),
        ApiToken.last_used_at,
    )
    .where(
        ApiToken.digest == bindparam("token_digest"),
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > bindparam("at"),
    )
)


def actor_by_session(
    db: Session, uniquifier: str, *, acted_for: int | None, session_digest: str, door: Door
) -> Actor | None:
    """Who the session names, acting for the organisation chosen in it; None when ended."""
    asked = {"uniquifier": uniquifier, "session_digest": session_digest, "acted_for": acted_for}
    return actor_from(db.execute(_by_session(), asked).all(), door)


def actor_of(
    db: Session, user_id: int, *, organisation_id: int | None = None, door: Door | None = None
) -> Actor | None:
    """The actor for a known person (jobs, command line, tests); None when there is none."""
    rows = db.execute(_BY_ID, {"person": user_id, "acted_for": organisation_id}).all()
    return actor_from(rows, door or Door(via="cli"))


def actor_from(rows: Sequence[Any], door: Door) -> Actor | None:
    """Fold the rows (one per office) into the Actor."""
    if not rows:
        return None
    one = rows[0]
    return Actor(
        user_id=one.user_id,
        name=one.name,
        organisation_id=one.organisation_id,
        organisation_name=one.organisation_name or "",
        organisation_kind=one.kind or "",
        organisation_verified=one.state == State.VERIFIED,
        selling_paused=one.selling_paused_at is not None,
        credit_code=one.credit_code,
        member_role=MemberRole(one.member_role) if one.member_role else None,
        bid_limit_minor=one.bid_limit_minor,
        staff_roles=frozenset(StaffRole(row.office) for row in rows if row.office),
        email_confirmed=one.confirmed_at is not None,
        via=door.via,
        address=door.address,
        request_id=door.request_id,
        scopes=door.scopes,
        unread=getattr(one, "unread", None),
    )
