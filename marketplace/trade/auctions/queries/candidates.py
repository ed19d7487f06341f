"""Which published listings to auction next: ranked by interest, each with the reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.showcase.listings import interest
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import ListingCard
from marketplace.trade.auctions.models import Auction, Outcome, Signup, Watch

SINCE = timedelta(days=90)
MOST, AT_ONCE = 50, 300


@dataclass(frozen=True, slots=True)
class Weight:
    """What one kind of interest counts: so many points for each ``per``, at most ``most``."""

    points: int
    per: int
    most: int

    def of(self, count: int) -> int:
        """The points of a count."""
        return min(count // self.per * self.points, self.most)


WEIGHTS: Mapping[str, Weight] = {
    "views": Weight(points=1, per=10, most=20),
    "offers": Weight(points=10, per=1, most=40),
    "followers": Weight(points=3, per=1, most=30),
    "bidders": Weight(points=5, per=1, most=20),
    "missed": Weight(points=25, per=1, most=25),
}
"""The whole score: views and offers of the last 90 days, followers and bidders of earlier lots,
and an earlier lot whose leader missed the reserve."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason: the kind, how many, and the points it gives."""

    kind: str
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing on sale with its score, the sum of its reasons' points."""

    card: ListingCard
    score: int
    whys: tuple[Why, ...]


def candidates(db: Session, now: datetime) -> list[Candidate]:
    """The listings of sellers that are free for a lot, the most wanted first.

    Listings in which nobody showed interest are left out, and so are those that are reserved:
    a lot, an order or a talk holds them already.
    """
    counts = {**interest.gathered(db, now - SINCE), **_earlier_lots(db)}
    whys: dict[int, list[Why]] = defaultdict(list)
    for kind, weight in WEIGHTS.items():
        for listing_id, count in counts.get(kind, {}).items():
            if points := weight.of(count):
                whys[listing_id].append(Why(kind, count, points))
    best = sorted(whys, key=lambda one: (-sum(why.points for why in whys[one]), one))
    cards = listings.cards(db, best[:AT_ONCE])
    found = [
        Candidate(card, sum(why.points for why in whys[card.id]), tuple(whys[card.id]))
        for card in cards.values()
        if card.state == "published" and card.organisation_id is not None
    ]
    return sorted(found, key=lambda one: (-one.score, one.card.id))[:MOST]


def _earlier_lots(db: Session) -> dict[str, dict[int, int]]:
    """Followers, bidders and missed reserves of the closed lots by listing; one statement."""
    followers = select(func.count()).where(Watch.auction_id == Auction.id).scalar_subquery()
    bidders = (
        select(func.count())
        .where(Signup.auction_id == Auction.id, Signup.state == "admitted")
        .scalar_subquery()
    )
    query = (
        select(Auction.listing_id, Outcome.outcome, followers, bidders)
        .join(Outcome, Outcome.auction_id == Auction.id)
        .where(Outcome.outcome != "sold")
        .order_by(Auction.id)
    )
    found: dict[str, dict[int, int]] = {"followers": {}, "bidders": {}, "missed": {}}
    for listing_id, outcome, followed, bid in db.execute(query):  # the last lot of each counts
        found["followers"][listing_id] = followed
        found["bidders"][listing_id] = bid
        found["missed"][listing_id] = int(outcome == "reserve_not_met")
    return found
