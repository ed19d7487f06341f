"""Records that come from a named source: put in bulk, again without doubles, told row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, case, delete, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.kernel.context import Tx
from marketplace.showcase.listings.columns import columns_of
from marketplace.showcase.listings.content import ListingContent, digest, to_json
from marketplace.showcase.listings.events import ListingChanged
from marketplace.showcase.listings.models import Listing, ListingDraft, ListingVersion
from marketplace.showcase.listings.states import LIVE_STATES, State
from marketplace.showcase.listings.typed import typed_of
from rules.days import start_of


@dataclass(frozen=True, slots=True)
class ImportedListing:
    """One record, named for ever by ``source_key`` in its ``source``, or in its organisation.

    A record of a foreign source is public with ``publish``, shown with source and date; without
    it waits unseen until it is imported with ``publish``. A record of ``organisation_id`` has no
    source: it is a draft that goes through review like any other.
    """

    source: str | None
    source_key: str
    content: ListingContent
    source_date: date | None = None
    organisation_id: int | None = None
    organisation_name: str = ""
    publish: bool = True


@dataclass(slots=True)
class ImportResult:
    """What became of a batch; ``rejected`` maps source keys to a code and its facts."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    rejected: dict[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)


def put_imported(tx: Tx, rows: Sequence[ImportedListing]) -> ImportResult:
    """Step: store a batch (one source, some hundreds of rows) with a handful of statements.

    The same row again changes nothing; a changed one becomes a further version. Rejected are a
    number that is on sale elsewhere (listing.number_taken), a key twice in the batch
    (listing.key_twice) and a draft that was submitted meanwhile (listing.not_a_draft).
    """
    result = ImportResult()
    known = _known(tx, rows)
    rows = [_shown(row, known.get(row.source_key)) for row in rows]
    taken = _taken(tx, rows)
    new: list[_Made] = []
    changed: list[tuple[_Known, _Made]] = []
    seen: set[str] = set()
    for row in rows:
        code = _refusal(row, known.get(row.source_key), seen, taken)
        if code:
            result.rejected.setdefault(row.source_key, (code, {"number": row.content.number}))
            continue
        seen.add(row.source_key)
        made = _Made.of(row)
        before = known.get(row.source_key)
        if before is None:
            new.append(made)
        elif before.sha256 == made.sha256 and before.state == _state(row):
            result.unchanged += 1
        else:
            changed.append((before, made))
    result.created = _insert(tx, new)
    result.updated = _update(tx, changed)
    for listing_id in (*result.created, *result.updated):
        tx.emit(ListingChanged(listing_id))
    return result


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    state: str
    last_version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Made:
    row: ImportedListing
    stored: dict[str, Any]
    sha256: str

    @staticmethod
    def of(row: ImportedListing) -> _Made:
        stored = to_json(row.content)
        return _Made(row, stored, digest(stored))


def _state(row: ImportedListing) -> State:
    return State.PUBLISHED if row.publish else State.DRAFT


def _shown(row: ImportedListing, before: _Known | None) -> ImportedListing:
    """What is public stays public when the source is imported again without ``publish``."""
    if row.organisation_id is None and before is not None and before.state == State.PUBLISHED:
        return replace(row, publish=True)
    return row


def _place(row: ImportedListing) -> tuple[InstrumentedAttribute[str | None], Any]:
    """(the column of the row's key, the condition under which that key is the row's)."""
    if row.organisation_id is None:
        return Listing.source_key, Listing.source == row.source
    return Listing.own_key, Listing.organisation_id == row.organisation_id


def _known(tx: Tx, rows: Sequence[ImportedListing]) -> dict[str, _Known]:
    if not rows:
        return {}
    key, here = _place(rows[0])
    found = tx.db.execute(
        select(
            key,
            Listing.id,
            Listing.state,
            Listing.last_version,
            Listing.source_sha256,
        ).where(here, key.in_([row.source_key for row in rows]))
    )
    return {str(row[0]): _Known(row[1], row[2], row[3], row[4] or "") for row in found}


def _taken(tx: Tx, rows: Sequence[ImportedListing]) -> dict[str, str]:
    """Number → source key of who has it ("" for another source or an own listing)."""
    numbers = {row.content.number for row in rows if row.content.number}
    if not numbers:
        return {}
    key, here = _place(rows[0])
    # By number alone: asked for the state too, SQLite walks through every public listing.
    found = tx.db.execute(
        select(Listing.number, case((here, key), else_=""), Listing.state).where(
            Listing.number.in_(numbers)
        )
    )
    return {str(row[0]): str(row[1]) for row in found if row[2] in LIVE_STATES}


