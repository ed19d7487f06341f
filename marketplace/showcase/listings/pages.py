"""The detail page of a listing as frozen values, in at most five statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.identity.queries import Card
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings import consents, deal_slots, policy
from marketplace.showcase.listings.consents import Answer
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.models import (
    Listing,
    ListingFile,
    ListingVersion,
    ListingViews,
)


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as the page lists it; ``readable`` says whether the reader may open it."""

    id: int
    role: str
    public: bool
    name: str
    caption: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    readable: bool


FILE_COLUMNS = (
    ListingFile.id, ListingFile.role, ListingFile.public, ListingFile.name, ListingFile.caption,
    ListingFile.media_type, ListingFile.size, ListingFile.width, ListingFile.height,
)  # fmt: skip


def file_line(row: Any, *, readable: bool = True) -> FileLine:
    """A line from a row of ``FILE_COLUMNS``."""
    return FileLine(**{column.key: getattr(row, column.key) for column in FILE_COLUMNS},
                    readable=readable)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything the page shows about one version of a listing."""

    id: int
    kind: str
    state: str
    organisation_id: int | None
    published_version: int | None
    pending_version: int | None
    last_version: int
    published_at: datetime | None
    expires_at: datetime | None
    reserved_for: int | None
    stopped_why: str
    source: str | None
    source_date: date | None
    organisation_name: str
    version: int
    version_state: str
    text: str
    views: int
    content: ListingContent
    files: tuple[FileLine, ...]
    answers: tuple[Answer, ...]
    seller: Card | None
    keys: Mapping[str, int | None]

    @property
    def pictures(self) -> tuple[FileLine, ...]:
        return tuple(one for one in self.files if one.role == "picture")

    @property
    def documents(self) -> tuple[FileLine, ...]:
        return tuple(one for one in self.files if one.role in ("public", "confidential"))

    @property
    def is_published_version(self) -> bool:
        return self.version == self.published_version


_ROOT = (
    Listing.id, Listing.kind, Listing.state, Listing.organisation_id, Listing.published_version,
    Listing.pending_version, Listing.last_version, Listing.published_at, Listing.expires_at,
    Listing.reserved_for, Listing.stopped_why, Listing.source, Listing.source_date,
    Listing.organisation_name,
)  # fmt: skip


def page(
    db: Session, actor: Actor | None, listing_id: int, version: int | None = None
) -> ListingPage:
    """The published version; the newest one where nothing is published, or the one asked for.

    Raises NotFound for what does not exist and for what the actor may not know of, alike. Other
    versions than the published one are for the organisation and the desk.
    """
    row = _root(db, actor, listing_id, version=version)
    if row is None or not policy.may_view(actor, row):
        raise NotFound
    inside = policy.is_own(actor, row) or (actor is not None and actor.has(*policy.DESK))
    if row.version != row.published_version and not inside:
        raise NotFound
    content = from_json(row.content)
    own = row.organisation_id
    root = {column.key: getattr(row, column.key) for column in _ROOT}
    return ListingPage(
        **root,
        version=row.version,
        version_state=row.version_state,
        text=row.text if inside else "",
        views=row.views or 0,
        content=content,
        files=tuple(_files(db, actor, row, content)),
        answers=tuple(consents.answers(db, listing_id)),
        seller=identity.organisation_cards(db, [own]).get(own) if own else None,
        keys={name: getattr(row, name, None) for name in deal_slots.KEYS},
    )


def _root(db: Session, actor: Actor | None, listing_id: int, *, version: int | None) -> Any:
    views = (
        select(func.sum(ListingViews.count))
        .where(ListingViews.listing_id == Listing.id)
        .scalar_subquery()
    )
    shown = version if version is not None else func.coalesce(
        Listing.published_version, Listing.last_version
    )  # fmt: skip
    mine = None if actor is None else actor.organisation_id
    keys = deal_slots.KEYS.items() if mine is not None else ()
    return db.execute(
        select(
            *_ROOT,
            *(key(Listing.id, mine or 0).label(name) for name, key in keys),
            ListingVersion.version,
            ListingVersion.state.label("version_state"),
            ListingVersion.text,
            ListingVersion.content,
            views.label("views"),
        )
        .join(
            ListingVersion,
            (ListingVersion.listing_id == Listing.id) & (ListingVersion.version == shown),
        )
        .where(Listing.id == listing_id)
    ).first()


def _files(db: Session, actor: Actor | None, row: Any, content: ListingContent) -> list[FileLine]:
    if not content.files:
        return []
    found = db.execute(
        select(*FILE_COLUMNS).where(
            ListingFile.listing_id == row.id, ListingFile.id.in_(content.files)
        )
    )
    order = {file_id: at for at, file_id in enumerate(content.files)}
    lines = [file_line(one, readable=policy.may_see_file(actor, row, one)) for one in found]
    return sorted(lines, key=lambda line: order[line.id])


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file's content lies, for the view that serves it."""

    id: int
    listing_id: int
    role: str
    public: bool
    name: str
    media_type: str
    key: str
    small_key: str | None
    state: str
    organisation_id: int | None


def stored_file(db: Session, actor: Actor | None, listing_id: int, file_id: int) -> StoredFile:
    """A file the actor may read; unknown and forbidden are both NotFound (T8)."""
    row = db.execute(
        select(
            ListingFile.id,
            ListingFile.listing_id,
            ListingFile.role,
            ListingFile.public,
            ListingFile.name,
            ListingFile.media_type,
            ListingFile.key,
            ListingFile.small_key,
            Listing.state,
            Listing.organisation_id,
        )
        .join(Listing, Listing.id == ListingFile.listing_id)
        .where(ListingFile.id == file_id, ListingFile.listing_id == listing_id)
    ).first()
    if row is None:
        raise NotFound
    found = StoredFile(*tuple(row))
    if not policy.may_see_file(actor, found, found):
        raise NotFound
    return found
