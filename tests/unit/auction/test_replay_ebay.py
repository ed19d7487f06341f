"""456 real proxy auctions (eBay, Jank & Shmueli), replayed.

Losing bids are true maxima; the winner's is hidden, so his last recorded bid is taken as unlimited.
Where the recorded price lies outside one step of the second maximum, a reserve, a retraction or a
buy-now was at work: excluded by that rule, not by hand.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from dataclasses import dataclass

import pytest

from auction.book import Book
from auction.commands import Close, PlaceBid
from tests.shared_data import shared
from tests.unit.auction.lots import terms

DAY = 86_400_000
END = 30 * DAY
UNLIMITED = 10**14


@dataclass(frozen=True)
class Recorded:
    """One auction as recorded; amounts in cents."""

    start: int
    price: int
    bids: tuple[tuple[int, str, int], ...]

    @property
    def second(self) -> int:
        best: dict[str, int] = defaultdict(int)
        for _, bidder, amount in self.bids:
            best[bidder] = max(best[bidder], amount)
        return sorted(best.values())[-2]


@pytest.fixture(scope="module")
def ladder():
    published = json.loads(shared("vectors/english_auction.json").read_text())
    return tuple(map(tuple, published["ebay_ladder"]))


@pytest.fixture(scope="module")
def auctions():
    by_id = defaultdict(list)
    with gzip.open(shared("data/auctions_ebay_moa.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            by_id[row["auctionid"]].append(row)
    recorded = [_recorded(rows) for rows in by_id.values()]
    return [a for a in recorded if len({bidder for _, bidder, _ in a.bids}) > 1]


def _recorded(rows):
    bids = sorted((int(float(r["bidtime"]) * DAY), r["bidder"], _cents(r["bid"])) for r in rows)
    return Recorded(max(1, _cents(rows[0]["openbid"])), _cents(rows[0]["price"]), tuple(bids))


def _cents(text: str) -> int:
    return round(float(text) * 100)


def final_price(auction: Recorded, ladder) -> int:
    book = Book(1, terms(start=auction.start, ladder=ladder, ends_ms=END, window_ms=0))
    top = max(auction.bids, key=lambda bid: (bid[2], -bid[0]))
    for bid in auction.bids:
        at_ms, bidder, amount = bid
        book.execute(PlaceBid(bidder, UNLIMITED if bid == top else amount), at_ms)
    book.execute(Close(), END)
    return book.state.price


def test_the_recorded_prices_are_those_of_a_proxy_auction(auctions, ladder):
    step = terms(start=1, ladder=ladder).step
    exact = [a.price == a.second + step(a.second) for a in auctions]
    within = [a.second <= a.price <= a.second + step(a.second) for a in auctions]
    assert len(auctions) > 400
    assert sum(exact) / len(auctions) == pytest.approx(0.785, abs=0.02)
    assert sum(within) / len(auctions) == pytest.approx(0.949, abs=0.02)


def test_the_engine_ends_where_the_real_auctions_ended(auctions, ladder):
    step = terms(start=1, ladder=ladder).step
    proxied = [a for a in auctions if a.second <= a.price <= a.second + step(a.second)]
    final = {a: final_price(a, ladder) for a in proxied}
    bounded = [a.second <= final[a] <= a.second + step(a.second) for a in proxied]
    exact = [a for a in proxied if a.price == a.second + step(a.second)]
    assert sum(bounded) / len(proxied) > 0.99
    assert sum(final[a] == a.price for a in exact) / len(exact) > 0.97
