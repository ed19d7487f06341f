"""Sealed bids: seals until the end, openings in their window, minutes, first and second price."""

from __future__ import annotations

import hashlib
import json

import pytest

from auction import envelopes, log
from auction.book import Book
from auction.clerk import Pause
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
from auction.events import Opened
from auction.export import export
from tests.unit.auction.lots import HOUR, MINUTE, START, board, checked, close, terms

NONCE = {name: hashlib.sha256(name.encode()).hexdigest() for name in "ABCDX"}


def sealed_lot(*, pricing="first", **changes):
    sealing = {"reveal_ms": 10 * MINUTE, "pricing": pricing}
    return Book(7, terms(format="sealed", ladder=(), sealed=sealing, **changes))


def commit(book, bidder, amount, at=MINUTE, **more):
    seal = envelopes.seal(7, bidder, amount, NONCE[bidder])
    return book.execute(Commit(bidder, seal, **more), at)


def reveal(book, bidder, amount, at=HOUR, **more):
    return book.execute(Reveal(bidder, amount, NONCE[bidder], **more), at)


def played(bids, *, hidden=(), **changes):
    """A lot in which each pair commits, and everybody but the hidden reveals; it is closed."""
    book = sealed_lot(**changes)
    for bidder, amount in bids:
        commit(book, bidder, amount)
    assert close(book).names == ("RevealBegan",)
    for bidder, amount in dict(bids).items():
        if bidder not in hidden:
            assert reveal(book, bidder, amount).names == ("Accepted",)
    book.execute(Close(), book.state.ends_ms)
    return book


def verdicts(book):
    opened = next(e.event() for e in book.entries if e.kind == "opened")
    return [(line.bidder, line.verdict, line.amount) for line in opened.lines]


# -- the seal --------------------------------------------------------------------------------------


def test_the_seal_is_the_documented_hash_of_netstrings():
    nonce = "0" * 64
    spelled = "12:sealed-bid/1,1:7,12:竞买人 17,5:12345,64:" + nonce + ","
    assert len("竞买人 17".encode()) == 12
    expected = hashlib.sha256(spelled.encode()).hexdigest()
    assert envelopes.seal(7, "竞买人 17", 12_345, nonce) == expected


def test_no_two_sets_of_fields_have_one_seal():
    n = "0" * 64
    seals = {
        envelopes.seal(*fields, n)
        for fields in [(7, "A", 11), (71, "A", 1), (7, "A1", 1), (7, "1:A", 1), (7, "A,2:11", 1)]
    }
    assert len(seals) == 5
    assert envelopes.seal(7, "A", 1, "1" * 64) not in seals


# -- handing in ------------------------------------------------------------------------------------


def test_a_seal_is_taken_from_the_opening_until_the_end():
    book = sealed_lot(opens_ms=MINUTE)
    assert commit(book, "A", START, at=MINUTE - 1).names == ("not_open",)
    assert commit(book, "A", START, at=MINUTE).names == ("Accepted",)
    assert commit(book, "B", START, at=HOUR - 1).names == ("Accepted",)
    assert commit(book, "C", START, at=HOUR).names == ("ended",)
    assert book.state.ends_ms == HOUR, "a seal extends nothing"


@pytest.mark.law("L5")
def test_a_barred_bidder_hands_in_nothing():
    book = sealed_lot()
    refused = commit(book, "X", START, ineligible="staff")
    assert refused.names == ("not_eligible",)
    assert "staff" not in book.entries[-1].public


@pytest.mark.parametrize(
    "seal", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64, None, 7, 10**63, ["0" * 64], "0" * 999]
)
def test_what_is_no_hash_is_no_seal(seal):
    book = sealed_lot()
    assert book.execute(Commit("A", seal), MINUTE).names == ("bad_commitment",)
    close(book)
    assert checked(book) == "no_bids, leader None, price None"


@pytest.mark.fault("F1")
def test_the_same_key_is_one_seal_however_often_it_comes():
    book = sealed_lot()
    commit(book, "A", 20_000, key="k")
    length = len(book.entries)
    again = commit(book, "A", 20_000, at=2 * HOUR, key="k", age_ms=9)
    assert (again.names, again.replayed, len(book.entries)) == (("Accepted",), True, length)
    assert commit(book, "A", 30_000, key="k").names == ("key_reused",)


