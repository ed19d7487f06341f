"""The whole cast before the site, and a counter of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event

from tests.world import site_world, world

__all__ = ["site_world", "world"]

Counted = Callable[[], list[str]]


@pytest.fixture
def statements(ctx) -> Iterator[list[str]]:
    """Every statement sent to the database; transaction control is not counted."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        if statement.split()[0].upper() not in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT"):
            seen.append(statement)

    event.listen(ctx.engine, "before_cursor_execute", note)
    yield seen
    event.remove(ctx.engine, "before_cursor_execute", note)
