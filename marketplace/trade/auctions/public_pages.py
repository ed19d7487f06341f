"""The addresses of public auctions for search engines: numbers and the time of the last change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.trade.auctions.models import Auction, Outcome


def highest(db: Session) -> int:
    """The highest number in use; 0 when there is none."""
    return db.scalar(select(func.max(Auction.id))) or 0


def public_pages(db: Session, *, first: int, last: int) -> list[tuple[int, datetime]]:
    """(number, time of the last change) of the public ones from ``first`` to ``last``."""
    query = (
        select(Auction.id, func.coalesce(Outcome.closed_at, Auction.notice_at))
        .outerjoin(Outcome, Outcome.auction_id == Auction.id)
        .where(
            Auction.id.between(first, last), Auction.state.in_(("announced", "paused", "closed"))
        )
        .order_by(Auction.id)
    )
    return [(number, at) for number, at in db.execute(query)]
