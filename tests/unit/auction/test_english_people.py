"""The hall, the holders of first refusal and the operator in an English auction."""

from __future__ import annotations

import pytest

from auction.commands import Cancel, ExtendForOutage, VoidBidder
from auction.events import OutageExtended
from tests.unit.auction.lots import HOUR, MINUTE, bid, board, close, floor, lot

# -- the hall --------------------------------------------------------------------------------------


def test_the_leading_paddle_may_raise_his_own_price_in_the_hall():
    book = lot()
    floor(book, "P7", 20_000)
    floor(book, "P7", 25_000)
    assert board(book) == (25_000, "P7")


@pytest.mark.law("L10")
def test_a_call_below_the_own_absentee_maximum_does_not_withdraw_it():
    book = lot()
    bid(book, "P7", 50_000)
    floor(book, "P7", 20_000)
    assert (board(book), book.state.leader_max) == ((20_000, "P7"), 50_000)
    bid(book, "B", 40_000)
    assert board(book) == (41_000, "P7")


@pytest.mark.law("L10")
def test_a_refold_keeps_the_absentee_maximum_too():
    book = lot()
    bid(book, "P7", 50_000)
    floor(book, "P7", 20_000)
    bid(book, "B", 90_000)
    book.execute(VoidBidder("B", "ineligible"), MINUTE)
    assert (board(book), book.state.leader_max) == ((20_000, "P7"), 50_000)


def test_only_visible_changes_make_a_clerks_view_stale():
    book = lot()
    floor(book, "P7", 20_000)
    seen = book.state.view
    bid(book, "B", 5_000)
    floor(book, "P7", 20_500)
    assert book.state.view == seen
    bid(book, "B", 40_000)
    assert floor(book, "P7", 50_000, seen_view=seen).names == ("stale_view",)


# -- first refusal ---------------------------------------------------------------------------------


@pytest.mark.law("L26")
def test_a_holder_of_first_refusal_leads_at_the_same_price_until_somebody_bids_more():
    book = lot(start=500_000, ladder=((0, 10_000),))
    bid(book, "A", 500_000)
    assert bid(book, "H", 500_000, rank=1).names == ("Accepted",)
    assert board(book) == (500_000, "H")
    bid(book, "A", 510_000)
    assert board(book) == (510_000, "A")
    assert close(book).events[0].leader == "A"


@pytest.mark.law("L26")
def test_among_holders_the_rank_decides_and_then_the_time():
    book = lot()
    bid(book, "H2", 30_000, rank=2)
    bid(book, "A", 30_000)
    assert board(book) == (30_000, "H2")
    assert bid(book, "G2", 30_000, rank=2).names == ("below_minimum",)
    assert bid(book, "H1", 30_000, rank=1).names == ("Accepted",)
    assert board(book) == (30_000, "H1")


@pytest.mark.law("L26")
def test_a_holders_maximum_is_raised_only_to_match():
    book = lot()
    bid(book, "A", 30_000)
    bid(book, "H", 50_000, rank=1)
    assert board(book) == (30_000, "H")
    bid(book, "B", 40_000)
    assert board(book) == (40_000, "H")
    assert bid(book, "B", 40_999).names == ("below_minimum",)


@pytest.mark.law("L26")
def test_a_holder_may_bid_the_price_but_a_hidden_maximum_still_beats_him():
    book = lot()
    bid(book, "A", 30_000)
    assert bid(book, "H", 10_000, rank=1).names == ("Accepted",)
    assert board(book) == (11_000, "A")


# -- the operator ----------------------------------------------------------------------------------


@pytest.mark.law("L10")
def test_only_a_running_lot_with_a_bid_of_his_lets_a_bidder_be_voided():
    book = lot()
    assert book.execute(VoidBidder("B", "x"), MINUTE).names == ("cannot_retract",)
    bid(book, "B", 20_000)
    assert book.execute(VoidBidder("B", "x"), HOUR).names == ("cannot_retract",)
    assert book.execute(VoidBidder("B", "x"), HOUR - 1).names == ("Retracted",)
    assert book.execute(VoidBidder("B", "x"), HOUR - 1).names == ("cannot_retract",)
    assert (board(book), book.state.ends_ms) == ((None, None), HOUR)


def test_a_void_takes_back_a_reserve_that_only_the_voided_had_met():
    book = lot(reserve=60_000)
    bid(book, "A", 20_000)
    bid(book, "B", 90_000)
    book.execute(VoidBidder("B", "x"), MINUTE)
    assert (board(book), book.state.reserve_met) == ((10_000, "A"), False)
    assert bid(book, "C", 60_000).names == ("Accepted", "ReserveMet")


def test_a_bid_refused_because_of_the_voided_one_stays_refused():
    book = lot()
    bid(book, "A", 20_000)
    bid(book, "B", 50_000)
    assert bid(book, "C", 21_000).names == ("below_minimum",)
    book.execute(VoidBidder("B", "x"), MINUTE)
    assert board(book) == (10_000, "A")


@pytest.mark.fault("F21")
def test_an_outage_at_the_end_is_given_back_with_an_hour_and_only_once():
    book = lot(hard_end_ms=HOUR)
    bid(book, "A", 20_000)
    outage = ExtendForOutage(HOUR - MINUTE, HOUR + 9 * MINUTE)
    assert book.execute(outage, HOUR + 9 * MINUTE).names == ("OutageExtended",)
    assert book.state.ends_ms == book.state.hard_end_ms == HOUR + 10 * MINUTE + HOUR
    assert book.execute(outage, HOUR + 9 * MINUTE).names == ("outage_not_counted",)
    assert board(book) == (10_000, "A")
    assert isinstance(book.entries[-2].event(), OutageExtended)


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    ("down", "up"),
    [
        (10 * HOUR - 5 * MINUTE, 10 * HOUR),  # not longer than five minutes
        (9 * HOUR - MINUTE * 10, 9 * HOUR),  # over when the last hour began
        (10 * HOUR, 11 * HOUR),  # after the end
    ],
)
def test_an_outage_that_took_nothing_gives_nothing(down, up):
    book = lot(ends_ms=10 * HOUR)
    assert book.execute(ExtendForOutage(down, up), up).names == ("outage_not_counted",)


def test_a_cancelled_lot_takes_no_bid_and_never_closes():
    book = lot()
    assert book.execute(Cancel("withdrawn"), 0).names == ("Cancelled",)
    assert bid(book, "A", 20_000).names == ("not_open",)
    assert close(book).names == ("none",)
    assert book.execute(Cancel("withdrawn"), 0).names == ("ended",)
