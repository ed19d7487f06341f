"""Deliver outbox rows at least once: claim by a guarded UPDATE, run, mark done or back off."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import select, update

from marketplace.kernel.context import Context
from marketplace.kernel.outbox import OutboxRow

Handler = Callable[[Context, int, dict[str, Any]], None]
Handlers = Mapping[str, Handler]
T = TypeVar("T")
LEASE = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A row this process may deliver until its lease ends."""

    row_id: int
    consumer: str
    payload: dict[str, Any]


def deliver_one(ctx: Context, handlers: Handlers, *, apart_from: Collection[str] = ()) -> bool:
    """Deliver one due row; False when nothing is due. Handlers must be idempotent by row id.

    ``apart_from`` names consumers that read their rows themselves (the search indexer).
    """
    claimed = claim(ctx, apart_from)
    if claimed is None:
        return False
    handler = handlers[claimed.consumer]
    _, failure = attempt(
        lambda: handler(ctx, claimed.row_id, claimed.payload),
        doing="outbox",
        name=claimed.consumer,
    )
    if failure is None:
        finish(ctx, [claimed.row_id])
    else:
        give_back(ctx, claimed.row_id, failure)
    return True


def attempt(work: Callable[[], T], *, doing: str, name: str) -> tuple[T | None, Exception | None]:
    """Run work that must not stop its neighbours; its value, or the exception it raised, logged.

    The one place that catches everything: what failed is retried and shown to the staff.
    """
    try:
        return work(), None
    except Exception as exc:
        log.exception("work.failed", doing=doing, name=name)
        return None, exc


def claim(ctx: Context, apart_from: Collection[str] = ()) -> Claim | None:
    """Take the oldest due row for ``LEASE``; None when nothing is due."""
    now = ctx.clock()
    due = OutboxRow.done_at.is_(None) & (OutboxRow.due_at <= now)
    oldest = select(OutboxRow.id).where(due).order_by(OutboxRow.id).limit(1)
    if apart_from:
        oldest = oldest.where(OutboxRow.consumer.not_in(apart_from))
    with ctx.reading() as db:  # looking costs no write lock
        if db.scalar(oldest) is None:
            return None
    with ctx.transaction() as tx:
        row_id = tx.db.scalar(oldest.with_for_update(skip_locked=True))
        if row_id is None:
            return None
        found = tx.db.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id, due)
            .values(due_at=now + LEASE, attempts=OutboxRow.attempts + 1)
            .returning(OutboxRow.consumer, OutboxRow.payload)
        ).first()
        return None if found is None else Claim(row_id, found.consumer, found.payload)


def finish(ctx: Context, row_ids: list[int]) -> None:
    """Mark rows as delivered."""
    with ctx.transaction() as tx:
        tx.db.execute(
            update(OutboxRow)
            .where(OutboxRow.id.in_(row_ids))
            .values(done_at=tx.now, error=None)
            .execution_options(synchronize_session=False)
        )


def give_back(ctx: Context, row_id: int, exc: Exception) -> None:
    """Put a failed row back; the wait doubles with every attempt, up to an hour."""
    with ctx.transaction() as tx:
        row = tx.db.get_one(OutboxRow, row_id)
        row.error = repr(exc)[:500]
        row.due_at = tx.now + min(timedelta(seconds=2 ** min(row.attempts, 12)), LONGEST_WAIT)
