"""Who stood at what when a lot was over: what follows a failed sale is offered by it."""

from __future__ import annotations

import dataclasses

from auction.book import Book
from auction.commands import Close, Commit, PlaceBid, Reveal, VoidBidder
from auction.envelopes import seal
from auction.ranking import best_bids
from tests.unit.auction.lots import TERMS


def history(book: Book) -> list:
    return [entry.event() for entry in book.entries]


def english(*bids: tuple[str, int]) -> Book:
    book = Book(1, TERMS)
    for number, (who, amount) in enumerate(bids):
        book.execute(PlaceBid(who, amount, key=str(number)), TERMS.opens_ms + number)
    return book


def test_each_bidder_stands_at_his_best_bid_and_the_earlier_of_equals_first():
    book = english(("A", 20_000), ("B", 30_000), ("A", 40_000), ("C", 42_000), ("B", 50_000))
    assert best_bids(history(book)) == [(50_000, "B"), (42_000, "C"), (40_000, "A")]
    tie = english(("A", 30_000), ("B", 30_000))
    assert best_bids(history(tie)) == [(30_000, "A"), (30_000, "B")]


def test_a_refused_bid_and_a_voided_bidder_do_not_count():
    book = english(("A", 20_000), ("B", 30_000), ("C", 10))
    book.execute(VoidBidder("B", "not eligible"), TERMS.opens_ms + 9)
    assert best_bids(history(book)) == [(20_000, "A")]


def test_nobody_stands_where_nobody_bid():
    assert best_bids(history(english())) == []


def test_of_sealed_bids_those_count_that_were_opened_and_reach_the_start():
    from tests.unit.auction import test_sealed

    terms = dataclasses.replace(test_sealed.TERMS)
    book, nonce = Book(1, terms), "ab" * 32
    amounts = {"A": terms.start + 500, "B": terms.start + 900, "C": terms.start - 1, "D": None}
    for who, amount in amounts.items():
        sealed = seal(1, who, amount or terms.start, nonce)
        book.execute(Commit(who, sealed, key=f"c{who}"), terms.opens_ms)
    book.execute(Close(), terms.ends_ms)
    for who, amount in amounts.items():
        if amount is not None:
            book.execute(Reveal(who, amount, nonce, key=f"r{who}"), terms.ends_ms + 1)
    book.execute(Close(), book.state.ends_ms)
    assert best_bids(history(book)) == [(terms.start + 900, "B"), (terms.start + 500, "A")]
