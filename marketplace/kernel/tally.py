"""Counts how often pages are opened: in memory first, into the database now and then."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

from marketplace.kernel.context import Context
from marketplace.kernel.db import Base
from marketplace.kernel.errors import Unavailable

EVERY = timedelta(seconds=15)
Key = TypeVar("Key", bound=Hashable)


class Tally(ABC, Generic[Key]):
    """Openings not yet written. A crash loses some seconds of a figure, nothing else.

    A room says what a key is as columns of its table (``row_of``); the table has a ``count``
    beside them. Nothing is known of who opened a page.
    """

    table: type[Base]

    def __init__(self) -> None:
        self._counts: Counter[Key] = Counter()
        self._written_at: datetime | None = None
        self._lock = Lock()

    @abstractmethod
    def row_of(self, key: Key) -> Mapping[str, Any]:
        """The primary key of the table's row in which ``key`` is counted."""

    def count(self, ctx: Context, key: Key) -> None:
        """Count one opening; write all when the last writing is long enough ago."""
        now = ctx.clock()
        with self._lock:
            self._counts[key] += 1
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
            self._add(ctx, counts)
        except Unavailable:
            with self._lock:
                self._counts.update(counts)

    def _add(self, ctx: Context, counts: Counter[Key]) -> None:
        if not counts:
            return
        rows = [{**self.row_of(key), "count": count} for key, count in counts.items()]
        rows.sort(key=lambda row: [str(value) for value in row.values()])  # one order of locks
        dialect: Any = sqlite if ctx.engine.dialect.name == "sqlite" else postgresql
        insert = dialect.insert(self.table)
        added = insert.on_conflict_do_update(
            index_elements=[name for name in rows[0] if name != "count"],
            set_={"count": self.table.__table__.c["count"] + insert.excluded["count"]},
        )
        with ctx.transaction() as tx:
            tx.db.execute(added, rows)
