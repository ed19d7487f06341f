"""The Dutch auction: a price that is a function of time, the first take, the sealed second phase."""

from __future__ import annotations

import json

import pytest

from auction import envelopes, log
from auction.book import Book
from auction.commands import (
    Cancel,
    Close,
    Commit,
    ExtendForOutage,
    PlaceBid,
    Reveal,
    Take,
    Top,
    VoidBidder,
)
from auction.errors import InvalidTerms
from tests.unit.auction.lots import HOUR, MINUTE, board, checked, close, terms
from tests.unit.auction.test_sealed import NONCE

FALL = {"step": 5_000, "interval_ms": 10_000, "floor": 60_000}
SECOND = {"sealing_ms": 5 * MINUTE, "reveal_ms": 4 * MINUTE, "topping_ms": 3 * MINUTE}


def dutch_lot(*, second=False, **changes):
    plain = {"format": "dutch", "start": 100_000, "ladder": (), "opens_ms": MINUTE}
    fall = FALL | (SECOND if second else {})
    return Book(7, terms(**(plain | {"dutch": fall} | changes)))


def take(book, bidder, at, **more):
    return book.execute(Take(bidder, **more), at)


def commit(book, bidder, amount, at=2 * MINUTE, **more):
    seal = envelopes.seal(7, bidder, amount, NONCE[bidder])
    return book.execute(Commit(bidder, seal, **more), at)


def move_on(book):
    return book.execute(Close(), book.state.ends_ms)


def taken_lot(**changes):
    """A takes at 95,000 after ten seconds; others may seal."""
    book = dutch_lot(second=True, **changes)
    assert take(book, "A", MINUTE + 10_000).names == ("Taken",)
    return book


def opened_lot(*bids, **changes):
    """These bids were sealed and opened; their minutes are written."""
    book = taken_lot(**changes)
    for bidder, amount in bids:
        commit(book, bidder, amount)
    move_on(book)
    for bidder, amount in bids:
        at = book.state.ends_ms - 1
        assert book.execute(Reveal(bidder, amount, NONCE[bidder]), at).names == ("Accepted",)
    move_on(book)
    return book


# -- the price -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_opening", "price"),
    [
        (0, 100_000),
        (9_999, 100_000),
        (10_000, 95_000),
        (19_999, 95_000),
        (79_999, 65_000),
        (80_000, 60_000),
        (90_000, 60_000),
        (9 * MINUTE, 60_000),
    ],
)
def test_the_price_is_a_function_of_time_and_stays_at_the_floor(after_opening, price):
    book = dutch_lot()
    assert book.state.terms.falling_price(MINUTE + after_opening) == price
    assert take(book, "A", MINUTE + after_opening).names == ("Taken",)
    assert board(book) == (price, "A")
    assert move_on(book).names == ("Closed:sold",)
    assert checked(book) == f"sold, leader A, price {price}"


def test_a_floor_off_the_steps_is_the_floor():
    book = dutch_lot(dutch=FALL | {"floor": 62_500})
    prices = [book.state.terms.falling_price(MINUTE + n * 10_000) for n in (7, 8, 99)]
    assert prices == [65_000, 62_500, 62_500]


def test_before_the_opening_the_price_is_the_start_and_nobody_can_take():
    book = dutch_lot()
    assert book.state.terms.falling_price(0) == 100_000
    assert take(book, "A", MINUTE - 1).names == ("not_open",)


def test_the_price_is_that_of_the_received_instant():
    book = dutch_lot()
    take(book, "A", MINUTE + 10_500, age_ms=501)
    assert board(book) == (100_000, "A")


def test_a_price_above_the_one_he_saw_is_not_taken():
    book = dutch_lot()
    assert take(book, "A", MINUTE + 9_999, limit=95_000).names == ("above_limit",)
    assert take(book, "A", MINUTE + 9_999, limit="95000").names == ("bad_amount",)
    assert take(book, "A", MINUTE + 9_999, limit=0).names == ("bad_amount",)
    assert take(book, "A", MINUTE + 10_000, limit=95_000).names == ("Taken",)
    move_on(book)
    assert checked(book) == "sold, leader A, price 95000"


# -- the take --------------------------------------------------------------------------------------


def test_the_first_take_under_the_lock_wins_and_the_second_is_too_late():
    book = dutch_lot()
    assert take(book, "A", MINUTE + 10_000).names == ("Taken",)
    assert take(book, "B", MINUTE + 10_000, age_ms=2_000).names == ("ended",)
    assert take(book, "A", MINUTE + 10_000).names == ("ended",)
    assert move_on(book).names == ("Closed:sold",)
    assert move_on(book).names == ("none",)
    assert take(book, "B", MINUTE + 10_000).names == ("ended",)


