"""Real databases for the store: one way to connect and one way to be inside a transaction."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite

from auction.store import Store
from auction.store.schema import append_only, tables


@dataclass(frozen=True)
class Database:
    """A database with the two tables. ``where`` is a file, or a PostgreSQL URI."""

    name: str
    where: str
    schema: str = ""

    @property
    def store(self) -> Store:
        return Store(self.name)

    def connect(self) -> Any:
        if self.name == "sqlite":
            conn = sqlite.connect(
                self.where, isolation_level=None, timeout=60, check_same_thread=False
            )
            conn.execute("PRAGMA journal_mode=WAL")
            conn.execute("PRAGMA synchronous=FULL")
            conn.execute("PRAGMA foreign_keys=ON")
            return conn
        return psycopg.connect(self.where, autocommit=True, options=f"-c search_path={self.schema}")

    @contextlib.contextmanager
    def connection(self):
        conn = self.connect()
        try:
            yield conn
        finally:
            conn.close()

    @contextlib.contextmanager
    def transaction(self, conn=None):
        """A write transaction, begun as the store demands it: committed, or rolled back."""
        with contextlib.ExitStack() as stack:
            conn = conn or stack.enter_context(self.connection())
            self.begin(conn)
            try:
                yield conn
            except BaseException:
                conn.cursor().execute("ROLLBACK")
                raise
            conn.cursor().execute("COMMIT")

    def begin(self, conn) -> None:
        conn.cursor().execute("BEGIN IMMEDIATE" if self.name == "sqlite" else "BEGIN")

    def prepare(self) -> Database:
        """Make the tables."""
        with self.connection() as conn:
            for statement in (*tables(self.store.dialect), *append_only(self.store.dialect)):
                conn.cursor().execute(statement)
        return self


def at(now_ms: int):
    """A clock that stands still."""
    return lambda _conn: now_ms
