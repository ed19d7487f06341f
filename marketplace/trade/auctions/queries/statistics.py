"""How much interest a lot finds: views, followers, bidders and bids, in numbers alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI, from_ms
from marketplace.trade.auctions.lots import auction_log
from marketplace.trade.auctions.models import HourViews, Signup, Watch
from marketplace.trade.auctions.queries.room import Room

HOUR_MS = 3_600_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_HOURS = 120
"""A longer lot is drawn by day."""
log = auction_log.c
SEEN = or_(
    log.kind.in_(("committed", "taken", "topped")),
    (log.kind == "accepted") & log.public.like('%"kind":"bid"%'),
)
"""Bids that everybody saw: a raised maximum that moved nothing is nobody's business (T10)."""


@dataclass(frozen=True, slots=True)
class Part:
    """An hour, or in a chart of a long lot a day, in which something happened."""

    at: datetime
    views: int
    bids: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """A lot in numbers. ``rise`` is that of the price over the start; amounts in fen.

    No maximum, no name and no paddle is in it: bids are those that moved the board.
    """

    views: int
    watchers: int
    applicants: int
    admitted: int
    bidders: int
    bids: int
    start_minor: int
    price_minor: int | None
    hours: tuple[Part, ...]

    @property
    def rise(self) -> float | None:
        """By how much the price stands above the start."""
        return None if self.price_minor is None else self.price_minor / self.start_minor - 1

    @property
    def by_day(self) -> bool:
        """The chart counts days: hours would be too many."""
        hours = self.hours
        return bool(hours) and hours[-1].at - hours[0].at >= HOUR * MOST_HOURS

    @property
    def chart(self) -> tuple[Part, ...]:
        """Every hour or day from the first to the last, also those without anything."""
        if not self.hours:
            return ()
        step = DAY if self.by_day else HOUR
        parts: dict[datetime, list[int]] = {}
        for one in self.hours:
            sums = parts.setdefault(_begin(one.at, step), [0, 0])
            sums[0] += one.views
            sums[1] += one.bids
        first, last = min(parts), max(parts)
        count = (last - first) // step + 1
        return tuple(
            Part(first + step * n, *parts.get(first + step * n, (0, 0))) for n in range(count)
        )


def statistics(db: Session, room: Room) -> Statistics:
    """The numbers of a lot as they are now; three statements."""
    views = _views(db, room.id)
    bids = _bids(db, room.lot_id)
    watchers, applicants, admitted, bidders = _people(db, room)
    hours = (Part(at, views[at], bids[at]) for at in sorted({*views, *bids}))
    return Statistics(
        views=sum(views.values()),
        watchers=watchers,
        applicants=applicants,
        admitted=admitted,
        bidders=bidders,
        bids=sum(bids.values()),
        start_minor=room.start_minor,
        price_minor=room.price_minor,
        hours=tuple(hours),
    )


def _views(db: Session, auction_id: int) -> Mapping[datetime, int]:
    query = select(HourViews.hour_at, HourViews.count).where(HourViews.auction_id == auction_id)
    return Counter({row[0]: row[1] for row in db.execute(query)})


def _bids(db: Session, lot_id: int) -> Mapping[datetime, int]:
    hour = log.at_ms // HOUR_MS
    query = select(hour, func.count()).where(log.lot_id == lot_id, SEEN).group_by(hour)
    return Counter({from_ms(int(row[0]) * HOUR_MS): row[1] for row in db.execute(query)})


def _people(db: Session, room: Room) -> tuple[int, int, int, int]:
    signed = select(func.count()).where(Signup.auction_id == room.id)
    bidders = select(func.count(log.bidder.distinct())).where(log.lot_id == room.lot_id, SEEN)
    watchers = select(func.count()).where(Watch.auction_id == room.id)
    row = db.execute(
        select(
            watchers.scalar_subquery(),
            signed.scalar_subquery(),
            signed.where(Signup.state == "admitted").scalar_subquery(),
            bidders.scalar_subquery(),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def _begin(at: datetime, step: timedelta) -> datetime:
    if step == HOUR:
        return at
    local = at.astimezone(SHANGHAI)
    return (local - timedelta(hours=local.hour)).astimezone(at.tzinfo)