@pytest.mark.fault("F1")
def test_a_repeated_take_gets_its_stored_answer():
    book = dutch_lot()
    take(book, "A", MINUTE, key="k")
    move_on(book)
    again = take(book, "A", HOUR, key="k")
    assert (again.names, again.replayed) == (("Taken",), True)


@pytest.mark.law("L5")
def test_a_barred_bidder_takes_nothing():
    book = dutch_lot()
    assert take(book, "X", MINUTE, ineligible="seller").names == ("not_eligible",)
    assert book.state.leader is None


def test_a_lot_that_nobody_takes_is_unsold_at_its_end():
    book = dutch_lot()
    assert take(book, "A", HOUR).names == ("ended",)
    assert book.execute(Close(), HOUR - 1).names == ("none",)
    assert close(book, HOUR).names == ("Closed:no_bids",)
    assert checked(book) == "no_bids, leader None, price None"


def test_without_a_second_phase_nobody_seals():
    book = dutch_lot()
    assert commit(book, "B", 99_000).names == ("not_open",)
    take(book, "A", MINUTE)
    assert commit(book, "B", 199_000).names == ("ended",)
    assert book.execute(Top("A", 200_000), MINUTE).names == ("ended",)


# -- the second phase --------------------------------------------------------------------------------


def test_a_take_begins_the_time_to_seal():
    book = taken_lot()
    assert book.state.ends_ms == MINUTE + 10_000 + 5 * MINUTE
    shown = json.loads(book.entries[-1].public)
    assert (shown["price"], shown["next"], shown["view"]) == (95_000, 95_001, 1)
    assert take(book, "B", 2 * MINUTE).names == ("ended",)
    assert commit(book, "A", 99_000).names == ("taker_has_taken",)
    assert commit(book, "X", 99_000, ineligible="staff").names == ("not_eligible",)
    assert commit(book, "B", 99_000, at=book.state.ends_ms).names == ("ended",)
    assert book.execute(Reveal("B", 99_000, NONCE["B"]), 2 * MINUTE).names == ("not_open",)
    assert book.execute(Top("A", 99_000), 2 * MINUTE).names == ("not_open",)


def test_if_nobody_seals_the_taker_buys_at_the_taken_price():
    book = taken_lot()
    assert move_on(book).names == ("Closed:sold",)
    assert checked(book) == "sold, leader A, price 95000"


def test_if_nobody_opens_a_bid_above_it_the_taker_buys_at_the_taken_price():
    book = taken_lot()
    commit(book, "B", 95_000)
    commit(book, "C", 120_000)
    assert move_on(book).names == ("RevealBegan",)
    book.execute(Reveal("B", 95_000, NONCE["B"]), book.state.ends_ms - 1)
    assert move_on(book).names == ("Opened", "Closed:sold")
    assert checked(book) == "sold, leader A, price 95000"
    assert book.state.view == 1


def test_the_best_sealed_bid_leads_and_buys_unless_the_taker_answers():
    book = opened_lot(("B", 95_001), ("C", 120_000), ("D", 120_000))
    assert (board(book), book.state.view) == ((120_000, "C"), 2)
    assert move_on(book).names == ("Closed:sold",)
    assert checked(book) == "sold, leader C, price 120000"


def test_the_taker_may_go_above_once():
    book = opened_lot(("B", 110_000), ladder=((0, 1_000),))
    at = book.state.ends_ms - 1
    assert book.execute(Top("B", 120_000), at).names == ("not_the_taker",)
    assert book.execute(Top("A", 110_999), at).names == ("below_minimum",)
    assert book.execute(Top("A", "111000"), at).names == ("bad_amount",)
    assert book.execute(Top("A", 111_000, ineligible="x"), at).names == ("not_eligible",)
    assert book.execute(Top("A", 111_000, key="t"), at).names == ("Topped",)
    assert book.execute(Top("A", 111_000, key="t"), at).replayed
    assert book.execute(Top("A", 115_000), at).names == ("ended",)
    assert (board(book), book.state.view) == ((111_000, "A"), 3)
    assert move_on(book).names == ("Closed:sold",)
    assert checked(book) == "sold, leader A, price 111000"


