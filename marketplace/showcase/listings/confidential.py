"""The confidential documents of a version: for the rooms above that release them per person."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.showcase.listings.content import from_json
from marketplace.showcase.listings.models import ListingFile, ListingVersion


@dataclass(frozen=True, slots=True)
class ConfidentialDocument:
    """A confidential document; ``key`` is where its content lies."""

    id: int
    name: str
    caption: str
    media_type: str
    size: int
    sha256: str
    key: str


def confidential_documents(
    db: Session, listing_id: int, *, version: int
) -> tuple[ConfidentialDocument, ...]:
    """What the version holds that is never public, in its order; the caller asks who may read."""
    content = db.scalar(
        select(ListingVersion.content).where(
            ListingVersion.listing_id == listing_id, ListingVersion.version == version
        )
    )
    wanted = from_json(content).files if content is not None else ()
    if not wanted:
        return ()
    columns = (getattr(ListingFile, name) for name in ConfidentialDocument.__slots__)
    query = select(*columns).where(
        ListingFile.listing_id == listing_id,
        ListingFile.id.in_(wanted),
        ListingFile.role == "confidential",
    )
    found = [ConfidentialDocument(*row) for row in db.execute(query)]
    return tuple(sorted(found, key=lambda one: wanted.index(one.id)))
