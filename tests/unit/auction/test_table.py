"""The fourteen worked examples of the specification, in the words of its table."""

from __future__ import annotations

from auction.commands import VoidBidder
from tests.unit.auction.lots import HOUR, MINUTE, bid, board, close, floor, lot


def test_01_a_lone_bidder_pays_the_start_price():
    book = lot()
    bid(book, "A", 50_000)
    assert board(book) == (10_000, "A")
    assert close(book).names == ("Closed:sold",)
    assert board(book) == (10_000, "A")


def test_02_a_challenger_below_the_maximum_and_then_above_it():
    book = lot()
    bid(book, "A", 50_000)
    bid(book, "B", 30_000)
    assert board(book) == (31_000, "A")
    assert bid(book, "B", 31_500).names == ("below_minimum",)
    bid(book, "B", 80_000)
    assert board(book) == (52_000, "B")
    bid(book, "A", 90_000)
    assert board(book) == (82_000, "A")


def test_03_in_a_tie_the_earlier_keeps_the_lead_at_the_full_amount():
    book = lot()
    bid(book, "A", 50_000)
    bid(book, "B", 50_000)
    assert board(book) == (50_000, "A")
    assert bid(book, "C", 50_000).names == ("below_minimum",)
    bid(book, "B", 52_000)
    assert board(book) == (52_000, "B")


def test_04_less_than_a_step_is_enough_to_pass_a_maximum():
    book = lot()
    bid(book, "A", 30_000)
    bid(book, "B", 30_100)
    assert board(book) == (30_100, "B")


def test_05_the_leader_pays_no_more_than_his_own_maximum():
    book = lot()
    bid(book, "A", 30_500)
    bid(book, "B", 30_000)
    assert board(book) == (30_500, "A")


def test_06_raising_ones_own_maximum_is_silent_and_extends_nothing():
    book = lot()
    bid(book, "A", 30_000)
    assert bid(book, "A", 60_000, HOUR - 1_000).names == ("Accepted",)
    assert bid(book, "A", 40_000).names == ("not_above_own_max",)
    assert book.state.ends_ms == HOUR
    assert bid(book, "B", 50_000, HOUR - 900).names == ("Accepted", "Extended")
    assert board(book) == (52_000, "A")
    assert book.state.ends_ms == HOUR - 900 + 5 * MINUTE


def test_07_the_price_jumps_to_a_met_reserve():
    book = lot(reserve=60_000)
    bid(book, "A", 40_000)
    assert board(book) == (10_000, "A")
    bid(book, "B", 45_000)
    assert board(book) == (41_000, "B")
    assert bid(book, "C", 60_000).names == ("Accepted", "ReserveMet")
    assert board(book) == (60_000, "C")
    assert bid(book, "A", 61_000).names == ("below_minimum",)
    bid(book, "A", 62_000)
    assert close(book).names == ("Closed:sold",)
    assert board(book) == (62_000, "A")


def test_08_a_reserve_missed_by_one_is_missed():
    book = lot(reserve=60_000)
    bid(book, "A", 59_999)
    bid(book, "B", 59_999)
    assert board(book) == (59_999, "A")
    assert close(book).names == ("Closed:reserve_not_met",)


def test_09_a_leader_who_raises_to_the_reserve_moves_the_price_and_the_end():
    book = lot(reserve=60_000)
    bid(book, "A", 40_000)
    raised = bid(book, "A", 75_000, HOUR - 10_000)
    assert raised.names == ("Accepted", "Extended", "ReserveMet")
    assert board(book) == (60_000, "A")


def test_10_the_end_itself_is_closed():
    book = lot()
    bid(book, "A", 20_000)
    assert bid(book, "B", 30_000, HOUR).names == ("ended",)
    assert close(book, HOUR - 1).names == ("none",)
    assert close(book, HOUR).names == ("Closed:sold",)
    assert bid(book, "B", 30_000, HOUR - 1).names == ("ended",)


def test_11_the_window_begins_with_its_first_instant_and_the_last_millisecond_counts():
    book = lot()
    assert bid(book, "A", 20_000, HOUR - 5 * MINUTE - 1).names == ("Accepted",)
    assert bid(book, "B", 30_000, HOUR - 5 * MINUTE).names == ("Accepted",)
    assert bid(book, "A", 40_000, HOUR - 1).names == ("Accepted", "Extended")
    assert book.state.ends_ms == HOUR - 1 + 5 * MINUTE
    second = book.state.ends_ms - 2
    assert bid(book, "B", 41_000, second).names == ("Accepted", "Extended")
    assert book.state.ends_ms == second + 5 * MINUTE


def test_12_hall_and_web_bid_on_one_lot():
    book = lot()
    bid(book, "A", 30_000)
    floor(book, "P7", 20_000)
    assert board(book) == (21_000, "A")
    floor(book, "P7", 30_000)
    assert board(book) == (30_000, "A")
    floor(book, "P7", 31_000)
    assert board(book) == (31_000, "P7")
    bid(book, "B", 50_000)
    assert board(book) == (32_000, "B")
    assert floor(book, "P9", 40_000, seen_view=2).names == ("stale_view",)
    floor(book, "P9", 60_000, seen_view=book.state.view)
    assert board(book) == (60_000, "P9")


def test_13_a_void_refolds_what_is_left():
    book = lot()
    bid(book, "A", 30_000)
    bid(book, "B", 900_000)
    assert board(book) == (31_000, "B")
    bid(book, "C", 45_000)
    assert board(book) == (46_000, "B")
    assert book.execute(VoidBidder("B", "collusion"), 2 * MINUTE).names == ("Retracted",)
    assert board(book) == (31_000, "C")
    assert book.state.ends_ms == HOUR


def test_14_a_repeated_key_gets_the_stored_answer_and_a_reused_one_is_refused():
    book = lot()
    bid(book, "A", 30_000, key="k1")
    length = len(book.entries)
    again = bid(book, "A", 30_000, 90_000, key="k1")
    assert (again.names, again.replayed) == (("Accepted",), True)
    assert len(book.entries) == length
    reused = bid(book, "A", 35_000, 91_000, key="k1")
    assert (reused.names, reused.replayed) == (("key_reused",), True)
    assert board(book) == (10_000, "A")
