"""How much is on sale, by cluster and kind, and how it grew: for the front page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.keeping import Kept
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.queries import LISTED

NEWEST_READ = 200
"""Frequent words come from so many of the newest listings."""


@dataclass(frozen=True, slots=True)
class OnSale:
    """Listings on sale now; ``grown`` counts those published before each asked instant."""

    total: int
    by_cluster: Mapping[str, int]
    by_kind: Mapping[str, int]
    grown: tuple[int, ...]

    @property
    def added(self) -> int:
        """How many came since the last but one asked instant."""
        return self.grown[-1] - self.grown[-2] if len(self.grown) > 1 else 0


_kept: Kept[OnSale] = Kept()


def on_sale(db: Session, instants: Sequence[datetime]) -> OnSale:
    """Count what the catalogue shows; one statement, in a large market only now and then."""
    return _kept.get(db.get_bind(), lambda: _count(db, instants))


def _count(db: Session, instants: Sequence[datetime]) -> OnSale:
    grown = [
        func.count().filter(Listing.published_at <= at).label(f"at_{index}")
        for index, at in enumerate(instants)
    ]
    query = (
        select(Listing.cluster, Listing.kind, func.count(), *grown)
        .where(Listing.state.in_(LISTED))
        .group_by(Listing.cluster, Listing.kind)
    )
    by_cluster: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    sums = [0] * len(instants)
    for cluster, kind, count, *counts in db.execute(query):
        by_cluster[cluster] += count
        by_kind[kind] += count
        sums = [before + more for before, more in zip(sums, counts, strict=True)]
    return OnSale(by_kind.total(), by_cluster, by_kind, tuple(sums))


def frequent_keywords(db: Session, *, limit: int) -> list[str]:
    """The keywords that the newest approved listings share most, the most frequent first."""
    query = (
        select(ListingVersion.content["keywords"])
        .join(
            Listing,
            (ListingVersion.listing_id == Listing.id)
            & (ListingVersion.version == Listing.published_version),
        )
        .where(Listing.state.in_(LISTED), Listing.source.is_(None))
        .order_by(Listing.published_at.desc(), Listing.id.desc())
        .limit(NEWEST_READ)
    )
    words: Counter[str] = Counter()
    for keywords in db.scalars(query):
        words.update(dict.fromkeys(keywords or (), 1))
    return [word for word, _ in words.most_common(limit)]
