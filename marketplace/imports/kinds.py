"""The kinds of import: how a row is read and where clean records go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.exchange.demands import imported as demand_store
from marketplace.exchange.demands import own_rows as demand_drafts
from marketplace.imports import achievements, demands, patents
from marketplace.imports.records import Record
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Invalid
from marketplace.kernel.sheets.reading import Row
from marketplace.showcase.listings import imports as listing_store


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose drafts the records become; None of both for records of a foreign source."""

    organisation_id: int | None = None
    organisation_name: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch did; ``rejected`` maps keys to (code, facts)."""

    created: int
    updated: int
    unchanged: int
    rejected: Mapping[str, tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True)
class Target:
    """Under which source records are kept, whether they are shown at once, and whose they are."""

    source: str
    publish: bool
    owner: Owner = Owner()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record."""

    name: str
    columns: Mapping[str, Sequence[str]]
    read: Callable[[Mapping[str, Any]], Record]
    put: Callable[[Tx, Sequence[Record], Target], Stored]

    def expect_columns(self, rows: Sequence[Row]) -> None:
        """Raise Invalid when the first row has columns and this kind knows none of them."""
        known = {spelling for spellings in self.columns.values() for spelling in spellings}
        if rows and rows[0].values and known.isdisjoint(rows[0].values):
            raise Invalid("import.no_known_column", found=", ".join(rows[0].values)[:200])


def _put_listings(tx: Tx, records: Sequence[Record], target: Target) -> Stored:
    rows = [
        listing_store.ImportedListing(
            source=None if target.owner.organisation_id else target.source,
            source_key=record.key,
            content=record.content,
            source_date=record.dated,
            organisation_id=target.owner.organisation_id,
            organisation_name=target.owner.organisation_name,
            publish=target.publish,
        )
        for record in records
    ]
    done = listing_store.put_imported(tx, rows)
    return Stored(len(done.created), len(done.updated), done.unchanged, done.rejected)


def _put_demands(tx: Tx, records: Sequence[Record], target: Target) -> Stored:
    rows = [demand_store.ImportedDemand(one.key, one.dated, one.content) for one in records]
    if target.owner.organisation_id is None:
        done = demand_store.put_imported(tx, rows, source=target.source, publish=target.publish)
    else:
        done = demand_drafts.put_own(tx, rows)
    return Stored(done.created, done.updated, done.unchanged, done.rejected)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("achievements", achievements.COLUMNS, achievements.read, _put_listings),
        Kind("demands", demands.COLUMNS, demands.read, _put_demands),
        Kind("patents", patents.COLUMNS, patents.read, _put_listings),
    )
}
