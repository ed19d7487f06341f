"""The English rules at their edges."""

from __future__ import annotations

import pytest

from auction.commands import Channel, Close, PlaceBid
from auction.errors import InvalidTerms, UnknownFormat
from auction.events import Closed
from auction.log import schedule
from auction.proxy import minimum_next
from auction.state import AMOUNT_LIMIT
from tests.unit.auction.lots import HOUR, MINUTE, bid, board, close, floor, lot, terms

# -- what is checked, and in which order ---------------------------------------------------------


def test_the_first_check_that_fails_is_the_only_reason():
    book = lot(opens_ms=10, abnormal_multiple=20)
    floor(book, "P1", 10_000, at=10)
    broken = {"ineligible": "staff", "seen_view": 99}
    assert floor(book, "P2", 0, at=9, **broken).names == ("not_open",)
    assert floor(book, "P2", 0, at=HOUR, **broken).names == ("ended",)
    assert floor(book, "P2", 0, at=10, **broken).names == ("not_eligible",)
    del broken["ineligible"]
    assert floor(book, "P2", 0, at=10, **broken).names == ("bad_amount",)
    assert floor(book, "P2", 1, at=10, **broken).names == ("stale_view",)
    assert floor(book, "P2", 1, at=10, seen_view=1).names == ("below_minimum",)
    assert floor(book, "P2", 200_001, at=10, seen_view=1).names == ("not_confirmed",)


@pytest.mark.threat("T3")
@pytest.mark.parametrize(
    "amount",
    [0, -1, 1.5, 10_000.0, float("nan"), 1e30, "10000", "1,000", "１００００", None, True, [1], {}]
    + [AMOUNT_LIMIT + 1, 2**63, 10**5000],
    ids=lambda amount: str(type(amount).__name__),
)
def test_only_positive_integers_of_minor_units_are_money(amount):
    book = lot()
    assert bid(book, "A", amount).names == ("bad_amount",)
    assert book.entries[-1].event().facts["bidder"] == "A"
    assert book.state.leader is None


@pytest.mark.law("L5")
def test_a_barred_bidder_is_refused_and_only_he_learns_why():
    book = lot()
    refused = bid(book, "X", 20_000, ineligible="seller_relative")
    assert refused.names == ("not_eligible",)
    assert refused.events[0].facts["ineligible"] == "seller_relative"
    assert "seller_relative" not in book.entries[-1].public


def test_the_least_next_bid_is_accepted_and_one_less_is_not():
    book = lot()
    for bidder in ("A", "B", "A", "B"):
        least = minimum_next(book.state.terms, book.state.standing)
        assert bid(book, bidder, least - 1).names == ("below_minimum",)
        assert bid(book, bidder, least).names == ("Accepted",)


def test_the_leader_must_exceed_his_own_maximum_not_repeat_it():
    book = lot()
    bid(book, "A", 30_000)
    assert bid(book, "A", 30_000).names == ("not_above_own_max",)
    assert bid(book, "A", 30_001).names == ("Accepted",)


def test_an_abnormal_price_is_asked_about_and_flagged():
    book = lot(abnormal_multiple=20)
    assert bid(book, "A", 200_000, key="a").names == ("Accepted",)
    asked = bid(book, "B", 200_001_000, key="b")
    assert (asked.names, asked.is_abnormal) == (("not_confirmed",), True)
    meant = bid(book, "B", 200_001_000, key="c", confirmed=True)
    assert (meant.names, meant.is_abnormal) == (("Accepted",), True)
    assert board(book) == (205_000, "B")


def test_the_appraisal_comes_before_the_start_as_measure_of_the_abnormal():
    book = lot(abnormal_multiple=20, appraisal=1_000_000)
    assert bid(book, "A", 20_000_000).is_abnormal is False


# -- the end ---------------------------------------------------------------------------------------


@pytest.mark.law("L25")
@pytest.mark.threat("T2")
@pytest.mark.parametrize(
    ("before_end", "names", "later"),
    [
        (5 * MINUTE + 1_000, ("Accepted",), 0),
        (5 * MINUTE, ("Accepted",), 0),
        (1_000, ("Accepted", "Extended"), 4 * MINUTE + 59_000),
        (1, ("Accepted", "Extended"), 5 * MINUTE),
        (0, ("ended",), 0),
        (-1, ("ended",), 0),
    ],
)
def test_a_bid_in_the_last_five_minutes_gives_five_minutes_more(before_end, names, later):
    book = lot(end_granularity_ms=1_000)
    assert bid(book, "A", 20_000, HOUR - before_end).names == names
    assert book.state.ends_ms == HOUR + later


