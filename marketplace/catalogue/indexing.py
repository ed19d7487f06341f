"""Feed the index from the outbox: in order, coalesced, re-read, applied in one batch."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue import engine, sources
from marketplace.kernel import leases, relay
from marketplace.kernel.context import Context
from marketplace.kernel.outbox import OutboxRow
from marketplace.kernel.settings import Settings

CONSUMER = "catalogue.index"
CONSUMERS = (CONSUMER,)
LEASE = timedelta(seconds=30)
MOST = 500
log = structlog.get_logger(__name__)
_owed = (OutboxRow.consumer == CONSUMER) & OutboxRow.done_at.is_(None)


def step(ctx: Context) -> int:
    """Apply one batch of owed changes; how many rows it took. 0 when idle or not the holder.

    Safe to repeat: rows are marked done after the index has them, and a change read twice
    leaves the same document (S7).
    """
    if not leases.take(ctx, "catalogue.indexer", lasting=LEASE):
        return 0
    backend = engine.writer(ctx.settings)
    if backend.stats()["state"] != "ready":
        return rebuild(ctx)
    with ctx.reading() as db:
        query = select(OutboxRow.id, OutboxRow.event, OutboxRow.payload).where(_owed)
        rows = db.execute(query.order_by(OutboxRow.id).limit(MOST)).all()
        if not rows:
            return 0
        identities = {_identity(row.event, row.payload) for row in rows}
        batch = sources.changes(db, identities)
    # The number only grows: rows of PostgreSQL may become visible out of their order.
    backend.apply(batch, max(backend.seq() + 1, rows[-1].id))
    relay.finish(ctx, [row.id for row in rows])
    return len(rows)


def _identity(event: str, payload: dict[str, object]) -> str:
    for source in sources.SOURCES.values():
        if source.event == event:
            return f"{source.prefix}:{payload[source.key]}"
    raise LookupError(event)


def rebuild(ctx: Context) -> int:
    """Make the whole index new from the database and swap it in; how many documents."""
    backend = engine.writer(ctx.settings)
    with ctx.reading() as db:
        rows = list(db.scalars(select(OutboxRow.id).where(_owed)))
        last = db.scalar(select(func.max(OutboxRow.id))) or 0
        count = backend.rebuild(sources.everything(db), max(backend.seq() + 1, last))
    for start in range(0, len(rows), MOST):
        relay.finish(ctx, rows[start : start + MOST])
    log.info("index.rebuilt", documents=count)
    return count


def state(db: Session, settings: Settings) -> tuple[int, int, int]:
    """(last change in the index, changes owed, documents)."""
    lag = db.scalar(select(func.count()).select_from(OutboxRow).where(_owed)) or 0
    stats = engine.reader(settings).stats()
    return int(stats["seq"]), lag, int(stats["documents"])


def audit(ctx: Context) -> int:
    """Sweep: compare ids and versions with the database and repair what differs; how many (I11)."""
    if not leases.take(ctx, "catalogue.indexer", lasting=LEASE):
        return 0
    backend = engine.writer(ctx.settings)
    indexed = dict(backend.versions())
    with ctx.reading() as db:
        wrong = [
            one.id for one in sources.everything(db) if indexed.pop(one.id, None) != one.version
        ]
        wrong += list(indexed)  # indexed, but not public any more
        if wrong:
            backend.apply(sources.changes(db, wrong), backend.seq() + 1)
            log.warning("index.repaired", records=len(wrong))
    return len(wrong)
