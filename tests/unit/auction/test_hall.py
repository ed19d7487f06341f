"""The clerk in the hall: warnings, hammer, pass, pause and undo; no clock closes a lot there."""

from __future__ import annotations

import json

import pytest

from auction import log
from auction.clerk import Hammer, Pass, Pause, Resume, Undo, Warn
from auction.commands import Close, ExtendForOutage, VoidBidder
from auction.errors import InvalidTerms
from tests.unit.auction.lots import HOUR, MINUTE, bid, board, checked, close, floor, lot, terms


def hall(**changes):
    return lot(mode="both", **changes)


def warned(book, times=2):
    for _ in range(times):
        assert book.execute(Warn(book.state.view), MINUTE).names == ("Warned",)
    return book


def ask(book, kind, *facts, at=MINUTE):
    return book.execute(kind(*facts), at).names


@pytest.mark.law("L15")
def test_the_hammer_falls_after_two_warnings_at_the_same_price():
    book = hall()
    floor(book, "P7", 20_000)
    assert ask(book, Hammer, 1) == ("not_warned",)
    warned(book, 1)
    assert ask(book, Hammer, 1) == ("not_warned",)
    warned(book, 1)
    assert ask(book, Warn, 1) == ("already_warned",)
    assert ask(book, Hammer, 1) == ("Closed:sold",)
    assert checked(book) == "sold, leader P7, price 20000"


def test_an_online_bid_takes_the_warnings_back():
    book = hall()
    floor(book, "P7", 20_000)
    warned(book)
    bid(book, "B", 30_000)
    assert book.state.warnings == 0
    assert ask(book, Hammer, 1) == ("stale_view",)
    assert ask(book, Hammer, 2) == ("not_warned",)


def test_a_silent_raise_or_a_refusal_leaves_the_warnings():
    book = hall()
    bid(book, "A", 20_000)
    warned(book)
    bid(book, "A", 50_000)
    bid(book, "B", 1)
    assert book.state.warnings == 2
    assert ask(book, Hammer, 1) == ("Closed:sold",)


@pytest.mark.parametrize("kind", [Warn, Hammer, Pass])
def test_a_clerk_who_saw_an_older_board_is_refused(kind):
    book = hall()
    floor(book, "P7", 20_000)
    assert ask(book, kind, 0) == ("stale_view",)


def test_no_clock_closes_extends_or_ends_a_lot_in_the_hall():
    book = hall()
    assert floor(book, "P7", 20_000, at=HOUR - 1).names == ("Accepted",)
    assert close(book).names == ("none",)
    assert bid(book, "B", 30_000, 5 * HOUR).names == ("Accepted",)
    assert book.state.ends_ms == HOUR
    warned(book)
    assert ask(book, Hammer, book.state.view, at=6 * HOUR) == ("Closed:sold",)
    assert bid(book, "B", 90_000, 6 * HOUR).names == ("ended",)
    assert checked(book) == "sold, leader B, price 21000"


def test_before_the_opening_neither_bids_nor_clerks_commands_count():
    book = hall(opens_ms=MINUTE)
    assert floor(book, "P7", 20_000, at=0).names == ("not_open",)
    assert ask(book, Warn, 0, at=MINUTE - 1) == ("not_open",)
    assert ask(book, Warn, 0, at=MINUTE) == ("Warned",)


@pytest.mark.law("L8")
def test_below_the_reserve_there_is_no_hammer_only_a_pass():
    book = hall(reserve=60_000)
    floor(book, "P7", 20_000)
    warned(book)
    assert ask(book, Hammer, 1) == ("below_reserve",)
    assert ask(book, Pass, 1) == ("Closed:reserve_not_met",)
    assert checked(book) == "reserve_not_met, leader P7, price 20000"


@pytest.mark.law("L15")
def test_a_valid_highest_bid_is_not_passed_over():
    for changes in ({}, {"reserve": 15_000}):
        book = hall(**changes)
        floor(book, "P7", 20_000)
        warned(book)
        assert ask(book, Pass, 1) == ("must_sell",)


def test_without_a_bid_the_lot_is_passed_after_two_warnings():
    book = hall()
    assert ask(book, Pass, 0) == ("not_warned",)
    warned(book)
    assert ask(book, Hammer, 0) == ("no_leader",)
    assert ask(book, Pass, 0) == ("Closed:no_bids",)
    assert checked(book) == "no_bids, leader None, price None"


def test_a_reserve_met_at_close_is_the_hammer_price():
    book = hall(reserve=60_000, reserve_policy="at_close")
    bid(book, "A", 75_000)
    warned(book)
    assert ask(book, Hammer, 1) == ("Closed:sold",)
    assert checked(book) == "sold, leader A, price 60000"


@pytest.mark.law("L30")
def test_a_paused_lot_takes_nothing_until_it_is_resumed_and_is_warned_anew():
    book = hall()
    floor(book, "P7", 20_000)
    warned(book)
    assert ask(book, Resume) == ("not_paused",)
    assert ask(book, Pause, "no heartbeat of the clerk") == ("Paused",)
    assert json.loads(book.entries[-1].public)["reason"] == "no heartbeat of the clerk"
    assert ask(book, Pause, "again") == ("paused",)
    assert bid(book, "A", 30_000).names == ("paused",)
    assert floor(book, "P7", 30_000).names == ("paused",)
    assert ask(book, Warn, 1) == ask(book, Hammer, 1) == ask(book, Pass, 1) == ("paused",)
    assert ask(book, Resume) == ("Resumed",)
    assert ask(book, Hammer, 1) == ("not_warned",)
    assert bid(book, "A", 30_000).names == ("Accepted",)
    warned(book)
    assert ask(book, Hammer, 2) == ("Closed:sold",)
    assert checked(book) == "sold, leader A, price 21000"


