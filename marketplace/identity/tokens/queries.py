"""Reads of API tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.identity.actors import BY_TOKEN, Door, actor_from
from marketplace.identity.organisations.models import Organisation
from marketplace.identity.tokens.models import ApiToken
from marketplace.kernel.actor import Actor
from marketplace.kernel.db import plainly

PREFIX = "mkt_"
LONGEST = 100


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token as its owner sees it: never the token itself."""

    id: int
    name: str
    hint: str
    scopes: tuple[str, ...]
    organisation_name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """True while the token opens anything."""
        return self.revoked_at is None and self.expires_at > now


def digest_of(presented: str) -> str:
    """How a token is stored: 256 random bits need no slow hash."""
    return hashlib.sha256(presented.encode()).hexdigest()


def is_well_formed(presented: str) -> bool:
    """False for "", "null", "undefined", anything outside ASCII and anything overlong (T22)."""
    return (
        presented.isascii()
        and presented.startswith(PREFIX)
        and len(PREFIX) + 40 <= len(presented) <= LONGEST
    )


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who a good token acts for, which token it is, and when its use was last noted."""

    actor: Actor
    token_id: int
    last_used_at: datetime | None


def authenticate(db: Session, presented: str, *, now: datetime, door: Door) -> Authenticated | None:
    """Who a presented token acts for, with its scopes; None for any token that is not good.

    A token bound to an organisation is void once its person is no longer a member.
    """
    if not is_well_formed(presented):
        return None
    rows = plainly(db, BY_TOKEN, {"token_digest": digest_of(presented), "at": now}).all()
    if not rows or (rows[0].bound_to is not None and rows[0].organisation_id is None):
        return None
    scoped = Door(door.via, door.address, door.request_id, frozenset(rows[0].scopes))
    actor = actor_from(rows, scoped)
    if actor is None:
        return None
    return Authenticated(actor, rows[0].token_id, rows[0].last_used_at)


def tokens_of(db: Session, user_id: int) -> list[TokenLine]:
    """The person's tokens, newest first."""
    query = (
        select(ApiToken, Organisation.name)
        .outerjoin(Organisation, Organisation.id == ApiToken.organisation_id)
        .where(ApiToken.user_id == user_id)
        .order_by(ApiToken.id.desc())
    )
    return [
        TokenLine(
            row.id,
            row.name,
            row.hint,
            tuple(row.scopes),
            organisation or "",
            row.created_at,
            row.expires_at,
            row.last_used_at,
            row.revoked_at,
        )
        for row, organisation in db.execute(query)
    ]