def test_a_later_seal_replaces_the_former_and_its_place_in_line():
    book = played([("A", 20_000), ("B", 30_000), ("A", 30_000)])
    assert board(book) == (30_000, "B")
    assert verdicts(book) == [
        ("A", "replaced", None),
        ("B", "counts", 30_000),
        ("A", "counts", 30_000),
    ]
    assert checked(book) == "sold, leader B, price 30000"


# -- opening ---------------------------------------------------------------------------------------


def test_the_window_to_open_begins_when_it_is_announced_and_lasts_its_whole_time():
    book = sealed_lot()
    commit(book, "A", 20_000)
    late = HOUR + 3 * MINUTE
    assert book.execute(Close(drain_ms=2_000), HOUR + 1_999).names == ("none",)
    assert book.execute(Close(), late).names == ("RevealBegan",)
    assert book.state.ends_ms == late + 10 * MINUTE
    assert commit(book, "B", 30_000, at=late).names == ("ended",)
    assert reveal(book, "A", 20_000, at=late + 10 * MINUTE - 1).names == ("Accepted",)
    assert reveal(book, "A", 20_000, at=late + 10 * MINUTE).names == ("ended",)
    assert book.execute(Close(), late + 10 * MINUTE - 1).names == ("none",)
    closed = book.execute(Close(), late + 10 * MINUTE)
    assert closed.names == ("Opened", "Closed:sold")
    assert reveal(book, "A", 20_000, at=late + 10 * MINUTE).names == ("ended",)
    assert book.execute(Close(), 9 * HOUR).names == ("none",)
    assert checked(book) == "sold, leader A, price 20000"


def test_only_the_right_opening_of_ones_own_seal_is_taken_and_only_once():
    book = sealed_lot()
    commit(book, "A", 20_000)
    commit(book, "B", 30_000)
    close(book)
    assert reveal(book, "C", 20_000).names == ("no_commitment",)
    assert reveal(book, "A", 20_001).names == ("wrong_opening",)
    assert book.execute(Reveal("A", 20_000, NONCE["B"]), HOUR).names == ("wrong_opening",)
    assert book.execute(Reveal("B", 20_000, NONCE["A"]), HOUR).names == ("wrong_opening",)
    assert book.execute(Reveal("A", 20_000, None), HOUR).names == ("wrong_opening",)
    for amount in (0, -1, 2.0, "20000", None, True):
        assert reveal(book, "A", amount).names == ("bad_amount",)
    assert reveal(book, "A", 20_000, key="k").names == ("Accepted",)
    assert reveal(book, "A", 20_000, key="k").replayed
    assert reveal(book, "A", 20_000).names == ("already_revealed",)
    book.execute(Close(), book.state.ends_ms)
    assert checked(book) == "sold, leader A, price 20000"


def test_a_copied_seal_opens_for_nobody_but_its_maker():
    book = sealed_lot()
    seal = envelopes.seal(7, "A", 20_000, NONCE["A"])
    book.execute(Commit("A", seal), MINUTE)
    book.execute(Commit("B", seal), MINUTE)
    close(book)
    assert book.execute(Reveal("B", 20_000, NONCE["A"]), HOUR).names == ("wrong_opening",)
    assert reveal(book, "A", 20_000).names == ("Accepted",)


def test_an_opening_that_comes_too_early_is_refused_unread():
    book = sealed_lot()
    commit(book, "A", 23_456)
    assert reveal(book, "A", 23_456, at=HOUR).names == ("not_open",)
    everything = "".join(f"{entry.public}{entry.secret}" for entry in book.entries)
    assert "23456" not in everything
    assert NONCE["A"] not in everything


def test_an_unrevealed_seal_is_void_and_the_minutes_say_so():
    book = played([("A", 90_000), ("B", 20_000)], hidden=("A",))
    assert verdicts(book) == [("A", "unrevealed", None), ("B", "counts", 20_000)]
    assert checked(book) == "sold, leader B, price 20000"


