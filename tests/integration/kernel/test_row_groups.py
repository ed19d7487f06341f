"""Where rows are locked, those who wait for the same row share a commit; nobody else waits."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.errors import Conflict, Unavailable
from marketplace.kernel.groups import group_of

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
LOT, OTHER = ("note", 1), ("note", 2)


@pytest.fixture
def count(ctx):
    """Two rows that steps count up, and what stands in them."""
    with ctx.engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER)"))
        connection.execute(text("INSERT INTO note VALUES (1, 0), (2, 0)"))

    def read(root=LOT) -> int:
        with ctx.reading() as db:
            return db.scalar(text("SELECT n FROM note WHERE id = :id"), {"id": root[1]})

    return read


def add(tx, root=LOT) -> str:
    tx.db.execute(text("UPDATE note SET n = n + 1 WHERE id = :id"), {"id": root[1]})
    return "added"


def refuse(tx) -> str:
    add(tx)
    raise Conflict("refused")


def break_down(tx) -> str:
    add(tx)
    tx.db.execute(text("SELECT 1 / 0"))
    return "never"


@contextmanager
def row_held(ctx):
    """Somebody else has the row: the first who comes waits for it, the others stand behind."""
    with ctx.engine.connect() as holder:
        holder.execute(text("SELECT n FROM note WHERE id = 1 FOR UPDATE"))
        yield
        holder.rollback()


class Callers:
    """Threads that come one after the other for the same row; what each was told."""

    def __init__(self, ctx) -> None:
        self.ctx, self.told, self.threads = ctx, [], []

    def come(self, step) -> None:
        place, queue = len(self.told), group_of(self.ctx.engine, LOT)
        self.told.append(None)

        def run() -> None:
            try:
                self.told[place] = self.ctx.together(step, root=LOT)
            except (Conflict, Unavailable, DBAPIError) as error:
                self.told[place] = type(error).__name__

        first, waiting = not queue._someone_writes, len(queue)
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()
        until(lambda: queue._someone_writes and (first or len(queue) > waiting))
        if first:
            until(lambda: not len(queue))  # he waits for the row itself

    def leave(self) -> list[object]:
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()
        return self.told


def until(holds, *, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_who_waits_for_the_same_row_shares_a_commit(ctx, count):
    counted: list[object] = []
    event.listen(ctx.engine, "commit", counted.append)
    callers = Callers(ctx)
    with row_held(ctx):
        for _number in range(10):
            callers.come(add)
    assert callers.leave() == ["added"] * 10
    assert count() == 10
    assert len(counted) == 1


def test_another_row_waits_for_nobody(ctx, count):
    callers = Callers(ctx)
    with row_held(ctx):
        callers.come(add)
        assert ctx.together(lambda tx: add(tx, OTHER), root=OTHER) == "added"
        assert (count(OTHER), count()) == (1, 0)
    assert callers.leave() == ["added"]


def test_without_a_root_each_commits_by_itself(ctx, count):
    counted: list[object] = []
    event.listen(ctx.engine, "commit", counted.append)
    assert [ctx.together(add) for _number in range(3)] == ["added"] * 3
    assert (count(), len(counted)) == (3, 3)


def test_a_refused_neighbour_leaves_no_trace_in_the_shared_commit(ctx, count):
    callers = Callers(ctx)
    with row_held(ctx):
        for step in (add, refuse, add):
            callers.come(step)
    assert callers.leave() == ["added", "Conflict", "added"]
    assert count() == 2


@pytest.mark.fault("F8")
def test_when_the_database_fails_nobody_is_told_what_is_not_there(ctx, count):
    """Who came before the fault may send it again, who came after is served as ever."""
    callers = Callers(ctx)
    with row_held(ctx):
        for step in (add, break_down, add):
            callers.come(step)
    told = callers.leave()
    assert told == ["Unavailable", "DataError", "added"]
    assert count() == told.count("added")