def _refusal(
    row: ImportedListing, before: _Known | None, seen: set[str], taken: dict[str, str]
) -> str:
    if row.source_key in seen:
        return "listing.key_twice"
    foreign = row.organisation_id is None
    open_states = (State.DRAFT, State.PUBLISHED) if foreign else (State.DRAFT,)
    if before is not None and before.state not in open_states:
        return "listing.no_longer_imported" if foreign else "listing.not_a_draft"
    number = row.content.number
    if row.publish and number:
        if taken.get(number, row.source_key) != row.source_key:
            return "listing.number_taken"
        taken[number] = row.source_key
    return ""


def _insert(tx: Tx, new: Sequence[_Made]) -> list[int]:
    if not new:
        return []
    # Plain Core rows, then one look for their ids: RETURNING would insert them one by one.
    tx.db.execute(insert(Listing.__table__), [_root(tx, made) for made in new])  # type: ignore[arg-type]
    keys = [made.row.source_key for made in new]
    key, here = _place(new[0].row)
    found = tx.db.execute(select(key, Listing.id).where(here, key.in_(keys)))
    by_key = {str(row[0]): int(row[1]) for row in found}
    ids = [by_key[key] for key in keys]
    pairs = list(zip(ids, new, strict=True))
    _add_versions(tx, [(i, 1, made) for i, made in pairs if made.row.publish])
    drafts = [_draft(tx, i, made) for i, made in pairs if not made.row.publish]
    if drafts:
        tx.db.execute(insert(ListingDraft.__table__), drafts)  # type: ignore[arg-type]
    return ids


def _root(tx: Tx, made: _Made) -> dict[str, Any]:
    row = made.row
    version = 1 if row.publish else None
    return {
        "kind": row.content.kind,
        "organisation_id": row.organisation_id,
        "created_by": tx.actor_or_none.user_id if tx.actor_or_none else None,
        "created_at": tx.now,
        "published_version": version,
        "last_version": version or 0,
        "source": row.source,
        "source_key": row.source_key if row.source else None,
        "own_key": None if row.source else row.source_key,
        **_current(tx, made),
    }


def _current(tx: Tx, made: _Made) -> dict[str, Any]:
    row = made.row
    shown_at = start_of(row.source_date) if row.source_date else tx.now
    return {
        **columns_of(row.content),
        "state": _state(row),
        "organisation_name": row.organisation_name,
        "changed_at": tx.now,
        "published_at": min(shown_at, tx.now) if row.publish else None,
        "source_date": row.source_date,
        "source_sha256": made.sha256,
    }


def _draft(tx: Tx, listing_id: int, made: _Made) -> dict[str, Any]:
    return {
        "listing_id": listing_id,
        "typed": typed_of(made.row.content),
        "revision": 0,
        "saved_at": tx.now,
        "saved_by": tx.actor_or_none.user_id if tx.actor_or_none else None,
    }


def _add_versions(tx: Tx, versions: Iterable[tuple[int, int, _Made]]) -> None:
    rows = [
        {
            "listing_id": listing_id,
            "version": version,
            "state": "approved",
            "content": made.stored,
            "sha256": made.sha256,
            "acknowledged": {},
            "submitted_at": tx.now,
            "decided_at": tx.now,
            "reasons": [],
            "text": "",
        }
        for listing_id, version, made in versions
    ]
    if rows:
        tx.db.execute(insert(ListingVersion.__table__), rows)  # type: ignore[arg-type]


def _update(tx: Tx, changed: Sequence[tuple[_Known, _Made]]) -> list[int]:
    if not changed:
        return []
    published = [(known, made) for known, made in changed if made.row.publish]
    _add_versions(tx, [(known.id, known.last_version + 1, made) for known, made in published])
    roots = Listing.__table__
    for known, made in changed:
        version = known.last_version + 1 if made.row.publish else known.last_version
        values = {**_current(tx, made), "last_version": version}
        values["published_version"] = version if made.row.publish else None
        tx.db.execute(
            update(Listing).where(roots.c.id == bindparam("listing")).values(**values),
            {"listing": known.id},
            execution_options={"synchronize_session": False},
        )
        if not made.row.publish:
            draft = _draft(tx, known.id, made)
            tx.db.execute(
                update(ListingDraft)
                .where(ListingDraft.listing_id == known.id)
                .values(typed=draft["typed"], revision=ListingDraft.revision + 1, saved_at=tx.now),
                execution_options={"synchronize_session": False},
            )
    shown = [known.id for known, _made in published if known.state == State.DRAFT]
    tx.db.execute(delete(ListingDraft).where(ListingDraft.listing_id.in_(shown)))
    return [known.id for known, _made in changed]
