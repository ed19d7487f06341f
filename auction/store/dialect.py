"""What SQLite and PostgreSQL say differently about the bid path."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Cursor(Protocol):
    """The part of a DB-API cursor that the store uses; rows come as sequences."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]], /) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Connection(Protocol):
    """A DB-API connection inside an open transaction of the caller."""

    def cursor(self) -> Any: ...


Clock = Callable[[Connection], int]
"""The present instant in ms since the epoch, asked after the lock was taken."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database. ``types`` spells the logical column types of ``schema``."""

    name: str
    mark: str
    for_update: str
    in_transaction: Callable[[Any], bool]
    clock: Clock
    types: dict[str, str]

    def sql(self, text: str) -> str:
        """``text`` with this database's parameter marks and row lock."""
        return text.replace("?", self.mark).replace("{for_update}", self.for_update)


def _host_clock(_conn: Connection) -> int:
    """SQLite lives on the host that runs us: its clock is the database's."""
    return time.time_ns() // 1_000_000


def _postgresql_clock(conn: Connection) -> int:
    """``clock_timestamp()`` moves on while we wait for the lock; ``now()`` would not."""
    cursor = conn.cursor()
    cursor.execute("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
    return int(cursor.fetchone()[0])


SQLITE = Dialect(
    name="sqlite",
    mark="?",
    for_update="",
    in_transaction=lambda conn: bool(conn.in_transaction),
    clock=_host_clock,
    types={"bigint": "INTEGER", "text": "TEXT", "boolean": "BOOLEAN"},
)

POSTGRESQL = Dialect(
    name="postgresql",
    mark="%s",
    for_update=" FOR UPDATE",
    # 0 is IDLE: in autocommit the lock would be gone with the statement that took it.
    in_transaction=lambda conn: conn.info.transaction_status != 0,
    clock=_postgresql_clock,
    types={"bigint": "BIGINT", "text": "TEXT", "boolean": "BOOLEAN"},
)

DIALECTS = {dialect.name: dialect for dialect in (SQLITE, POSTGRESQL)}
