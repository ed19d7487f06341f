"""The bid path on real databases: one transaction, one answer, one truth."""

from __future__ import annotations

import json
import time

import pytest

from auction.commands import Cancel, Close, ExtendForOutage, PlaceBid, VoidBidder
from auction.errors import ConcurrentWrite, NotInTransaction, RowDiffers, UnknownLot
from auction.store import Store
from auction.store.rows import STATE_FIELDS
from auction.store.schema import LOG_COLUMNS, LOT_COLUMNS
from auction.store.store import statements
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import HOUR, MINUTE, terms

LOT = 7


@pytest.fixture
def lot(database: Database) -> Database:
    """Lot 7 of the worked examples, with a reserve of 60,000."""
    with database.transaction() as conn:
        database.store.create(conn, LOT, terms(reserve=60_000), at(0))
    return database


def put(database: Database, command, now: int = MINUTE):
    with database.transaction() as conn:
        return database.store.execute(conn, LOT, command, at(now))


def checked(database: Database):
    with database.connection() as conn:
        return database.store.check_row_equals_fold(conn, LOT)


def log_of(database: Database):
    with database.connection() as conn:
        return database.store.log(conn, LOT)


def test_every_kind_of_event_survives_its_row(lot: Database):
    put(lot, PlaceBid("A", 40_000, key="1"))
    put(lot, PlaceBid("A", 45_000, key="2"))
    put(lot, PlaceBid("B", 1, key="3"))
    put(lot, PlaceBid("B", "lots", key="4"))
    put(lot, PlaceBid("B", 75_000, key="5"), HOUR - 1)
    put(lot, VoidBidder("B", "ineligible"), HOUR)
    put(lot, PlaceBid("H", 80_000, key="6", rank=1), HOUR)
    put(lot, VoidBidder("nobody", "ineligible"), HOUR)
    put(lot, ExtendForOutage(HOUR, HOUR + 6 * MINUTE), HOUR + 6 * MINUTE)
    closed = put(lot, Close(), 9 * HOUR)
    assert closed.names == ("Closed:sold",)
    assert checked(lot) == closed.state
    kinds = [entry.kind for entry in log_of(lot)]
    assert kinds == (
        ["scheduled", "accepted", "accepted", "refused", "refused"]
        + ["accepted", "extended", "reserve_met", "voided"]
        + ["accepted", "extended", "reserve_met"]
        + ["refused", "outage_extended", "closed"]
    )


def test_a_cancelled_lot_folds_to_its_row(lot: Database):
    put(lot, Cancel("withdrawn"))
    assert checked(lot).phase(MINUTE) == "cancelled"


@pytest.mark.threat("T2")
@pytest.mark.parametrize(
    ("offset", "answer"), [(-1, ("Accepted", "Extended")), (0, ("ended",)), (1, ("ended",))]
)
def test_a_millisecond_decides_at_the_end(lot: Database, offset, answer):
    assert put(lot, PlaceBid("A", 20_000), HOUR + offset).names == answer


def test_the_clock_is_read_after_the_lock(lot: Database):
    """A bid that waited for the lock until the end has come too late."""
    reads = []

    def clock(_conn):
        with lot.connection() as other:
            reads.append(_is_locked(lot, other))
        return HOUR

    with lot.transaction() as conn:
        assert lot.store.execute(conn, LOT, PlaceBid("A", 20_000), clock).names == ("ended",)
    assert reads == [True]


def _is_locked(database: Database, conn) -> bool:
    try:
        if database.name == "sqlite":
            conn.execute("PRAGMA busy_timeout=0")
            conn.execute("BEGIN IMMEDIATE")
        else:
            conn.execute(f"SELECT 1 FROM auction_lot WHERE id = {LOT} FOR UPDATE NOWAIT")
    except Exception as error:
        return "lock" in str(error)
    return False


def test_the_databases_clock_is_the_present(lot: Database):
    with lot.transaction() as conn:
        assert abs(lot.store.clock(conn) - time.time() * 1_000) < 5_000


@pytest.mark.fault("F1")
def test_a_retry_after_the_end_gets_its_stored_answer_and_writes_nothing(lot: Database):
    first = put(lot, PlaceBid("A", 70_000, key="k"), HOUR - 1)
    put(lot, Close(), 9 * HOUR)
    length = len(log_of(lot))
    again = put(lot, PlaceBid("A", 70_000, key="k"), 9 * HOUR)
    assert first.names == ("Accepted", "Extended", "ReserveMet")
    assert (again.names, again.replayed) == (first.names, True)
    assert (again.entries, again.fresh) == (first.entries, ())
    assert len(log_of(lot)) == length


@pytest.mark.fault("F1")
def test_a_stored_answer_ends_where_the_next_command_begins(lot: Database):
    put(lot, PlaceBid("A", 20_000, key="a"))
    put(lot, PlaceBid("B", 30_000, key="b"), HOUR - 1)
    put(lot, PlaceBid("C", 1, key="c"), HOUR)
    assert put(lot, PlaceBid("A", 20_000, key="a")).names == ("Accepted",)
    assert put(lot, PlaceBid("B", 30_000, key="b")).names == ("Accepted", "Extended")
    assert put(lot, PlaceBid("C", 1, key="c")).names == ("below_minimum",)