def test_if_nobody_reveals_nobody_bought():
    book = played([("A", 90_000)], hidden=("A",))
    assert book.state.outcome == "no_bids"
    assert verdicts(book) == [("A", "unrevealed", None)]
    assert checked(book) == "no_bids, leader None, price None"


def test_without_a_seal_the_lot_closes_at_its_end():
    book = sealed_lot()
    assert close(book).names == ("Closed:no_bids",)
    assert reveal(book, "A", START).names == ("ended",)
    assert checked(book) == "no_bids, leader None, price None"


def test_the_opening_minutes_let_anybody_compute_every_seal():
    book = played([("A", 90_000), ("B", 9_999)])
    lines = next(json.loads(e.public) for e in book.entries if e.kind == "opened")["lines"]
    for line in lines:
        fields = (line["bidder"], line["amount"], line["nonce"])
        assert envelopes.seal(7, *fields) == line["seal"]
    assert [line["verdict"] for line in lines] == ["counts", "too_low"]


# -- the price -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pricing", "reserve", "bids", "price", "outcome"),
    [
        ("first", None, [("A", 30_000), ("B", 20_000)], 30_000, "sold"),
        ("second", None, [("A", 30_000), ("B", 20_000)], 20_000, "sold"),
        ("second", None, [("A", 30_000), ("B", 30_000)], 30_000, "sold"),
        ("second", None, [("A", 30_000), ("B", 9_999)], START, "sold"),
        ("second", None, [("A", 30_000)], START, "sold"),
        ("second", 25_000, [("A", 30_000), ("B", 20_000)], 25_000, "sold"),
        ("second", 15_000, [("A", 30_000), ("B", 20_000)], 20_000, "sold"),
        ("first", 30_000, [("A", 30_000)], 30_000, "sold"),
        ("first", 30_001, [("A", 30_000)], 30_000, "reserve_not_met"),
        ("second", 30_001, [("A", 30_000), ("B", 20_000)], 20_000, "reserve_not_met"),
        ("first", None, [("A", START)], START, "sold"),
    ],
)
def test_the_winner_pays_his_bid_or_the_next_best(pricing, reserve, bids, price, outcome):
    book = played(bids, pricing=pricing, reserve=reserve)
    assert (board(book), book.state.outcome) == ((price, "A"), outcome)
    assert book.state.reserve_met == (reserve is not None and outcome == "sold")
    assert checked(book) == f"{outcome}, leader A, price {price}"
    assert log.fold(book.entries) == book.state


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_among_equals_the_earliest_seal_wins_whoever_opens_first(order):
    book = sealed_lot()
    for bidder in order:
        commit(book, bidder, 30_000)
    close(book)
    for bidder in reversed(order):
        reveal(book, bidder, 30_000)
    book.execute(Close(), book.state.ends_ms)
    assert board(book) == (30_000, order[0])


# -- secrecy ---------------------------------------------------------------------------------------


@pytest.mark.threat("T10")
def test_canary_nothing_of_an_amount_is_public_before_the_minutes():
    book = sealed_lot(reserve=77_777)
    commit(book, "A", 43_211)
    commit(book, "B", 54_321)
    close(book)
    reveal(book, "A", 43_211)
    reveal(book, "B", 54_320)
    text = export(7, book.entries)
    for canary in ("43211", "54321", "54320", "77777", NONCE["A"], NONCE["B"]):
        assert canary not in text
    assert (book.state.leader, book.state.price, book.state.view) == (None, None, 0)
    book.execute(Close(), book.state.ends_ms)
    assert "43211" in export(7, book.entries)


def test_the_public_stream_is_the_same_for_all_amounts_until_the_minutes():
    streams = []
    for amount in (11_111, 99_999):
        book = sealed_lot()
        commit(book, "A", amount)
        close(book)
        reveal(book, "A", amount)
        public = [json.loads(entry.public) for entry in book.entries]
        streams.append([{**told, "commitment": "", "seal": ""} for told in public])
    assert streams[0] == streams[1]


# -- the operator ----------------------------------------------------------------------------------