@pytest.mark.parametrize(
    ("before_end", "later"), [(MINUTE + 1, 0), (MINUTE, 4 * MINUTE), (1, 5 * MINUTE - 1)]
)
def test_an_extension_longer_than_the_window_begins_with_the_windows_first_instant(
    before_end, later
):
    book = lot(window_ms=MINUTE)
    bid(book, "A", 20_000, HOUR - before_end)
    assert book.state.ends_ms == HOUR + later


def test_a_hard_end_caps_the_extension_and_never_moves_back():
    book = lot(hard_end_ms=HOUR + MINUTE)
    assert bid(book, "A", 20_000, HOUR - 1).names == ("Accepted", "Extended")
    assert book.state.ends_ms == HOUR + MINUTE
    assert bid(book, "B", 30_000, HOUR).names == ("Accepted",)
    assert book.state.ends_ms == HOUR + MINUTE


def test_closing_waits_for_the_drain_and_happens_once():
    book = lot()
    bid(book, "A", 20_000)
    assert book.execute(Close(drain_ms=2_000), HOUR + 1_999).names == ("none",)
    assert book.execute(Close(drain_ms=2_000), HOUR + 2_000).names == ("Closed:sold",)
    assert close(book).names == ("none",)
    assert book.state.closed_ms == HOUR + 2_000


def test_a_bid_that_arrived_before_the_end_counts_from_its_arrival():
    book = lot()
    late = bid(book, "A", 20_000, HOUR + 500, age_ms=501)
    assert late.names == ("Accepted", "Extended")
    assert book.state.ends_ms == HOUR - 1 + 5 * MINUTE


def test_no_bid_is_dated_back_by_more_than_two_seconds_nor_forward():
    assert PlaceBid("A", 1, age_ms=60_000).received_ms(HOUR) == HOUR - 2_000
    assert PlaceBid("A", 1, age_ms=-60_000).received_ms(HOUR) == HOUR


# -- the reserve -----------------------------------------------------------------------------------


@pytest.mark.law("L8")
@pytest.mark.parametrize(
    ("top", "names"),
    [(99_999_999, "Closed:reserve_not_met"), (100_000_000, "Closed:sold")],
)
def test_an_equal_maximum_meets_the_reserve_and_a_fen_less_does_not(top, names):
    book = lot(reserve=100_000_000)
    bid(book, "A", top)
    assert close(book).names == (names,)


@pytest.mark.parametrize(("rival", "price"), [(20_000, 60_000), (70_000, 72_000)])
def test_policy_at_close_lets_the_price_run_below_the_reserve(rival, price):
    book = lot(reserve=60_000, reserve_policy="at_close")
    assert bid(book, "A", 75_000).names == ("Accepted", "ReserveMet")
    assert board(book) == (10_000, "A")
    bid(book, "B", rival)
    assert book.state.price < 75_000
    assert close(book).names == ("Closed:sold",)
    assert board(book) == (price, "A")


def test_without_a_bid_there_is_no_sale():
    book = lot(reserve=1)
    closed = close(book)
    assert closed.names == ("Closed:no_bids",)
    assert isinstance(closed.events[0], Closed)
    assert board(book) == (None, None)


# -- the terms ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": 0},
        {"start": 1.0},
        {"ladder": ()},
        {"ladder": ((20_000, 1_000),)},
        {"ladder": ((0, 1_000), (0, 2_000))},
        {"ladder": ((0, 0),)},
        {"ends_ms": 0},
        {"hard_end_ms": HOUR - 1},
        {"window_ms": -1},
        {"end_granularity_ms": 0},
        {"reserve": 0},
        {"appraisal": -5},
        {"abnormal_multiple": -1},
        {"reserve_policy": "haggle"},
    ],
    ids=str,
)
def test_terms_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(InvalidTerms):
        terms(**wrong)


def test_a_format_without_rules_is_not_scheduled():
    with pytest.raises(UnknownFormat):
        schedule(7, terms(format="barter"), 0)


def test_the_phase_follows_from_the_clock_until_the_log_says_more():
    book = lot(opens_ms=5)
    phases = [book.state.phase(at) for at in (4, 5, HOUR - 1, HOUR)]
    assert phases == ["scheduled", "open", "open", "ended"]
    close(book)
    assert book.state.phase(0) == "closed"


def test_channels_keep_their_wire_names():
    assert [channel.value for channel in Channel] == ["online", "floor"]
