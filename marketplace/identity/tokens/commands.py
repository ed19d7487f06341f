"""Making, using and revoking API tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from marketplace.identity.actors import Door
from marketplace.identity.tokens.models import ApiToken
from marketplace.identity.tokens.queries import PREFIX, authenticate, digest_of
from marketplace.identity.tokens.scopes import SCOPES
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.kernel.ids import token

LONGEST_DAYS = 365
MOST_LIVE = 20
USE_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CreateToken:
    """A token for ``days`` days, for the organisation acted for, within ``scopes``."""

    name: str
    scopes: frozenset[str]
    days: int = 90


@dataclass(frozen=True, slots=True)
class NewToken:
    """The only time the token itself is known."""

    id: int
    token: str


def create_token(ctx: Context, command: CreateToken) -> NewToken:
    """Make a token; only its digest is kept. Raises Invalid; a token cannot make tokens."""
    _check(command)
    made = PREFIX + token()
    with ctx.transaction() as tx:
        if tx.actor.scopes is not None:
            raise Forbidden
        _refuse_too_many(tx)
        row = ApiToken(
            user_id=tx.actor.user_id,
            organisation_id=tx.actor.organisation_id,
            name=command.name.strip(),
            hint=made[: len(PREFIX) + 4],
            digest=digest_of(made),
            scopes=sorted(command.scopes),
            created_at=tx.now,
            expires_at=tx.now + timedelta(days=command.days),
        )
        tx.db.add(row)
        tx.db.flush()
        tx.audit("token.created", "api_token", row.id, scopes=row.scopes, days=command.days)
        return NewToken(row.id, made)


def _check(command: CreateToken) -> None:
    errors: dict[str, list[str]] = {}
    if not 1 <= len(command.name.strip()) <= 80:
        errors["name"] = ["identity.name_length"]
    if not command.scopes or not command.scopes <= SCOPES.keys():
        errors["scopes"] = ["identity.scopes_needed"]
    if not 1 <= command.days <= LONGEST_DAYS:
        errors["days"] = ["identity.token_days"]
    if errors:
        raise Invalid(errors=errors)


def _refuse_too_many(tx: Tx) -> None:
    live = tx.db.scalar(
        select(func.count()).where(
            ApiToken.user_id == tx.actor.user_id,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > tx.now,
        )
    )
    if (live or 0) >= MOST_LIVE:
        raise Invalid("identity.too_many_tokens", most=MOST_LIVE)


def revoke_token(ctx: Context, token_id: int) -> None:
    """End one of the actor's own tokens at once; raises NotFound for anybody else's (T22)."""
    with ctx.transaction() as tx:
        row = tx.db.scalar(
            select(ApiToken)
            .where(ApiToken.id == token_id, ApiToken.user_id == tx.actor.user_id)
            .with_for_update()
        )
        if row is None:
            raise NotFound
        if row.revoked_at is None:
            row.revoked_at = tx.now
            tx.audit("token.revoked", "api_token", row.id)


def use_token(ctx: Context, presented: str, *, door: Door) -> Actor | None:
    """Authenticate a request by its token and note the use, at most every ten minutes."""
    now = ctx.clock()
    with ctx.reading() as db:
        found = authenticate(db, presented, now=now, door=door)
    if found is None:
        return None
    if found.last_used_at is None or found.last_used_at < now - USE_NOTED_EVERY:
        with ctx.transaction() as tx:
            tx.db.execute(
                update(ApiToken).where(ApiToken.id == found.token_id).values(last_used_at=now),
                execution_options={"synchronize_session": False},
            )
    return found.actor
