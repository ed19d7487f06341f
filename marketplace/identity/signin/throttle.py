"""Counts attempts per account and per address in the database: growing waits, no lasting lock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from marketplace.identity.signin.models import Attempt, EndedSession
from marketplace.kernel.cipher import fingerprint
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` attempts without a wait; then waits that double up to ``longest``.

    Attempts older than ``memory`` are forgotten, so nobody is locked out for good.
    """

    free: int
    first_wait: timedelta
    longest: timedelta
    memory: timedelta

    def wait(self, count: int) -> timedelta:
        """The wait after the ``count``-th attempt in a row."""
        if count < self.free:
            return timedelta(0)
        doublings = min(count - self.free, 16)
        return min(self.first_wait * (1 << doublings), self.longest)


_QUARTER = timedelta(minutes=15)
_GUESS = Limit(5, timedelta(seconds=15), _QUARTER, timedelta(hours=1))
_GUESS_PLACE = Limit(10, timedelta(seconds=30), _QUARTER, timedelta(minutes=10))
_MAIL = Limit(3, timedelta(minutes=1), timedelta(hours=1), timedelta(hours=6))
_MAIL_PLACE = Limit(20, timedelta(minutes=1), _QUARTER, timedelta(hours=1))

LIMITS: dict[str, tuple[Limit, Limit]] = {
    "sign_in": (_GUESS, _GUESS_PLACE),
    "verify": (_GUESS, _GUESS_PLACE),
    "code": (_GUESS, _GUESS_PLACE),
    "register": (_MAIL, _MAIL_PLACE),
    "recover": (_MAIL, _MAIL_PLACE),
    "confirm": (_MAIL, _MAIL_PLACE),
    "invite": (Limit(30, timedelta(minutes=1), _QUARTER, timedelta(days=1)), _MAIL_PLACE),
}
"""Kind of attempt → limit per account, limit per address (trust.md, Limits: 10 in 10 minutes)."""


@dataclass(frozen=True, slots=True)
class Who:
    """Against which account, from which network address. The account need not exist."""

    account: str
    address: str


def begin(ctx: Context, kind: str, who: Who) -> None:
    """Count an attempt before it is tried; raises TooMany (``retry_after_seconds``).

    Counting first closes the gap in which many guesses at once would all be «the first».
    An unknown account costs the same statements as a known one (T14).
    """
    with ctx.transaction() as tx:
        rows = _rows(tx, kind, who)
        waits = [row.blocked_until for row, _limit in rows]
        longest = max((until for until in waits if until and until > tx.now), default=None)
        if longest is None:
            for row, limit in rows:
                _count(row, limit, tx.now)
    if longest is not None:
        seconds = max(1, math.ceil((longest - ctx.clock()).total_seconds()))
        raise TooMany("identity.slow_down", retry_after_seconds=seconds)


def succeeded(tx: Tx, kind: str, who: Who) -> None:
    """Step: the attempt was right; the account starts anew, the address gets it back."""
    account, address = _keys(tx.ctx, kind, who)
    # Locked in the order of the keys, as ``begin`` does: two requests never wait crosswise.
    both = select(Attempt).where(Attempt.key.in_((account, address))).order_by(Attempt.key)
    held = {row.key: row for row in tx.db.scalars(both.with_for_update())}
    if address in held:
        held[address].count = max(0, held[address].count - 1)
    if account in held:
        # Kept, not deleted: another request may be about to count on this row.
        held[account].count, held[account].blocked_until = 0, None


def forget_old(ctx: Context) -> int:
    """Sweep: drop counters and ended sessions that no longer mean anything; how many."""
    with ctx.transaction() as tx:
        old = delete(Attempt).where(Attempt.last_at < tx.now - timedelta(days=2))
        ended = delete(EndedSession).where(EndedSession.until < tx.now)
        return sum(
            tx.db.execute(each.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
            for each in (old, ended)
        )


def _keys(ctx: Context, kind: str, who: Who) -> tuple[str, str]:
    keys = ctx.settings.secrets
    account = fingerprint(keys, f"{kind}|account|{who.account.strip().lower()}")
    return account, fingerprint(keys, f"{kind}|address|{who.address}")


def _rows(tx: Tx, kind: str, who: Who) -> list[tuple[Attempt, Limit]]:
    pairs = zip(_keys(tx.ctx, kind, who), LIMITS[kind], strict=True)
    # In the order of the keys: two requests never wait for each other.
    return [(_row(tx, key), limit) for key, limit in sorted(pairs, key=lambda pair: pair[0])]


def _row(tx: Tx, key: str) -> Attempt:
    locked = select(Attempt).where(Attempt.key == key).with_for_update()
    row = tx.db.scalar(locked)
    if row is not None:
        return row
    row = Attempt(key=key, count=0, last_at=tx.now)
    try:
        with tx.db.begin_nested():
            tx.db.add(row)
    except IntegrityError:  # another request made it a moment ago
        return tx.db.scalars(locked).one()
    return row


def _count(row: Attempt, limit: Limit, now: datetime) -> None:
    if now - row.last_at > limit.memory:
        row.count = 0
    row.count += 1
    row.last_at = now
    wait = limit.wait(row.count)
    row.blocked_until = now + wait if wait else None
