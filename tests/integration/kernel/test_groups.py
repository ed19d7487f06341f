"""Commands that share a commit: each is whole or absent, and told only after the commit."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from marketplace.kernel import db as kernel_db
from marketplace.kernel import groups
from marketplace.kernel.audit import AuditEntry, broken_links
from marketplace.kernel.db import make_engine
from marketplace.kernel.errors import Conflict, Unavailable
from marketplace.kernel.events import Event
from marketplace.kernel.groups import Group, group_of
from marketplace.kernel.outbox import OutboxRow


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: where rows are locked, each command commits by itself."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def notes(ctx):
    """A table to write into, and what is in it."""
    with ctx.engine.execution_options(write=True).begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, n INTEGER UNIQUE)"))

    def read() -> list[int]:
        with ctx.reading() as db:
            return list(db.scalars(text("SELECT n FROM note ORDER BY id")))

    return read


def write(tx, number: int) -> int:
    tx.db.execute(text("INSERT INTO note (n) VALUES (:n)"), {"n": number})
    return number


@contextmanager
def queue_held(ctx):
    """Whoever comes inside must wait; all go on together when it ends."""
    holder = ctx.engine.raw_connection()
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield group_of(ctx.engine)
    finally:
        holder.execute("ROLLBACK")
        holder.close()


class Callers:
    """Threads that come one after the other; what each was told."""

    def __init__(self, ctx) -> None:
        self.ctx, self.told, self.threads = ctx, {}, []

    def come(self, number: int, step=write) -> None:
        def run() -> None:
            try:
                self.told[number] = self.ctx.together(lambda tx: step(tx, number))
            except Exception as error:
                self.told[number] = error

        waiting = len(group_of(self.ctx.engine))
        self.threads.append(threading.Thread(target=run))
        self.threads[-1].start()
        until(lambda: len(group_of(self.ctx.engine)) > waiting)

    def leave(self) -> dict[int, object]:
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()
        return self.told


def until(holds, *, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def commits(ctx) -> list[object]:
    counted: list[object] = []
    event.listen(ctx.engine, "commit", counted.append)
    return counted


def test_who_waits_shares_a_commit_in_the_order_of_arrival(ctx, notes):
    counted, callers = commits(ctx), Callers(ctx)
    with queue_held(ctx):
        for number in range(20):
            callers.come(number)
    assert callers.leave() == {number: number for number in range(20)}
    assert notes() == list(range(20))
    assert len(counted) == 1


def test_a_commit_carries_no_more_than_the_limit(ctx, notes, monkeypatch):
    counted, callers = commits(ctx), Callers(ctx)
    monkeypatch.setitem(groups._groups, ctx.engine, {None: Group(ctx.engine, together=8)})
    with queue_held(ctx):
        for number in range(20):
            callers.come(number)
    callers.leave()
    assert notes() == list(range(20))
    assert len(counted) == 3


@pytest.mark.fault("F1")
def test_nobody_is_told_before_the_commit(ctx, notes):
    callers = Callers(ctx)
    told_before_commit: list[dict[int, object]] = []
    event.listen(ctx.engine, "commit", lambda _c: told_before_commit.append(dict(callers.told)))
    with queue_held(ctx):
        for number in range(5):
            callers.come(number)
    callers.leave()
    assert told_before_commit == [{}]


def refuse(_tx, _number):
    raise Conflict("auctions.over")


def write_then_refuse(tx, number):
    write(tx, number)
    raise Conflict("auctions.over")


def write_the_same(tx, _number):
    return write(tx, 1)


def test_whoever_is_refused_leaves_nothing_and_his_neighbours_do_not_notice(ctx, notes):
    callers = Callers(ctx)
    with queue_held(ctx):
        for number, step in enumerate((write, write, write_then_refuse, write_the_same, write)):
            callers.come(number, step)
    told = callers.leave()
    assert notes() == [0, 1, 4]
    assert (told[0], told[1], told[4]) == (0, 1, 4)
    assert isinstance(told[2], Conflict)
    assert isinstance(told[3], IntegrityError)


@dataclass(frozen=True)
class Noted(Event):
    """A fact for this test."""

    name: ClassVar[str] = "test.noted"
    number: int


def note_and_tell(tx, number):
    write(tx, number)
    tx.emit(Noted(number))
    tx.audit("test.noted", "note", number)
    if number % 2:
        raise Conflict("auctions.over")


def test_facts_and_audit_are_those_of_the_commands_that_stand(ctx, notes):
    ctx = replace(ctx, subscriptions={"test.noted": ("test.hears",)})
    callers = Callers(ctx)
    with queue_held(ctx):
        for number in range(6):
            callers.come(number, note_and_tell)
    callers.leave()
    with ctx.reading() as db:
        heard = [row["number"] for row in db.scalars(select(OutboxRow.payload).order_by("id"))]
        seen = db.scalars(
            select(AuditEntry.thing_id).where(AuditEntry.action == "test.noted").order_by("seq")
        ).all()
        assert list(broken_links(db)) == []
    assert heard == notes() == [0, 2, 4]
    assert list(seen) == ["0", "2", "4"]


@pytest.mark.fault("F7")
def test_a_full_disk_in_one_command_is_nobodys_success(ctx, notes):
    engine = make_engine(ctx.settings.database_url)

    @event.listens_for(engine, "connect")
    def fill(connection, _record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    def fill_up(tx, number):
        tx.db.execute(text("CREATE TABLE much (t TEXT)"))
        tx.db.execute(text("INSERT INTO much VALUES (:b)"), {"b": "x" * 4_000_000})

    callers = Callers(replace(ctx, engine=engine))
    with queue_held(callers.ctx):
        for number, step in enumerate((write, fill_up, write)):
            callers.come(number, step)
    told = callers.leave()
    assert isinstance(told[0], Unavailable)
    assert isinstance(told[1], OperationalError)
    assert told[2] == 2, "who came after the fault is carried by the next commit"
    assert notes() == [2]
    engine.dispose()
    callers = Callers(ctx)
    with queue_held(ctx):
        callers.come(7)
    assert callers.leave() == {7: 7}


def end_the_transaction(tx, _number):
    """What SQLite does by itself on some faults."""
    tx.db.connection().connection.driver_connection.execute("ROLLBACK")
    raise Conflict("auctions.over")


@pytest.mark.fault("F3")
def test_after_a_transaction_that_was_lost_on_the_way_nobody_hears_that_he_is_in(ctx, notes):
    callers = Callers(ctx)
    with queue_held(ctx):
        for number, step in enumerate((write, end_the_transaction, write)):
            callers.come(number, step)
    told = callers.leave()
    assert isinstance(told[0], Unavailable)
    assert [number for number in (0, 2) if told[number] == number] == notes() == [2]


@pytest.mark.fault("F8")
def test_when_too_many_wait_the_next_is_told_to_come_again(ctx, notes, monkeypatch):
    monkeypatch.setitem(groups._groups, ctx.engine, {None: Group(ctx.engine, waiting=3)})
    callers = Callers(ctx)
    with queue_held(ctx):
        for number in range(3):
            callers.come(number)
        with pytest.raises(Unavailable) as refused:
            ctx.together(lambda tx: write(tx, 99))
    assert refused.value.facts == {"retry_after_seconds": 1}
    callers.leave()
    assert notes() == [0, 1, 2]
    assert ctx.together(lambda tx: write(tx, 99)) == 99


@pytest.mark.fault("F8")
def test_a_database_that_stays_locked_is_said_to_everybody_at_once(ctx, notes, monkeypatch):
    monkeypatch.setattr(kernel_db, "BUSY_MS", 300)
    engine = make_engine(ctx.settings.database_url)
    callers = Callers(replace(ctx, engine=engine))
    with queue_held(ctx):
        for number in range(5):
            callers.come(number)
        told = callers.leave()
    assert [type(told[number]) for number in range(5)] == [Unavailable] * 5
    assert notes() == []
    engine.dispose()


def test_a_command_inside_a_shared_one_is_refused(ctx, notes):
    def nested(tx):
        return tx.ctx.together(lambda inner: write(inner, 2))

    with pytest.raises(RuntimeError, match="inside a command"):
        ctx.together(nested)
    with ctx.transaction(), pytest.raises(RuntimeError, match="inside a command"):
        ctx.together(lambda inner: write(inner, 2))
    assert notes() == []


@pytest.mark.fault("F2")
def test_a_process_forked_while_others_wait_has_a_queue_of_its_own(ctx, notes):
    """Asked without a database: SQLite's connections must not be carried over a fork."""
    callers = Callers(ctx)
    with queue_held(ctx) as queue:
        callers.come(1)
        callers.come(2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            own = group_of(ctx.engine)
            os._exit(0 if own is not queue and not len(own) and not own._someone_writes else 1)
        _pid, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    assert callers.leave() == {1: 1, 2: 2}
    assert group_of(ctx.engine) is queue


@pytest.mark.fault("F1")
def test_of_a_queue_that_dies_with_its_process_only_what_was_told_must_be_there(ctx, notes):
    """kill -9 with the queue full, in a child: what it acknowledged is in the table."""
    read, tell = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        child = replace(ctx, engine=make_engine(ctx.settings.database_url))

        def bid(first: int) -> None:
            for number in range(first, 100_000, 16):
                child.together(lambda tx, n=number: write(tx, n))
                os.write(tell, b"%d\n" % number)

        for first in range(16):
            threading.Thread(target=bid, args=(first,), daemon=True).start()
        time.sleep(60)
        os._exit(1)
    os.close(tell)
    heard = b""
    while heard.count(b"\n") < 100:
        heard += os.read(read, 4096)
    os.kill(pid, signal.SIGKILL)
    while more := os.read(read, 4096):
        heard += more
    os.close(read)
    os.waitpid(pid, 0)
    told = {int(line) for line in heard.split()}
    assert len(told) >= 100
    assert told <= set(notes())
    assert len(set(notes()) - told) <= 64