def test_a_reused_key_is_refused_and_logged_without_the_key(lot: Database):
    put(lot, PlaceBid("A", 20_000, key="k"))
    reused = put(lot, PlaceBid("A", 30_000, key="k"))
    assert (reused.names, reused.replayed) == (("key_reused",), True)
    assert [entry.key for entry in log_of(lot)] == [None, "k", None]
    assert put(lot, PlaceBid("B", 30_000, key="k")).names == ("Accepted",)
    checked(lot)


def test_a_retry_whose_eligibility_has_changed_meanwhile_is_still_the_same_intent(lot: Database):
    put(lot, PlaceBid("A", 20_000, key="k"))
    again = put(lot, PlaceBid("A", 20_000, key="k", ineligible="deposit", rank=1, age_ms=9))
    assert (again.names, again.replayed) == (("Accepted",), True)


def test_the_feed_resumes_after_any_number_and_shows_no_secret(lot: Database):
    put(lot, PlaceBid("A", 41_234))
    put(lot, PlaceBid("B", 45_678))
    with lot.connection() as conn:
        rest = lot.store.events_after(conn, LOT, 1)
        one = lot.store.events_after(conn, LOT, 0, limit=1)
    assert [event.seq for event in rest] == [2, 3]
    assert json.loads(rest[-1].public)["price"] == 42_234
    assert "45678" not in rest[-1].public
    assert [event.seq for event in one] == [1]


def test_a_sweep_finds_what_is_past_its_present_end_only(lot: Database):
    put(lot, PlaceBid("A", 70_000), HOUR - 1)
    ends = HOUR - 1 + 5 * MINUTE
    with lot.connection() as conn:
        assert lot.store.overdue(conn, ends - 1) == []
        assert lot.store.overdue(conn, ends) == [LOT]
    put(lot, Close(), ends)
    with lot.connection() as conn:
        assert lot.store.overdue(conn, ends) == []


def test_a_rolled_back_bid_leaves_no_trace(lot: Database):
    before = checked(lot)
    with pytest.raises(ZeroDivisionError), lot.transaction() as conn:
        lot.store.execute(conn, LOT, PlaceBid("A", 20_000), at(MINUTE))
        raise ZeroDivisionError
    assert checked(lot) == before


def test_a_savepoint_per_bid_lets_one_commit_carry_many(lot: Database):
    with lot.transaction() as conn:
        for number in range(5):
            conn.cursor().execute("SAVEPOINT bid")
            lot.store.execute(conn, LOT, PlaceBid(f"B{number}", 11_000 + 5_000 * number), at(1))
            conn.cursor().execute("ROLLBACK TO bid" if number == 4 else "RELEASE bid")
    assert checked(lot).leader == "B3"


def test_outside_a_transaction_the_store_refuses_to_work(lot: Database):
    with lot.connection() as conn, pytest.raises(NotInTransaction):
        lot.store.execute(conn, LOT, PlaceBid("A", 20_000), at(MINUTE))


def test_an_unknown_lot_is_said_to_be_unknown(lot: Database):
    with pytest.raises(UnknownLot), lot.transaction() as conn:
        lot.store.execute(conn, 8, PlaceBid("A", 20_000), at(MINUTE))


def test_a_row_that_somebody_touched_is_noticed(lot: Database):
    put(lot, PlaceBid("A", 20_000))
    with lot.connection() as conn:
        conn.cursor().execute("UPDATE auction_lot SET leader_max = 99000, price = 11000")
    with pytest.raises(RowDiffers) as found:
        checked(lot)
    assert found.value.fields == ("leader_max", "price")


def test_a_row_that_lost_its_log_is_not_written_over(lot: Database):
    state = put(lot, PlaceBid("A", 20_000)).state
    with pytest.raises(ConcurrentWrite), lot.transaction() as conn:
        lot.store._save(conn, state.seq - 1, state)


def test_an_entry_can_be_neither_doubled_nor_changed_nor_deleted(lot: Database):
    put(lot, PlaceBid("A", 20_000))
    for deed in (
        "UPDATE auction_log SET public = '{}' WHERE seq = 2",
        "DELETE FROM auction_log WHERE seq = 2",
    ):
        with lot.connection() as conn, pytest.raises(Exception, match="append-only"):
            conn.cursor().execute(deed)
    entry = log_of(lot)[-1]
    with pytest.raises(Exception, match=r"(?i)unique"), lot.transaction() as conn:
        lot.store._append(conn, LOT, [entry])


def test_the_statements_name_the_documented_columns_in_their_order():
    def listed(sql: str, opening: str, closing: str) -> list[str]:
        inside = sql[sql.index(opening) + len(opening) :]
        return [name.strip() for name in inside[: inside.index(closing)].split(",")]

    lot_columns = [column.name for column in LOT_COLUMNS]
    log_columns = [column.name for column in LOG_COLUMNS]
    changing = list(STATE_FIELDS)
    assert listed(statements.INSERT_LOT, "(", ")") == lot_columns
    assert lot_columns[4:] == changing
    assert listed(statements.READ_LOT, "SELECT", "FROM") == ["terms", *changing]
    assert listed(statements.UPDATE_LOT, "SET", "WHERE") == [f"{name} = ?" for name in changing]
    assert listed(statements.APPEND, "(", ")") == log_columns
    for statement in (statements.READ_LOG, statements.READ_ANSWER):
        assert listed(statement, "SELECT", "FROM") == log_columns[1:]


def test_only_two_databases_are_spoken():
    with pytest.raises(KeyError):
        Store("oracle")
