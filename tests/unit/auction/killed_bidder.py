"""Bidder processes that die by SIGKILL before their n-th statement; run by test_store_kill."""

from __future__ import annotations

import os
import signal
import sys

from auction.commands import Close, PlaceBid, VoidBidder
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import HOUR, MINUTE

COMMANDS = (
    ("a1", PlaceBid("A", 20_000, key="a1"), MINUTE),
    ("b1", PlaceBid("B", 70_000, key="b1"), HOUR - 1),
    ("void", VoidBidder("B", "ineligible"), HOUR),
    ("c1", PlaceBid("C", 30_000, key="c1"), HOUR),
    ("close", Close(), 9 * HOUR),
)


class MortalCursor:
    """Counts statements, and dies before the fatal one."""

    left = 0

    def __init__(self, cursor) -> None:
        self._cursor = cursor

    def execute(self, *arguments):
        MortalCursor.left -= 1
        if MortalCursor.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._cursor.execute(*arguments)

    def __getattr__(self, name: str):
        return getattr(self._cursor, name)


class MortalConnection:
    """A connection whose statements are counted."""

    def __init__(self, conn) -> None:
        self._conn = conn

    def cursor(self) -> MortalCursor:
        return MortalCursor(self._conn.cursor())

    def __getattr__(self, name: str):
        return getattr(self._conn, name)


def bid_until_killed(database: Database, fatal: int) -> None:
    """Do all commands; print the name of each once it is committed."""
    MortalCursor.left = fatal
    with database.connection() as real:
        conn = MortalConnection(real)
        for label, command, now in COMMANDS:
            with database.transaction(conn):
                database.store.execute(conn, 7, command, at(now))
            print(label, flush=True)


def main(name: str, where: str, schema: str) -> None:
    """For each number on the standard input, a child that dies before that statement.

    After what the child acknowledged comes one line with its exit code, -9 if it was killed.
    """
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            bid_until_killed(Database(name, where, schema), int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
