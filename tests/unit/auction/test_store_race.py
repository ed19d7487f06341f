"""Many threads on one lot: the store holds the invariants, and a naive control does not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from auction.commands import Close, PlaceBid
from auction.events import Accepted
from auction.execution import Outcome, execute
from auction.log import standing_bids
from auction.proxy import refold
from auction.store.rows import state_row
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import HOUR, MINUTE, terms

LOT = 7
THREADS = 16

Bid = Callable[[Database, object, PlaceBid], Outcome]


@pytest.fixture
def lot(database: Database) -> Database:
    with database.transaction() as conn:
        database.store.create(conn, LOT, terms(), at(0))
    return database


def run_threads(count: int, work: Callable[[int], None]) -> None:
    """All at once; an error in any of them is an error of the test."""
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def guarded(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def violations(database: Database, told: list[Outcome]) -> list[str]:
    """What contradicts the answers that were given: nothing, if the lot was kept well."""
    with database.connection() as conn:
        state = database.store.read(conn, LOT)
        logged = standing_bids(database.store.log(conn, LOT))
    accepted = [o.events[0].bid for o in told if isinstance(o.events[0], Accepted)]
    greatest = max(bid.amount for bid in accepted)
    expected = refold(state.terms, logged)
    checks = {
        "an accepted bid is not in the log": {b.bidder for b in accepted}
        != {b.bidder for b in logged},
        "the leader has not the greatest maximum": state.leader_max != greatest,
        "two were told the same price change": len({o.state.view for o in told if o.fresh})
        != len(told),
        "the row is not what the bids lead to": state.standing != expected,
    }
    return [fault for fault, found in checks.items() if found]


def properly(database: Database, conn, bid: PlaceBid) -> Outcome:
    with database.transaction(conn):
        return database.store.execute(conn, LOT, bid, at(MINUTE))


def naively(read_all: threading.Barrier) -> Bid:
    """Check, then save, without a lock: the control that must fail."""
    save = "UPDATE auction_lot SET leader = ?, leader_max = ?, price = ? WHERE id = ?"

    def place(database: Database, conn, bid: PlaceBid) -> Outcome:
        blind = database.store.dialect.sql(save)
        outcome = execute(database.store.read(conn, LOT), bid, MINUTE)
        read_all.wait()
        now = outcome.state.standing
        with database.transaction(conn):
            conn.cursor().execute(blind, (now.leader, now.maximum, now.price, LOT))
        return outcome

    return place


def race(database: Database, place: Bid) -> list[Outcome]:
    """Sixteen bidders, each with one bid that is acceptable in whatever order they come."""
    told: list[Outcome] = []

    def bidder(number: int) -> None:
        with database.connection() as conn:
            told.append(place(database, conn, PlaceBid(f"B{number}", 10_000 * 3**number)))

    run_threads(THREADS, bidder)
    return [outcome for outcome in told if outcome.refusal is None]


@pytest.mark.threat("T1")
def test_sixteen_bidders_at_once_are_put_in_one_order(lot: Database):
    told = race(lot, properly)
    assert violations(lot, told) == []
    with lot.connection() as conn:
        assert lot.store.check_row_equals_fold(conn, LOT).seq == THREADS + 1


def test_the_naive_control_is_caught_by_the_same_checks(lot: Database):
    told = race(lot, naively(threading.Barrier(THREADS)))
    found = violations(lot, told)
    assert "an accepted bid is not in the log" in found
    assert "two were told the same price change" in found


@pytest.mark.threat("T1")
def test_of_sixteen_equal_bids_one_leads_one_sets_the_price_and_the_rest_are_refused(
    lot: Database,
):
    told: list[Outcome] = []

    def bidder(number: int) -> None:
        with lot.connection() as conn:
            told.append(properly(lot, conn, PlaceBid(f"B{number}", 20_000)))

    run_threads(THREADS, bidder)
    names = sorted(outcome.names[0] for outcome in told)
    assert names == ["Accepted"] * 2 + ["below_minimum"] * (THREADS - 2)
    with lot.connection() as conn:
        state = lot.store.check_row_equals_fold(conn, LOT)
    assert (state.price, state.leader_max) == (20_000, 20_000)


@pytest.mark.fault("F4")
def test_any_mix_of_closers_and_retries_closes_once_and_answers_alike(lot: Database):
    with lot.transaction() as conn:
        lot.store.execute(conn, LOT, PlaceBid("A", 20_000, key="k"), at(MINUTE))
    closed: list[tuple[str, ...]] = []
    retried: list[tuple[str, ...]] = []

    def worker(number: int) -> None:
        command = Close() if number % 2 else PlaceBid("A", 20_000, key="k")
        with lot.connection() as conn:
            for _ in range(4):
                with lot.transaction(conn):
                    outcome = lot.store.execute(conn, LOT, command, at(HOUR))
                (closed if number % 2 else retried).append(outcome.names)

    run_threads(THREADS, worker)
    assert sorted(closed) == [("Closed:sold",)] + [("none",)] * (THREADS * 2 - 1)
    assert set(retried) == {("Accepted",)}
    with lot.connection() as conn:
        entries = lot.store.log(conn, LOT)
        lot.store.check_row_equals_fold(conn, LOT)
    assert [entry.kind for entry in entries] == ["scheduled", "accepted", "closed"]


@pytest.mark.threat("T2")
def test_bids_racing_the_deadline_are_in_time_or_refused(lot: Database):
    """Every bidder reads a clock that ticks past the end while they and two closers run."""
    ticks = iter(range(HOUR - THREADS, HOUR + 10 * THREADS))
    lock = threading.Lock()
    told: list[tuple[int, Outcome]] = []

    def clock(_conn) -> int:
        with lock:
            return next(ticks)

    def worker(number: int) -> None:
        command = Close() if number < 2 else PlaceBid(f"B{number}", 10_000 * 2**number)
        with lot.connection() as conn:
            for _ in range(3):
                with lot.transaction(conn):
                    outcome = lot.store.execute(conn, LOT, command, clock)
                told.append((number, outcome))

    run_threads(THREADS, worker)
    with lot.connection() as conn:
        lot.store.check_row_equals_fold(conn, LOT)
        entries = lot.store.log(conn, LOT)
    answers = sorted(name for _, o in told for name in o.names if name != "none")
    assert answers == sorted(entry.event().name for entry in entries[1:])
    ends = HOUR
    for entry in entries[1:]:
        if entry.kind == "accepted":
            assert entry.at_ms < ends
        if entry.kind == "extended":
            ends = entry.event().ends_ms


def test_the_row_values_are_plain_for_both_drivers(lot: Database):
    with lot.connection() as conn:
        row = state_row(lot.store.read(conn, LOT))
    assert {type(value) for value in row} <= {str, int, bool, type(None)}
