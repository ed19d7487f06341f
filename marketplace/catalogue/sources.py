"""Where documents come from: every kind of record and the room that describes it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.exchange.demands import documents as demands
from marketplace.showcase.listings import documents as listings
from search.model import Change, Document

BATCH = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of record: the event that says it changed and how to describe it."""

    prefix: str
    event: str
    key: str
    documents: Callable[[Session, Collection[int]], Sequence[Document]]
    public_ids: Callable[[Session], Iterator[int]]


SOURCES: dict[str, Source] = {
    source.prefix: source
    for source in (
        Source(
            "listing",
            "showcase.listing_changed",
            "listing_id",
            listings.documents,
            listings.public_ids,
        ),
        Source(
            "demand", "exchange.demand_changed", "demand_id", demands.documents, demands.public_ids
        ),
    )
}


def split(identity: str) -> tuple[str, int]:
    """``listing:17`` → its prefix and number."""
    prefix, number = identity.split(":")
    return prefix, int(number)


def changes(db: Session, identities: Collection[str]) -> list[Change]:
    """The present state of each record; what is not public any more is taken out."""
    found: list[Change] = []
    for prefix, source in SOURCES.items():
        own = [one for one in identities if one.startswith(f"{prefix}:")]
        public = {one.id: one for one in source.documents(db, [split(one)[1] for one in own])}
        found += [Change(one, public.get(one)) for one in own]
    return found


def everything(db: Session) -> Iterator[Document]:
    """Every public record, read in batches."""
    for source in SOURCES.values():
        ids = list(source.public_ids(db))
        for start in range(0, len(ids), BATCH):
            yield from source.documents(db, ids[start : start + BATCH])
            db.expunge_all()
