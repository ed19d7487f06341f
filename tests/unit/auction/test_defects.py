"""Every defect seen in other engines that a rule or a log can have, shown absent here."""

from __future__ import annotations

import json

import pytest

from auction import log
from auction.commands import Close, PlaceBid
from auction.execution import Outcome
from tests.unit.auction.databases import Database, at
from tests.unit.auction.lots import HOUR, MINUTE, bid, board, close, floor, lot, terms


@pytest.mark.threat("T3")
def test_floats_are_no_money():
    book = lot()
    assert bid(book, "A", 20_000.0).names == ("bad_amount",)
    bid(book, "A", 20_000)
    bid(book, "B", 30_000)
    assert type(book.state.price) is int


def test_the_rules_hold_without_any_form():
    """No form, no view: the engine itself refuses."""
    assert bid(lot(), "A", 9_999).names == ("below_minimum",)


def test_a_reserve_is_met_by_an_equal_maximum():
    book = lot(reserve=60_000)
    bid(book, "A", 60_000)
    assert close(book).names == ("Closed:sold",)


def test_there_is_one_deadline_and_it_is_the_states():
    book = lot()
    bid(book, "A", 20_000, HOUR - 1)
    assert book.state.terms.ends_ms == HOUR < book.state.ends_ms
    assert bid(book, "B", 30_000, HOUR).names == ("Accepted", "Extended")
    assert close(book, HOUR + 1).names == ("none",)


def test_an_error_inside_the_transaction_reaches_the_caller(database: Database):
    with database.transaction() as conn:
        database.store.create(conn, 7, terms(), at(0))

    def broken(_conn) -> int:
        raise OSError("no clock")

    with pytest.raises(OSError, match="no clock"), database.transaction() as conn:
        database.store.execute(conn, 7, PlaceBid("A", 20_000), broken)
    with database.connection() as conn:
        assert database.store.check_row_equals_fold(conn, 7).seq == 1


@pytest.mark.parametrize("gap", range(1_000, 9_001, 500))
def test_two_proxies_are_priced_at_once_whatever_the_parity_of_the_steps(gap):
    for first, second in (("A", "B"), ("B", "A")):
        book = lot()
        bid(book, first, 40_000)
        bid(book, second, 40_000 + gap)
        assert board(book) == (41_000, second)


def test_a_refused_bid_extends_nothing():
    book = lot()
    bid(book, "A", 20_000)
    for amount in (9, "x", 10_500):
        bid(book, "B", amount, HOUR - 1)
    bid(book, "B", 50_000, HOUR - 1, ineligible="staff")
    assert book.state.ends_ms == HOUR


def test_a_tie_does_not_displace_the_leader():
    book = lot()
    bid(book, "A", 50_000)
    assert bid(book, "B", 50_000).outbid is None
    assert board(book) == (50_000, "A")


def test_the_leader_is_never_raised_against_himself():
    book = lot()
    bid(book, "A", 20_000)
    for amount in (30_000, 40_000, 90_000):
        bid(book, "A", amount)
    assert board(book) == (10_000, "A")


def test_no_answer_is_given_that_is_not_in_the_log():
    book = lot()
    answers: list[Outcome] = [
        bid(book, "A", 20_000),
        bid(book, "A", 20_000),
        bid(book, "B", 1),
        bid(book, "X", 30_000, ineligible="staff"),
        bid(book, "B", 30_000, HOUR - 1),
        bid(book, "B", 40_000, HOUR + HOUR),
    ]
    logged = [entry.event().name for entry in book.entries[1:]]
    assert logged == [name for answer in answers for name in answer.names]


def test_a_closing_that_was_due_while_nothing_ran_is_done_later(database: Database):
    with database.transaction() as conn:
        database.store.create(conn, 7, terms(), at(0))
        database.store.execute(conn, 7, PlaceBid("A", 20_000), at(MINUTE))
    days_later = HOUR + 3 * 24 * HOUR
    with database.transaction() as conn:
        for lot_id in database.store.overdue(conn, days_later):
            closed = database.store.execute(conn, lot_id, Close(), at(days_later))
    assert closed.names == ("Closed:sold",)
    with database.connection() as conn:
        assert database.store.overdue(conn, days_later) == []


def test_a_lot_is_finalised_once_however_often_it_is_closed():
    book = lot()
    bid(book, "A", 20_000)
    names = [close(book, HOUR + late).names for late in (0, 0, 1, HOUR)]
    assert names == [("Closed:sold",)] + [("none",)] * 3
    assert [entry.kind for entry in book.entries].count("closed") == 1


def test_a_floor_bid_tells_everybody_whose_turn_it_is_and_the_next_price():
    book = lot()
    floor(book, "P7", 20_000)
    shown = json.loads(book.entries[-1].public)
    assert (shown["leader"], shown["price"], shown["next"], shown["view"]) == (
        "P7",
        20_000,
        21_000,
        1,
    )


def test_the_screen_in_the_hall_cannot_show_the_absentee_maximum():
    book = lot()
    bid(book, "A", 34_567)
    floor(book, "P7", 20_000)
    assert all("34567" not in entry.public for entry in book.entries)


def test_nobody_who_leads_is_told_that_he_was_outbid():
    book = lot()
    assert bid(book, "A", 30_000, key="a").outbid is None
    assert bid(book, "B", 20_000).outbid is None
    assert bid(book, "A", 40_000).outbid is None
    assert bid(book, "B", 50_000, key="b").outbid == "A"
    assert bid(book, "B", 50_000, key="b").outbid is None
    assert bid(book, "A", 1).outbid is None


@pytest.mark.fault("F1")
def test_a_retry_after_a_timeout_is_not_a_new_bid():
    book = lot()
    bid(book, "A", 30_000, key="k")
    bid(book, "B", 40_000)
    for _ in range(3):
        assert bid(book, "A", 30_000, key="k").replayed
    assert board(book) == (31_000, "B")
    assert len(log.standing_bids(book.entries)) == 2
