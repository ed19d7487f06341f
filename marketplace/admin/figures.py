"""The counts of the dashboard and of ``marketplace stats``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.catalogue import indexing
from marketplace.exchange.demands import queries as demands
from marketplace.identity.organisations import queries as organisations
from marketplace.identity.people import queries as people
from marketplace.kernel.outbox import Backlog, backlog
from marketplace.kernel.settings import Settings
from marketplace.showcase.listings import queries as listings
from marketplace.trade.auctions import queries as auctions


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the search index is: the last change in it and how many wait."""

    seq: int
    lag: int
    documents: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Counts per kind and state, the outbox and the index."""

    listings: Mapping[str, Mapping[str, int]]
    demands: Mapping[str, int]
    auctions: Mapping[str, int]
    organisations: Mapping[str, int]
    users: int
    outbox: Backlog
    index: IndexState


def dashboard(db: Session, settings: Settings, now: datetime) -> Dashboard:
    """Count everything once; a handful of grouped statements."""
    return Dashboard(
        listings=listings.counts(db),
        demands=demands.counts(db),
        auctions=auctions.counts(db, now),
        organisations=organisations.organisation_counts(db),
        users=people.user_count(db),
        outbox=backlog(db),
        index=IndexState(*indexing.state(db, settings)),
    )


def as_json(page: Dashboard) -> dict[str, object]:
    """The dashboard as JSON values (``marketplace stats --json``)."""
    values = asdict(page)
    oldest: datetime | None = values["outbox"]["oldest_at"]
    values["outbox"]["oldest_at"] = oldest.isoformat() if oldest else None
    return values