def test_a_barred_bidder_of_a_paused_lot_hears_of_the_pause_first():
    book = hall()
    ask(book, Pause, "x")
    assert bid(book, "X", 30_000, ineligible="staff").names == ("paused",)


@pytest.mark.law("L10")
def test_undo_takes_back_the_last_floor_bid_by_an_event_not_a_deletion():
    book = hall()
    bid(book, "A", 30_000)
    floor(book, "P7", 200_000)
    length = len(book.entries)
    assert board(book) == (200_000, "P7")
    assert ask(book, Undo, 2, "a zero too many") == ("Undone",)
    assert (board(book), book.state.leader_max) == ((10_000, "A"), 30_000)
    assert len(book.entries) == length + 1
    assert [b.bidder for b in log.standing_bids(book.entries)] == ["A"]
    shown = json.loads(book.entries[-1].public)
    assert (shown["bidder"], shown["reason"], shown["view"]) == ("P7", "a zero too many", 3)
    floor(book, "P7", 20_000)
    warned(book)
    ask(book, Hammer, book.state.view)
    assert checked(book) == "sold, leader A, price 21000"


def test_undo_brings_back_the_price_that_a_proxy_had_answered():
    book = hall()
    bid(book, "A", 90_000)
    floor(book, "P7", 50_000)
    assert board(book) == (52_000, "A")
    assert ask(book, Undo, 2, "wrong paddle") == ("Undone",)
    assert board(book) == (10_000, "A")


@pytest.mark.law("L10")
def test_an_online_bid_is_never_undone_nor_what_lies_under_it():
    book = hall()
    assert ask(book, Undo, 0, "x") == ("cannot_retract",)
    floor(book, "P7", 20_000)
    bid(book, "A", 30_000)
    assert ask(book, Undo, 2, "x") == ("cannot_retract",)
    assert ask(book, Undo, 1, "x") == ("stale_view",)
    assert board(book) == (21_000, "A")


def test_a_slip_can_be_undone_in_a_pause_and_once_only_for_each_bid():
    book = hall()
    floor(book, "P7", 20_000)
    ask(book, Pause, "x")
    assert ask(book, Undo, 1, "slip") == ("Undone",)
    assert (board(book), book.state.warnings) == ((None, None), 0)
    assert ask(book, Undo, 2, "slip") == ("cannot_retract",)


def test_undo_takes_back_a_reserve_met_by_the_slip():
    book = hall(reserve=60_000)
    floor(book, "P7", 20_000)
    assert floor(book, "P8", 65_000).names == ("Accepted", "ReserveMet")
    ask(book, Undo, 2, "slip")
    assert not book.state.reserve_met
    assert floor(book, "P8", 66_000).names == ("Accepted", "ReserveMet")


def test_a_bidder_can_be_voided_in_the_hall_after_the_announced_end():
    book = hall()
    floor(book, "P7", 20_000)
    floor(book, "P8", 30_000)
    assert book.execute(VoidBidder("P8", "collusion"), 2 * HOUR).names == ("Retracted",)
    assert board(book) == (20_000, "P7")
    warned(book)
    ask(book, Hammer, book.state.view)
    assert checked(book) == "sold, leader P7, price 20000"


@pytest.mark.parametrize(
    "command", [Warn(0), Hammer(0), Pass(0), Pause("x"), Resume(), Undo(0, "x")], ids=repr
)
def test_outside_the_hall_the_clerk_has_no_say(command):
    book = lot()
    assert book.execute(command, MINUTE).names == ("not_in_hall",)
    assert json.loads(book.entries[-1].public)["kind"] == "noted"
    assert book.state.progress == lot().state.progress


def test_a_closed_lot_hears_no_clerk():
    book = warned(hall())
    ask(book, Pass, 0)
    for command in (Warn(0), Hammer(0), Pass(0), Pause("x"), Undo(0, "x"), Close()):
        assert book.execute(command, MINUTE).names in {("ended",), ("none",)}


def test_hall_lots_keep_their_outages_and_only_english_ones_are_in_a_hall():
    book = hall()
    outage = ExtendForOutage(HOUR - MINUTE, HOUR + 9 * MINUTE)
    assert book.execute(outage, HOUR + 9 * MINUTE).names == ("OutageExtended",)
    with pytest.raises(InvalidTerms):
        terms(mode="hall", format="sealed", sealed={"reveal_ms": 1})
    with pytest.raises(InvalidTerms):
        terms(mode="market square")


def test_a_log_of_the_hall_folds_to_its_state():
    book = hall()
    floor(book, "P7", 20_000)
    warned(book, 1)
    ask(book, Pause, "x")
    ask(book, Undo, 1, "slip")
    ask(book, Resume)
    warned(book, 1)
    assert log.fold(book.entries) == book.state
    assert book.state.warnings == 1
