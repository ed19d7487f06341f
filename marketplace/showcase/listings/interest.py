"""How much interest listings find: counts by listing, to which higher rooms add their own.

Showcase knows how often pages were opened; the room of offers registers how many buyers offered,
so that showcase imports none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI
from marketplace.showcase.listings.models import ListingViews

Source = Callable[[Session, datetime], Mapping[int, int]]
"""(database, since when) → a count by listing; listings without any are left out."""
SOURCES: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Add a kind of interest; called once when the higher room is imported."""
    SOURCES[name] = source


def views(db: Session, since: datetime) -> Mapping[int, int]:
    """How often each listing's page was opened."""
    day = since.astimezone(SHANGHAI).date()
    query = (
        select(ListingViews.listing_id, func.sum(ListingViews.count))
        .where(ListingViews.day >= day)
        .group_by(ListingViews.listing_id)
    )
    return {listing_id: int(count) for listing_id, count in db.execute(query)}


register("views", views)


def gathered(db: Session, since: datetime) -> Mapping[str, Mapping[int, int]]:
    """Every kind of interest since an instant; one statement each."""
    return {name: source(db, since) for name, source in SOURCES.items()}
