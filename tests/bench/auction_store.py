"""A3: what the store layer costs in CPU, beside the driver executing the same statements."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from auction.commands import PlaceBid
from auction.store import Store
from tests.bench.auction_world import server
from tests.bench.board import Board
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import MINUTE, terms

BIDS, TOGETHER, ROUNDS, LOT = 1_920, 64, 5, 7
Statement = tuple[str, tuple[Any, ...]]


class Recorder(Store):
    """A store that writes down what it says to the database."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.said: list[Statement] = []

    def _run(self, conn: Any, statement: str, parameters: Any) -> Any:
        self.said.append((self._sql[statement], tuple(parameters)))
        return super()._run(conn, statement, parameters)


@contextmanager
def _databases(kind: str) -> Iterator[Callable[[], Database]]:
    """A maker of databases, each with the one lot, all alike."""
    with tempfile.TemporaryDirectory(prefix="auction-store-") as folder:
        made: list[str] = []

        def fresh() -> Database:
            made.append(f"lots_{len(made)}")
            if kind == "sqlite":
                return Database("sqlite", str(Path(folder) / f"{made[-1]}.db")).prepare()
            with psycopg.connect(server(), autocommit=True) as conn:
                conn.execute(f"CREATE SCHEMA {made[-1]}")
            return Database("postgresql", server(), made[-1]).prepare()

        yield fresh
        if kind == "postgresql":
            with psycopg.connect(server(), autocommit=True) as conn:
                for schema in made:
                    conn.execute(f"DROP SCHEMA {schema} CASCADE")


def measure(board: Board, kind: str) -> None:
    """Median CPU of a bid through the store, and of its statements given to the driver."""
    own, raw = [], []
    with _databases(kind) as fresh:
        for _round in range(ROUNDS):
            recorder, opening, first = Recorder(kind), Recorder(kind), fresh()
            with first.transaction() as conn:
                opening.create(conn, LOT, terms(), at(0))
            _spent(first, [_bid(recorder, number) for number in range(BIDS)])
            with first.connection() as conn:
                assert Store(kind).check_row_equals_fold(conn, LOT).seq == BIDS + 1
            plain, again = Store(kind), fresh()
            _replay(again, opening.said)
            own.append(_spent(_opened(fresh(), kind), [_bid(plain, n) for n in range(BIDS)]))
            raw.append(_spent(again, list(_statements(recorder.said))))
    measured, control = statistics.median(own), statistics.median(raw)
    board.add(
        f"A3 {kind}",
        "CPU of a bid in the store <= 2.5x the driver, same statements",
        f"{measured * 1e6:.0f} us ({measured / control:.2f}x)",
        held=measured <= 2.5 * control,
        anchor=f"driver {control * 1e6:.0f} us",
    )


def _opened(database: Database, kind: str) -> Database:
    with database.transaction() as conn:
        Store(kind).create(conn, LOT, terms(), at(0))
    return database


def _bid(store: Store, number: int) -> Callable[[Any], object]:
    """Each raises the one before by a step: all are accepted."""
    command = PlaceBid(f"B{number % 32}", 200_000 + 5_000 * number, key=f"k{number}")
    return lambda conn: store.execute(conn, LOT, command, at(MINUTE))


def _replay(database: Database, said: list[Statement]) -> None:
    with database.transaction() as conn:
        for sql, parameters in said:
            conn.cursor().execute(sql, parameters)


def _statements(said: list[Statement]) -> Iterator[Callable[[Any], object]]:
    """The statements bid by bid, as the store gave them: five of them, rows fetched."""
    size = len(said) // BIDS
    assert size * BIDS == len(said)
    for start in range(0, len(said), size):
        yield lambda conn, part=said[start : start + size]: [
            _execute(conn, sql, parameters) for sql, parameters in part
        ]


def _execute(conn: Any, sql: str, parameters: tuple[Any, ...]) -> None:
    cursor = conn.cursor()
    cursor.execute(sql, parameters)
    if "SELECT" in sql:
        cursor.fetchall()


def _spent(database: Database, works: list[Callable[[Any], object]]) -> float:
    """CPU seconds of one, with as many in a commit as a group has."""
    with database.connection() as conn:
        began = time.process_time()
        for start in range(0, len(works), TOGETHER):
            with database.transaction(conn):
                for work in works[start : start + TOGETHER]:
                    work(conn)
        return (time.process_time() - began) / len(works)
