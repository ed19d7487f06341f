"""What of an organisation's listings needs its people now, and how many stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.showcase.listings.models import Listing, ListingVersion, ListingViews
from marketplace.showcase.listings.states import State

MOST = 12
EXPIRY_AHEAD = timedelta(days=30)
VIEW_DAYS = 90


@dataclass(frozen=True, slots=True)
class NeedsWork:
    """A listing that its people should look at; ``why``: returned, suspended, expired, expiring."""

    id: int
    title: str
    why: str
    text: str
    expires_at: datetime | None
    changed_at: datetime


def needing_work(db: Session, organisation_id: int, *, now: datetime) -> list[NeedsWork]:
    """Returned, suspended and expired listings, and those that expire within 30 days."""
    last = (ListingVersion.listing_id == Listing.id) & (
        ListingVersion.version == Listing.last_version
    )
    returned = ListingVersion.state == "returned"
    expiring = (Listing.state == State.PUBLISHED) & (Listing.expires_at <= now + EXPIRY_AHEAD)
    stopped = Listing.state.in_((State.RETURNED, State.SUSPENDED, State.EXPIRED))
    open_return = returned & Listing.state.in_((State.RETURNED, State.PUBLISHED))
    query = (
        select(
            Listing.id,
            Listing.title,
            Listing.state,
            Listing.stopped_why,
            Listing.expires_at,
            Listing.changed_at,
            ListingVersion.state.label("version_state"),
            ListingVersion.text,
        )
        .outerjoin(ListingVersion, last)
        .where(Listing.organisation_id == organisation_id, or_(stopped, expiring, open_return))
        .order_by(Listing.changed_at.desc(), Listing.id.desc())
        .limit(MOST)
    )
    return [
        NeedsWork(
            id=row.id,
            title=row.title,
            why=_why(row.state, row.version_state),
            text=row.text if row.version_state == "returned" else row.stopped_why,
            expires_at=row.expires_at,
            changed_at=row.changed_at,
        )
        for row in db.execute(query)
    ]


def _why(state: str, version_state: str | None) -> str:
    if state in (State.SUSPENDED, State.EXPIRED):
        return state
    return "returned" if version_state == "returned" or state == State.RETURNED else "expiring"


def counts_of(db: Session, organisation_id: int) -> Mapping[str, int]:
    """How many listings of an organisation stand in each state."""
    query = (
        select(Listing.state, func.count())
        .where(Listing.organisation_id == organisation_id)
        .group_by(Listing.state)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def views_of(db: Session, organisation_id: int, *, today: date) -> int:
    """How often the organisation's listings were opened in the last 90 days."""
    query = (
        select(func.coalesce(func.sum(ListingViews.count), 0))
        .join(Listing, Listing.id == ListingViews.listing_id)
        .where(
            Listing.organisation_id == organisation_id,
            ListingViews.day >= today - timedelta(days=VIEW_DAYS),
        )
    )
    return int(db.scalar(query) or 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A listing on sale that asks for bidding."""

    id: int
    title: str
    organisation_name: str
    published_at: datetime | None


def waiting_for_auction(db: Session) -> list[Waiting]:
    """Listings that ask for an auction and have none announced, the longest waiting first."""
    query = (
        select(Listing.id, Listing.title, Listing.organisation_name, Listing.published_at)
        .where(
            Listing.state == State.PUBLISHED,
            Listing.pricing_mode == "auction",
            Listing.source.is_(None),
        )
        .order_by(Listing.published_at, Listing.id)
        .limit(MOST)
    )
    return [Waiting(*row) for row in db.execute(query)]
