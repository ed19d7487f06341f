"""Declarative base, naming convention, the UTC column type and the engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import (
    JSON,
    BigInteger,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    MetaData,
    create_engine,
    event,
)
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from marketplace.kernel.errors import Unavailable
from marketplace.kernel.turns import LOOK_SECONDS, Turns

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset corruption with two or more writers."""
BUSY_MS = 5_000


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; refuses naive values instead of guessing."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without a zone: both databases then compare and index the same."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime refused")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a CHECK: the column holds one of these stable values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


class Minor(TypeDecorator[int]):
    """An amount in minor units (fen); 64 bits, integers only."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Refuse anything that is not an integer: floats are how money goes wrong."""
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise TypeError(f"an amount is an int of minor units, not {value!r}")
        return value


class Base(DeclarativeBase):
    """The declarative base of every room's rows."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


def plainly(
    db: Session, statement: Executable, facts: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> CursorResult[Any]:
    """Execute a statement of columns past the mapper, in the session's transaction.

    For the hot path: the same SQL at half the time.
    """
    db.flush()
    return db.connection().execute(statement, facts)


def make_engine(url: str) -> Engine:
    """An engine whose write transactions take SQLite's lock at BEGIN, not at first write."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, module=pysqlite3.dbapi2, connect_args={"timeout": BUSY_MS / 1000}
        )
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin(engine.url.database))
        return engine
    return create_engine(
        _with_driver(url), pool_pre_ping=True, pool_size=20, max_overflow=20, pool_timeout=5
    )


def _with_driver(url: str) -> str:
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy, not the driver, emits BEGIN
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(file: str | None) -> Callable[[Any], None]:
    turns = Turns(Path(f"{file}-turn")) if file and file != ":memory:" else None

    def begin(connection: Any) -> None:
        if not connection.get_execution_options().get("write", False):
            connection.exec_driver_sql("BEGIN")
        elif turns is None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            until = time.monotonic() + BUSY_MS / 1000
            with turns.next(until=until):
                _begin_immediate(connection, until=until)

    return begin


def _begin_immediate(connection: Any, *, until: float) -> None:
    """Look often: SQLite would let the next in turn sleep up to 100 ms between two looks."""
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _is_begun(driver):
            if time.monotonic() >= until:
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises what callers know
                return
            time.sleep(LOOK_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _is_begun(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except pysqlite3.dbapi2.OperationalError as error:
        if "database is locked" not in str(error):
            raise
    return bool(driver.in_transaction)


@contextmanager
def busy_is_unavailable() -> Iterator[None]:
    """A database that stays locked past its timeout is «try again», never an error page (F8)."""
    try:
        yield
    except OperationalError as error:
        if "database is locked" in str(error.orig) or "QueuePool" in str(error):
            raise Unavailable("database_busy", retry_after_seconds=5) from error
        raise


def refuse_damaged(engine: Engine) -> None:
    """Raise Unavailable when SQLite's file is damaged: nothing may be written to it (F23)."""
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    except DatabaseError as error:
        if isinstance(error, OperationalError):
            raise
        raise Unavailable("database_damaged") from error
    if found != "ok":
        raise Unavailable("database_damaged")


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return tuple(int(part) for part in pysqlite3.dbapi2.sqlite_version.split("."))