def test_the_takers_answer_comes_in_its_time_or_not_at_all():
    book = opened_lot(("B", 110_000))
    assert book.execute(Top("A", 120_000), book.state.ends_ms).names == ("ended",)
    move_on(book)
    assert checked(book) == "sold, leader B, price 110000"


def test_steps_given_for_the_second_phase_hold_in_it():
    book = opened_lot(("B", 95_999), ladder=((0, 1_000),))
    assert board(book) == (95_000, "A")


@pytest.mark.threat("T10")
def test_canary_no_sealed_amount_is_public_before_its_minutes():
    book = taken_lot()
    commit(book, "B", 123_457)
    move_on(book)
    book.execute(Reveal("B", 123_457, NONCE["B"]), book.state.ends_ms - 1)
    assert "123457" not in "".join(entry.public for entry in book.entries)
    move_on(book)
    assert "123457" in book.entries[-1].public


# -- the operator ----------------------------------------------------------------------------------


def test_a_sealed_bidder_can_be_voided_until_the_minutes_and_the_taker_never():
    book = taken_lot()
    commit(book, "B", 120_000)
    assert book.execute(VoidBidder("A", "x"), 2 * MINUTE).names == ("cannot_retract",)
    assert book.execute(VoidBidder("B", "x"), 2 * MINUTE).names == ("Retracted",)
    assert board(book) == (95_000, "A")
    assert move_on(book).names == ("Closed:sold",)
    assert checked(book) == "sold, leader A, price 95000"
    later = opened_lot(("B", 120_000))
    assert later.execute(VoidBidder("B", "x"), later.state.ends_ms - 1).names == ("cannot_retract",)


@pytest.mark.fault("F21")
def test_an_outage_gives_time_to_seal_but_cannot_turn_back_a_falling_price():
    book = dutch_lot(second=True)
    outage = ExtendForOutage(HOUR - MINUTE, HOUR + 9 * MINUTE)
    assert book.execute(outage, HOUR + 9 * MINUTE).names == ("outage_not_counted",)
    book = taken_lot()
    ends = book.state.ends_ms
    outage = ExtendForOutage(ends - MINUTE, ends + 9 * MINUTE)
    assert book.execute(outage, ends + 9 * MINUTE).names == ("OutageExtended",)
    assert book.state.ends_ms == ends + 10 * MINUTE + HOUR


def test_a_cancelled_lot_is_taken_by_nobody():
    book = dutch_lot()
    assert book.execute(Cancel("withdrawn"), 0).names == ("Cancelled",)
    assert take(book, "A", 2 * MINUTE).names == ("not_open",)
    assert book.execute(PlaceBid("A", 200_000), 2 * MINUTE).names == ("other_format",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"dutch": None},
        {"dutch": FALL | {"step": 0}},
        {"dutch": FALL | {"interval_ms": 0}},
        {"dutch": FALL | {"floor": 0}},
        {"dutch": FALL | {"floor": 100_001}},
        {"dutch": FALL | SECOND | {"sealing_ms": 0}},
        {"dutch": FALL | SECOND | {"reveal_ms": 0}},
        {"dutch": FALL | SECOND | {"topping_ms": 0}},
        {"dutch": FALL | {"pace": 1}},
        {"reserve": 70_000},
        {"format": "sealed", "sealed": {"reveal_ms": 1}},
        {"mode": "hall"},
    ],
    ids=str,
)
def test_dutch_terms_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(InvalidTerms):
        dutch_lot(**wrong)
    assert dutch_lot(dutch=FALL | {"floor": 100_000})


def test_the_price_of_an_english_lot_does_not_fall():
    with pytest.raises(InvalidTerms):
        terms().falling_price(0)


def test_every_event_of_a_dutch_lot_survives_its_log():
    book = opened_lot(("B", 110_000), ("C", 105_000))
    book.execute(Top("A", 111_000), book.state.ends_ms - 1)
    move_on(book)
    assert log.fold(book.entries) == book.state
    log.verify(book.entries)
    assert book.state.outcome == "sold"


def test_every_stage_waits_for_what_is_still_under_way():
    book = dutch_lot()
    assert book.execute(Close(drain_ms=2_000), HOUR + 1_999).names == ("none",)
    assert book.execute(Close(drain_ms=2_000), HOUR + 2_000).names == ("Closed:no_bids",)


def test_below_the_first_step_of_a_ladder_one_fen_is_enough():
    book = opened_lot(("B", 95_001), ladder=((95_002, 1_000),), start=100_000)
    assert (board(book), json.loads(book.entries[-1].public)["next"]) == ((95_001, "B"), 95_002)
