"""Imported demands: stored in bulk, idempotent by the source's key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from marketplace.exchange.demands.content import Content
from marketplace.exchange.demands.events import DemandChanged
from marketplace.exchange.demands.models import Demand
from marketplace.exchange.demands.states import State
from marketplace.kernel.context import Tx


@dataclass(frozen=True, slots=True)
class ImportedDemand:
    """A clean record of a named source."""

    key: str
    dated: date | None
    content: Content


@dataclass(frozen=True, slots=True)
class Stored:
    """What a batch did; ``rejected`` maps keys to a code and its facts."""

    created: int
    updated: int
    unchanged: int
    rejected: Mapping[str, tuple[str, Mapping[str, object]]] = field(default_factory=dict)


def put_imported(
    tx: Tx, records: Sequence[ImportedDemand], *, source: str, publish: bool
) -> Stored:
    """Step: insert new records and update changed ones; an equal record is left alone.

    ``publish`` shows new records at once; without it they wait as drafts of the source.
    """
    latest = {record.key: record for record in records}  # the last row of a key counts
    known = {
        row.source_key: row
        for row in tx.db.execute(
            select(Demand.id, Demand.source_key, Demand.source_hash, Demand.state).where(
                Demand.source == source, Demand.source_key.in_(latest)
            )
        )
    }
    fresh = [record for key, record in latest.items() if key not in known]
    changed = [
        (known[key].id, record, known[key].state)
        for key, record in latest.items()
        if key in known and _needs(record, known[key], publish=publish)
    ]
    for demand_id, record, state in changed:
        values = _values(tx, record, source, publish=publish or state == State.PUBLISHED)
        values.pop("created_at")
        tx.db.execute(update(Demand).where(Demand.id == demand_id).values(values))
    ids = [row[0] for row in changed]
    if fresh:
        rows = [_values(tx, record, source, publish=publish) for record in fresh]
        ids += list(tx.db.scalars(insert(Demand).returning(Demand.id), rows))
    for demand_id in ids:
        tx.emit(DemandChanged(demand_id))
    return Stored(len(fresh), len(changed), len(records) - len(fresh) - len(changed))


def _needs(record: ImportedDemand, row: Any, *, publish: bool) -> bool:
    return row.source_hash != digest(record) or (publish and row.state == State.DRAFT)


def _values(tx: Tx, record: ImportedDemand, source: str, *, publish: bool) -> dict[str, Any]:
    values = {name: getattr(record.content, name) for name in Content.__slots__}
    values["keywords"] = list(record.content.keywords)
    values["modes"] = list(record.content.modes)
    return {
        **values,
        "organisation_name": "",
        "state": State.PUBLISHED if publish else State.DRAFT,
        "version": 1,
        "draft": {},
        "created_at": tx.now,
        "changed_at": tx.now,
        "published_at": tx.now if publish else None,
        "source": source,
        "source_key": record.key,
        "source_date": record.dated,
        "source_hash": digest(record),
        "views": 0,
    }


def digest(record: ImportedDemand) -> str:
    """By what a record is known to be the same as before."""
    body = {"dated": str(record.dated), **record.content.as_json()}
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
