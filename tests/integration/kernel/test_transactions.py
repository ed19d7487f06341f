"""One command is one transaction: its rows, its events and its audit entries stand or fall."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError

from marketplace.kernel import audit, jobs, leases, relay
from marketplace.kernel.actor import Actor
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.errors import Invalid, SignInNeeded, Unavailable
from marketplace.kernel.events import Event
from marketplace.kernel.jobs import Job
from marketplace.kernel.options import ChangeOption, change_option, option
from marketplace.kernel.outbox import OutboxRow, backlog

ADAM = Actor(7, "Adam", address="192.0.2.7", request_id="r1")


@dataclass(frozen=True, slots=True)
class Happened(Event):
    name: ClassVar[str] = "test.happened"
    number: int


@pytest.fixture
def heard(ctx):
    return replace(ctx, subscriptions={"test.happened": ("first", "second")}, actor=ADAM)


def owed(ctx):
    with ctx.reading() as db:
        return list(db.scalars(select(OutboxRow).order_by(OutboxRow.id)))


def test_an_event_becomes_one_delivery_for_each_consumer_in_the_same_transaction(heard):
    with heard.transaction() as tx:
        tx.emit(Happened(1))
        assert tx.db.scalar(select(func.count()).select_from(OutboxRow)) == 0
    assert [(row.consumer, row.payload) for row in owed(heard)] == [
        ("first", {"number": 1}),
        ("second", {"number": 1}),
    ]


def test_a_command_that_fails_leaves_neither_events_nor_audit(heard):
    with pytest.raises(RuntimeError, match="half way"), heard.transaction() as tx:
        tx.emit(Happened(1))
        tx.audit("thing.changed", "thing", 1)
        raise RuntimeError("half way")
    assert owed(heard) == []
    with heard.reading() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_command_inside_a_command_is_refused(heard):
    with (
        heard.transaction(),
        pytest.raises(RuntimeError, match="pass the Tx"),
        heard.transaction(),
    ):
        pass


def test_nobody_signed_in_may_not_act(ctx):
    with pytest.raises(SignInNeeded), ctx.transaction() as tx:
        assert tx.actor is None


@pytest.mark.fault("F13")
def test_a_broken_consumer_is_retried_later_and_alone(heard, clock):
    with heard.transaction() as tx:
        tx.emit(Happened(1))
    seen: list[str] = []

    def second(_ctx, _row, _payload):
        seen.append("second")
        if len(seen) < 3:
            raise OSError("the mail server is down")

    handlers = {"first": lambda *_: seen.append("first"), "second": second}
    while relay.deliver_one(heard, handlers):
        pass
    assert seen == ["first", "second"]
    with heard.reading() as db:
        assert backlog(db).owed == 1
    clock.forward(seconds=5)
    assert relay.deliver_one(heard, handlers)
    assert seen == ["first", "second", "second"]
    assert not relay.deliver_one(heard, handlers)
    assert all(row.done_at for row in owed(heard))


@pytest.mark.fault("F4")
def test_many_runners_deliver_every_row_once(heard):
    with heard.transaction() as tx:
        for number in range(40):
            tx.emit(Happened(number))
    seen: list[tuple[str, int]] = []
    lock = threading.Lock()

    def take(consumer):
        def handler(_ctx, _row, payload):
            with lock:
                seen.append((consumer, payload["number"]))

        return handler

    handlers = {"first": take("first"), "second": take("second")}

    def runner():
        while relay.deliver_one(heard, handlers):
            pass

    threads = [threading.Thread(target=runner) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == len(set(seen)) == 80


@pytest.mark.fault("F8")
def test_a_database_that_stays_locked_is_unavailable_and_not_an_error(ctx, monkeypatch):
    if ctx.engine.dialect.name != "sqlite":
        pytest.skip("SQLite alone locks the whole database")
    with ctx.engine.connect() as probe:
        probe.exec_driver_sql("PRAGMA busy_timeout=50")
        holder = ctx.engine.raw_connection()
        holder.execute("BEGIN EXCLUSIVE")
        try:
            with pytest.raises(Unavailable), ctx.transaction() as tx:
                tx.db.execute(text("PRAGMA busy_timeout=50"))
        finally:
            holder.execute("ROLLBACK")
            holder.close()


def test_every_audit_entry_carries_the_hash_of_the_one_before(heard):
    for number in range(3):
        with heard.transaction() as tx:
            tx.audit("thing.changed", "thing", number, why="because", size=number)
    with heard.reading() as db:
        entries = list(db.scalars(select(AuditEntry).order_by(AuditEntry.seq)))
        assert [entry.seq for entry in entries] == [1, 2, 3]
        assert entries[0].previous_hash == audit.GENESIS
        assert entries[1].previous_hash == entries[0].hash
        assert (entries[0].user_id, entries[0].address) == (7, "192.0.2.7")
        assert list(audit.broken_links(db)) == []


@pytest.mark.threat("T23")
@pytest.mark.parametrize(
    "statement", ["UPDATE kernel_audit SET why = 'x'", "DELETE FROM kernel_audit"]
)
def test_the_audit_log_refuses_change_and_deletion(heard, statement):
    with heard.transaction() as tx:
        tx.audit("thing.changed", "thing", 1)
    with pytest.raises(DatabaseError, match="append-only"), heard.transaction() as tx:
        tx.db.execute(text(statement))


@pytest.mark.threat("T23")
@pytest.mark.fault("F30")
def test_an_entry_changed_behind_the_trigger_is_named(heard):
    for number in range(4):
        with heard.transaction() as tx:
            tx.audit("thing.changed", "thing", number)
    name = "kernel_audit_no_update"
    on = "" if heard.engine.dialect.name == "sqlite" else " ON kernel_audit"
    with heard.transaction() as tx:
        tx.db.execute(text(f"DROP TRIGGER {name}{on}"))
        tx.db.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(why="forged"))
    with heard.reading() as db:
        assert list(audit.broken_links(db)) == [3]


def test_a_job_runs_once_per_interval_even_with_two_runners(ctx, clock):
    runs: list[str] = []
    sweep = (Job("test.sweep", timedelta(minutes=5), lambda _ctx: runs.append("run")),)
    assert jobs.run_due(ctx, sweep) == ["test.sweep"]
    assert jobs.run_due(ctx, sweep) == []
    clock.forward(minutes=5)
    assert jobs.run_due(ctx, sweep) == ["test.sweep"]
    assert runs == ["run", "run"]


@pytest.mark.fault("F20")
def test_a_clock_that_stepped_back_does_not_silence_the_sweeps(ctx, clock):
    sweep = (Job("test.sweep", timedelta(minutes=5), lambda _ctx: None),)
    jobs.run_due(ctx, sweep)
    clock.forward(hours=-1)
    clock.forward(minutes=6)
    assert jobs.run_due(ctx, sweep) == ["test.sweep"]


def test_one_of_several_processes_holds_a_lease(ctx, clock):
    minute = timedelta(minutes=1)
    assert leases.take(ctx, "indexer", lasting=minute, holder="a")
    assert not leases.take(ctx, "indexer", lasting=minute, holder="b")
    assert leases.take(ctx, "indexer", lasting=minute, holder="a")
    clock.forward(minutes=2)
    assert leases.take(ctx, "indexer", lasting=minute, holder="b")
    assert not leases.take(ctx, "indexer", lasting=minute, holder="a")


def test_a_threshold_is_the_law_s_until_somebody_changes_it_for_a_reason(heard):
    with heard.reading() as db:
        assert option(db, "auction_notice_hours") == 168
    change_option(heard, ChangeOption("auction_notice_hours", 240, "the county wants ten days"))
    with heard.reading() as db:
        assert option(db, "auction_notice_hours") == 240
        assert db.scalar(select(AuditEntry.why)) == "the county wants ten days"


@pytest.mark.law("L12")
@pytest.mark.parametrize(("value", "why"), [(167, "shorter"), (240, "  "), (10**9, "longer")])
def test_a_threshold_never_falls_below_the_law_and_never_moves_without_a_reason(heard, value, why):
    with pytest.raises(Invalid):
        change_option(heard, ChangeOption("auction_notice_hours", value, why))
    with heard.reading() as db:
        assert option(db, "auction_notice_hours") == 168
