"""Who stood at what when a lot was over: what follows a failed sale is offered by it."""

from __future__ import annotations

from auction.book import Book
from auction.commands import VoidBidder
from auction.ranking import best_bids
from tests.unit.auction.lots import MINUTE, START, bid, lot
from tests.unit.auction.test_sealed import played


def ranking(book: Book) -> list[tuple[int, str]]:
    return best_bids([entry.event() for entry in book.entries])


def english(*bids: tuple[str, int]) -> Book:
    book = lot()
    for bidder, amount in bids:
        bid(book, bidder, amount)
    return book


def test_each_bidder_stands_at_his_best_bid_and_the_earlier_of_equals_first():
    book = english(("A", 20_000), ("B", 30_000), ("A", 40_000), ("C", 42_000), ("B", 50_000))
    assert ranking(book) == [(50_000, "B"), (42_000, "C"), (40_000, "A")]
    assert ranking(english(("A", 30_000), ("B", 30_000))) == [(30_000, "A"), (30_000, "B")]


def test_a_refused_bid_and_a_voided_bidder_do_not_count():
    book = english(("A", 20_000), ("B", 30_000), ("C", 10))
    book.execute(VoidBidder("B", "not eligible"), MINUTE)
    assert ranking(book) == [(20_000, "A")]


def test_nobody_stands_where_nobody_bid():
    assert ranking(lot()) == []


def test_of_sealed_bids_those_count_that_were_opened_and_reach_the_start():
    bids = [("A", START + 500), ("B", START + 900), ("C", START - 1), ("D", START + 5_000)]
    assert ranking(played(bids, hidden=("D",))) == [(START + 900, "B"), (START + 500, "A")]