@pytest.mark.law("L10")
def test_a_voided_bidder_has_no_bid_and_stays_in_the_minutes():
    book = sealed_lot()
    commit(book, "A", 90_000)
    commit(book, "B", 20_000)
    assert book.execute(VoidBidder("C", "x"), MINUTE).names == ("cannot_retract",)
    close(book)
    reveal(book, "A", 90_000)
    reveal(book, "B", 20_000)
    assert book.execute(VoidBidder("A", "collusion"), HOUR).names == ("Retracted",)
    assert book.execute(VoidBidder("A", "collusion"), HOUR).names == ("cannot_retract",)
    assert reveal(book, "A", 90_000).names == ("no_commitment",)
    book.execute(Close(), book.state.ends_ms)
    assert verdicts(book) == [("A", "voided", 90_000), ("B", "counts", 20_000)]
    assert checked(book) == "sold, leader B, price 20000"
    assert book.execute(VoidBidder("B", "x"), HOUR).names == ("cannot_retract",)


def test_if_all_are_voided_nothing_is_opened():
    book = sealed_lot()
    commit(book, "A", 90_000)
    book.execute(VoidBidder("A", "x"), MINUTE)
    assert close(book).names == ("Closed:no_bids",)


@pytest.mark.fault("F21")
def test_an_outage_lengthens_the_window_to_open():
    book = sealed_lot()
    commit(book, "A", 90_000)
    close(book)
    ends = book.state.ends_ms
    outage = ExtendForOutage(ends - MINUTE, ends + 9 * MINUTE)
    assert book.execute(outage, ends + 9 * MINUTE).names == ("OutageExtended",)
    assert reveal(book, "A", 90_000, at=ends + 10 * MINUTE).names == ("Accepted",)


def test_a_cancelled_lot_takes_no_seal_and_opens_none():
    book = sealed_lot()
    commit(book, "A", 90_000)
    assert book.execute(Cancel("withdrawn"), MINUTE).names == ("Cancelled",)
    assert commit(book, "B", 20_000).names == ("not_open",)
    assert reveal(book, "A", 90_000).names == ("not_open",)
    assert close(book).names == ("none",)


@pytest.mark.parametrize(
    "command", [PlaceBid("A", 20_000), Take("A"), Top("A", 20_000), Pause("x")], ids=repr
)
def test_commands_of_other_formats_are_refused_and_logged(command):
    book = sealed_lot()
    assert book.execute(command, MINUTE).names == ("other_format",)
    assert log.fold(book.entries) == book.state
    close(book)
    assert checked(book) == "no_bids, leader None, price None"


@pytest.mark.parametrize(
    "wrong",
    [
        {"sealed": None},
        {"sealed": {"reveal_ms": 0}},
        {"sealed": {"pricing": "first"}},
        {"sealed": {"reveal_ms": 1, "pricing": "third"}},
        {"hard_end_ms": HOUR},
        {"format": "english", "ladder": ((0, 1),)},
    ],
    ids=str,
)
def test_sealed_terms_that_contradict_themselves_are_refused(wrong):
    plain = {"format": "sealed", "ladder": (), "sealed": {"reveal_ms": 1}}
    assert terms(**plain).sealed.pricing == "first"
    with pytest.raises(InvalidTerms):
        terms(**(plain | wrong))


def test_every_event_of_a_sealed_lot_survives_its_log():
    book = played([("A", 90_000), ("B", 20_000)])
    assert log.fold(book.entries) == book.state
    log.verify(book.entries)
    assert any(isinstance(entry.event(), Opened) for entry in book.entries)


def test_a_reserve_of_one_fen_is_not_met_by_nobody():
    book = played([("A", 90_000)], hidden=("A",), reserve=1)
    assert (book.state.reserve_met, book.state.outcome) == (False, "no_bids")
    assert checked(book) == "no_bids, leader None, price None"


def test_nothing_is_asked_of_a_window_but_that_it_is_no_less_than_nothing():
    assert terms(window_ms=0, extend_ms=0, end_granularity_ms=1, abnormal_multiple=1)


def test_an_amount_is_at_most_ten_trillion_yuan():
    assert terms(start=10**15).start == 10**15
    with pytest.raises(InvalidTerms):
        terms(start=10**15 + 1)
