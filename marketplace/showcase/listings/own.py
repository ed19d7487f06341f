"""What the seller's own pages read: the list with its funnel, the draft, the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.models import (
    Listing,
    ListingDraft,
    ListingFile,
    ListingVersion,
    ListingViews,
)
from marketplace.showcase.listings.pages import FILE_COLUMNS, FileLine, file_line
from marketplace.showcase.listings.typed import typed_of
from marketplace.web.pagination import Key, Slice, cut, decode
from rules.days import add_years

PAGE = 25
FUNNEL_DAYS = 90


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A listing in the seller's own list; ``views`` of the last 90 days."""

    id: int
    kind: str
    state: str
    title: str
    number: str | None
    pricing_mode: str
    price_minor: int | None
    published_version: int | None
    pending_version: int | None
    expires_at: datetime | None
    changed_at: datetime
    stopped_why: str
    views: int


def mine(db: Session, actor: Actor, now: datetime, after: str | None = None) -> Slice[OwnRow]:
    """The organisation's listings in every state, last changed first; one statement."""
    since = now.astimezone(SHANGHAI).date() - timedelta(days=FUNNEL_DAYS)
    views = (
        select(func.coalesce(func.sum(ListingViews.count), 0))
        .where(ListingViews.listing_id == Listing.id, ListingViews.day >= since)
        .scalar_subquery()
    )
    columns = (getattr(Listing, one.name) for one in fields(OwnRow) if one.name != "views")
    query = select(*columns, views).where(Listing.organisation_id == actor.organisation_id)
    key = decode(after, length=2)
    if key is not None:
        query = query.where(tuple_(Listing.changed_at, Listing.id) < _place(key))
    ordered = query.order_by(Listing.changed_at.desc(), Listing.id.desc()).limit(PAGE + 1)
    rows = [OwnRow(*tuple(row)) for row in db.execute(ordered)]
    return cut(rows, size=PAGE, keys=[[row.changed_at.isoformat(), row.id] for row in rows])


def _place(key: Key) -> tuple[datetime, int]:
    try:
        at = datetime.fromisoformat(str(key[0]))
        return at.astimezone(UTC), int(key[1] or 0)
    except (ValueError, OverflowError) as error:
        raise Invalid("bad_cursor") from error


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form shows: the typed fields, the files, and what has happened so far."""

    id: int
    kind: str
    state: str
    organisation_id: int | None
    title: str
    typed: Mapping[str, Sequence[str]]
    revision: int
    saved_at: datetime | None
    published_version: int | None
    pending_version: int | None
    last_version: int
    text: str
    reasons: tuple[str, ...]
    files: tuple[FileLine, ...]


def draft(db: Session, actor: Actor | None, listing_id: int) -> Draft:
    """The draft of an own listing; raises NotFound, Conflict where it cannot be changed now."""
    row = db.execute(
        select(Listing, ListingDraft.typed, ListingDraft.revision, ListingDraft.saved_at)
        .outerjoin(ListingDraft, ListingDraft.listing_id == Listing.id)
        .where(Listing.id == listing_id)
    ).first()
    if row is None or not policy.is_own(actor, row[0]):
        raise NotFound
    listing = row[0]
    if not policy.may_edit(actor, listing):
        raise Conflict("listing.not_editable", state=listing.state)
    last = _version(db, listing_id, listing.last_version) if listing.last_version else None
    typed = row.typed
    if typed is None:
        typed = typed_of(from_json(last.content)) if last else {}
    returned = last is not None and last.state == "returned"
    return Draft(
        id=listing.id,
        kind=listing.kind,
        state=listing.state,
        organisation_id=listing.organisation_id,
        title=listing.title,
        typed=typed,
        revision=row.revision or 0,
        saved_at=row.saved_at,
        published_version=listing.published_version,
        pending_version=listing.pending_version,
        last_version=listing.last_version,
        text=last.text if last and returned else listing.stopped_why,
        reasons=tuple(last.reasons) if last and returned else (),
        files=tuple(_present(db, listing_id)),
    )


def _version(db: Session, listing_id: int, version: int) -> Any:
    return db.execute(
        select(
            ListingVersion.content,
            ListingVersion.state,
            ListingVersion.text,
            ListingVersion.reasons,
        ).where(ListingVersion.listing_id == listing_id, ListingVersion.version == version)
    ).first()


def _present(db: Session, listing_id: int) -> list[FileLine]:
    rows = db.execute(
        select(*FILE_COLUMNS)
        .where(ListingFile.listing_id == listing_id, ListingFile.removed_at.is_(None))
        .order_by(ListingFile.position, ListingFile.id)
    )
    return [file_line(row) for row in rows]


def with_files(content: ListingContent, files: Sequence[int]) -> ListingContent:
    """The content as it would be submitted with these files."""
    return replace(content, files=tuple(files))


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history, with its content for the comparison."""

    version: int
    state: str
    submitted_at: datetime
    decided_at: datetime | None
    text: str
    sha256: str
    content: ListingContent


def history(db: Session, actor: Actor | None, listing_id: int) -> list[VersionLine]:
    """Every version, newest first: for the organisation and the desk; else NotFound."""
    root = db.execute(
        select(Listing.state, Listing.organisation_id).where(Listing.id == listing_id)
    ).first()
    inside = root is not None and (
        policy.is_own(actor, root) or (actor is not None and actor.has(*policy.DESK))
    )
    if not inside:
        raise NotFound
    rows = db.execute(
        select(
            ListingVersion.version,
            ListingVersion.state,
            ListingVersion.submitted_at,
            ListingVersion.decided_at,
            ListingVersion.text,
            ListingVersion.sha256,
            ListingVersion.content,
        )
        .where(ListingVersion.listing_id == listing_id)
        .order_by(ListingVersion.version.desc())
    )
    return [
        VersionLine(row[0], row[1], row[2], row[3], row[4], row[5], from_json(row[6]))
        for row in rows
    ]


def idle_since(content: ListingContent, today: date) -> date | None:
    """L41 (促进科技成果转化条例 38): the first day on which a completer may use an idle result.

    A year and a day after the grant of a service result that was never licensed; None before.
    """
    granted = content.patent.granted_on if content.patent else None
    if granted is None or not content.service_result or content.licences:
        return None
    begins = add_years(granted, 1) + timedelta(days=1)
    return begins if today >= begins else None
