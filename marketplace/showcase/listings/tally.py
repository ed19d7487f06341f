"""Counts how often pages are opened: in memory first, into the database now and then."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Unavailable
from marketplace.showcase.listings.models import ListingViews

EVERY = timedelta(seconds=15)


class Tally:
    """Openings not yet written. A crash loses some seconds of a figure, nothing else."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[int, date]] = Counter()
        self._written_at: datetime | None = None
        self._lock = Lock()

    def note(self, ctx: Context, listing_id: int) -> None:
        """Count one opening; write all when the last writing is long enough ago."""
        now = ctx.clock()
        with self._lock:
            self._counts[listing_id, now.astimezone(SHANGHAI).date()] += 1
            self._written_at = self._written_at or now
            due = abs(now - self._written_at) >= EVERY
        if due:
            self.write(ctx)

    def write(self, ctx: Context) -> None:
        """Add the counts to the table; a busy database keeps them for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            self._written_at = ctx.clock()
        try:
            _add(ctx, counts)
        except Unavailable:
            with self._lock:
                self._counts.update(counts)


def _add(ctx: Context, counts: Counter[tuple[int, date]]) -> None:
    if not counts:
        return
    rows = [
        {"listing_id": listing_id, "day": day, "count": count}
        for (listing_id, day), count in sorted(counts.items())
    ]
    dialect: Any = sqlite if ctx.engine.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(ListingViews)
    added = insert.on_conflict_do_update(
        index_elements=["listing_id", "day"],
        set_={"count": ListingViews.count + insert.excluded.count},
    )
    with ctx.transaction() as tx:
        tx.db.execute(added, rows)
