"""The edges of the rules that the stories beside this file walk past; each was once unguarded."""

from __future__ import annotations

import pytest

from auction.commands import Commit, ExtendForOutage, Reveal, Take, Top
from auction.errors import InvalidTerms
from tests.unit.auction.lots import HOUR, MINUTE, START, bid, close, floor, lot, terms
from tests.unit.auction.test_dutch import FALL, dutch_lot, opened_lot, taken_lot
from tests.unit.auction.test_sealed import NONCE, commit, sealed_lot


def reason(outcome) -> str:
    return outcome.events[0].reason.value


def test_only_a_clerk_is_asked_what_he_saw():
    book = lot()
    bid(book, "A", 20_000)
    bid(book, "B", 30_000)
    assert bid(book, "C", 40_000, seen_view=0).names[0] == "Accepted"
    assert reason(floor(book, "7", 60_000, seen_view=0)) == "stale_view"


def test_an_outage_gives_nothing_back_once_the_lot_is_closed():
    book = lot()
    close(book)
    outage = ExtendForOutage(HOUR - MINUTE, HOUR + MINUTE, 0, MINUTE)
    assert reason(book.execute(outage, HOUR + MINUTE)) == "outage_not_counted"
    assert book.state.ends_ms == HOUR


def test_a_lot_has_no_closing_time_before_it_closes_and_keeps_the_one_it_got():
    book = lot()
    bid(book, "A", 20_000)
    assert book.state.closed_ms is None
    close(book, HOUR + 5)
    bid(book, "B", 30_000, at=HOUR + 9)
    assert book.state.closed_ms == HOUR + 5


def test_a_seal_is_refused_for_the_first_reason_that_applies():
    book = sealed_lot()
    barred = Commit("A", "no seal", ineligible="staff")
    assert reason(book.execute(barred, MINUTE)) == "not_eligible"
    assert reason(book.execute(Commit("A", "no seal"), MINUTE)) == "bad_commitment"
    assert reason(book.execute(Commit("A", "no seal"), HOUR)) == "ended"
    commit(book, "B", START)
    close(book)
    assert reason(book.execute(Reveal("A", START, NONCE["A"]), HOUR)) == "no_commitment"


def test_a_ladder_may_begin_at_the_start_price_and_not_above_it():
    assert terms(ladder=((START, 500),)).step(START) == 500
    with pytest.raises(InvalidTerms):
        terms(ladder=((START + 1, 500),))


def test_a_price_may_fall_every_millisecond_and_stands_at_the_start_when_it_opens():
    known = dutch_lot(dutch=FALL | {"interval_ms": 1}).state.terms
    assert [known.falling_price(MINUTE + ms) for ms in (-1, 0, 1)] == [100_000, 100_000, 95_000]
    for nothing in (0, -1):
        with pytest.raises(InvalidTerms):
            dutch_lot(dutch=FALL | {"interval_ms": nothing})


@pytest.mark.parametrize("missing", ["reveal_ms", "topping_ms"])
def test_a_second_phase_needs_each_of_its_spans_however_short(missing):
    whole = FALL | {"sealing_ms": 1, "reveal_ms": 1, "topping_ms": 1}
    assert dutch_lot(dutch=whole).state.terms.dutch.sealing_ms == 1
    for nothing in (None, 0):
        with pytest.raises(InvalidTerms):
            dutch_lot(dutch={**whole, missing: nothing})


def test_a_taker_is_refused_for_the_first_reason_that_applies():
    fresh = dutch_lot()
    barred = Take("B", limit=1, ineligible="staff")
    assert reason(fresh.execute(barred, MINUTE)) == "not_eligible"
    book = taken_lot()
    assert reason(book.execute(Take("B", limit=1), MINUTE + 11_000)) == "ended"
    seal = Commit("A", "no seal", ineligible="staff")
    assert reason(book.execute(seal, MINUTE + 11_000)) == "not_eligible"
    assert reason(book.execute(Commit("A", "no seal"), MINUTE + 11_000)) == "taker_has_taken"
    assert reason(book.execute(Top("B", 1), MINUTE + 11_000)) == "not_open"


def test_who_tops_is_refused_for_the_first_reason_that_applies():
    book = opened_lot(("B", 96_000), ("C", 97_000))
    now = book.state.ends_ms - 1
    assert reason(book.execute(Top("B", 0), now)) == "not_the_taker"
    assert reason(book.execute(Top("B", 1, ineligible="staff"), now)) == "not_eligible"
    assert reason(book.execute(Top("A", 0), now)) == "bad_amount"
    assert reason(book.execute(Top("A", 97_000), now)) == "below_minimum"
