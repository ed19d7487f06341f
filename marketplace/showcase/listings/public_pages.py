"""The addresses of public listings for search engines: numbers and the time of the last change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.showcase.listings.models import Listing
from marketplace.showcase.listings.queries import LISTED


def highest(db: Session) -> int:
    """The highest number in use; 0 when there is none."""
    return db.scalar(select(func.max(Listing.id))) or 0


def public_pages(db: Session, *, first: int, last: int) -> list[tuple[int, datetime]]:
    """(number, time of the last change) of the public ones from ``first`` to ``last``."""
    query = (
        select(Listing.id, Listing.changed_at)
        .where(Listing.id.between(first, last), Listing.state.in_(LISTED))
        .order_by(Listing.id)
    )
    return [(number, at) for number, at in db.execute(query)]
