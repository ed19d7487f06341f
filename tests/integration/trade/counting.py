"""Counts the statements that a piece of work asks of the database."""

from __future__ import annotations

from sqlalchemy import event


def count_statements(ctx, work) -> int:
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK", "SELECT pg_catalog")):
            seen.append(statement)

    event.listen(ctx.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(ctx.engine, "before_cursor_execute", note)
    return len(seen)
