"""What a desk shows of auctions: where an organisation has bid, what it sells, what must run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import from_ms
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.queries.board import AuctionCard, cards

MOST = 12
RECENT = timedelta(days=30)
log = auction_log.c


def has_bid_on(db: Session, organisation_id: int) -> frozenset[int]:
    """The open lots on which the organisation has a bid that was accepted."""
    query = (
        select(Signup.auction_id)
        .join(Auction, Auction.id == Signup.auction_id)
        .join(
            auction_log,
            (log.lot_id == Auction.lot_id)
            & (log.bidder == Signup.paddle)
            & (log.kind == "accepted"),
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
class ToRun:
    """The auctioneer's figures; ``next_end_at`` is the next closing of a live lot."""

    drafts: int
    upcoming: int
    live: int
    paused: int
    applicants: int
    next_end_at: datetime | None


def to_run(db: Session, now: datetime) -> ToRun:
    """How many notices are drafts, lots come, run or pause, and sign-ups wait; two statements."""
    announced = Auction.state == "announced"
    live = announced & (Auction.opens_at <= now)
    row = db.execute(
        select(
            func.count().filter(Auction.state == "draft"),
            func.count().filter(announced & (Auction.opens_at > now)),
            func.count().filter(live),
            func.count().filter(Auction.state == "paused"),
            func.min(auction_lot.c.ends_ms).filter(live),
        )
        .select_from(Auction)
        .outerjoin(auction_lot, auction_lot.c.id == Auction.lot_id)
    ).one()
    waiting = (
        select(func.count())
        .select_from(Signup)
        .join(Auction, Auction.id == Signup.auction_id)
        .where(Signup.state == "applied", announced)
    )
    drafts, upcoming, running, paused, next_ms = row
    return ToRun(drafts, upcoming, running, paused, db.scalar(waiting) or 0, _at(next_ms))


def _at(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
