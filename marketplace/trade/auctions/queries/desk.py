"""What a desk shows of auctions: where an organisation has bid, what it sells, what must run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import from_ms
from marketplace.trade.auctions.lots import STANDING, auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.queries.board import AuctionCard, cards, status_of

MOST = 12
MOST_TO_RUN = 30
RECENT = timedelta(days=30)
log = auction_log.c


def has_bid_on(db: Session, organisation_id: int) -> frozenset[int]:
    """The open lots on which the organisation has a bid that was accepted."""
    query = (
        select(Signup.auction_id)
        .join(Auction, Auction.id == Signup.auction_id)
        .join(
            auction_log,
            (log.lot_id == Auction.lot_id) & (log.bidder == Signup.paddle) & log.kind.in_(STANDING),
        )
        .where(
            Signup.organisation_id == organisation_id,
            Auction.state.in_(("announced", "paused")),
        )
        .distinct()
    )
    return frozenset(db.scalars(query))


def selling(db: Session, organisation_id: int, *, now: datetime) -> list[AuctionCard]:
    """The organisation's own lots: open ones, and those closed in the last 30 days."""
    recent = Outcome.closed_at >= now - RECENT
    query = (
        select(Auction.id)
        .outerjoin(Outcome, Outcome.auction_id == Auction.id)
        .where(
            Auction.seller_organisation_id == organisation_id,
            Auction.state.in_(("announced", "paused")) | recent,
        )
        .order_by(Auction.ends_at)
        .limit(MOST)
    )
    ids = list(db.scalars(query))
    found = cards(db, ids, now) if ids else {}
    return [found[one] for one in ids]


@dataclass(frozen=True, slots=True)
class LotToRun:
    """A lot that is not over, for the auctioneer; ``applicants`` wait for their deposit.

    ``status``: draft, upcoming, live, closing, paused.
    """

    id: int
    listing_id: int
    number: str
    title: str
    title_en: str
    status: str
    opens_at: datetime
    ends_at: datetime
    applicants: int


def to_run(db: Session, now: datetime) -> list[LotToRun]:
    """Drafts, coming, running and paused lots, what ends first first; one statement."""
    waiting = (
        select(func.count())
        .where(Signup.auction_id == Auction.id, Signup.state == "applied")
        .scalar_subquery()
    )
    query = (
        select(
            Auction.id,
            Auction.listing_id,
            Auction.number,
            Auction.title,
            Auction.title_en,
            Auction.state,
            Auction.place,
            Auction.opens_at,
            Auction.ends_at,
            auction_lot.c.ends_ms,
            auction_lot.c.progress,
            waiting.label("applicants"),
        )
        .outerjoin(auction_lot, auction_lot.c.id == Auction.lot_id)
        .where(Auction.state.in_(("draft", "announced", "paused")))
        .order_by(Auction.ends_at, Auction.id)
        .limit(MOST_TO_RUN)
    )
    return [_to_run(row, now) for row in db.execute(query)]


def _to_run(row: Row[Any], now: datetime) -> LotToRun:
    ends_at = row.ends_at if row.ends_ms is None else from_ms(row.ends_ms)
    status = status_of(row, ends_at=ends_at, now=now)
    return LotToRun(
        id=row.id,
        listing_id=row.listing_id,
        number=row.number,
        title=row.title,
        title_en=row.title_en,
        status=status,
        opens_at=row.opens_at,
        ends_at=ends_at,
        applicants=row.applicants,
    )
