"""Rows of an organisation's own table: drafts of demands that go through review like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.exchange.demands.commands import new_draft
from marketplace.exchange.demands.content import Content
from marketplace.exchange.demands.imported import ImportedDemand, Stored, digest
from marketplace.exchange.demands.models import Demand
from marketplace.exchange.demands.states import State
from marketplace.kernel.context import Tx


def put_own(tx: Tx, records: Sequence[ImportedDemand]) -> Stored:
    """Step: new rows become drafts of the actor's organisation, changed ones change their draft.

    The same row again changes nothing; rejected is a draft that was submitted meanwhile
    (listing.not_a_draft).
    """
    latest = {record.key: record for record in records}  # the last row of a key counts
    known = {
        str(demand.own_key): demand
        for demand in tx.db.scalars(
            select(Demand).where(
                Demand.organisation_id == tx.actor.organisation_id, Demand.own_key.in_(latest)
            )
        )
    }
    counts = {"created": 0, "updated": 0}
    rejected: dict[str, tuple[str, Mapping[str, object]]] = {}
    for key, record in latest.items():
        demand = known.get(key)
        if demand is not None and demand.source_hash == digest(record):
            continue
        if demand is not None and demand.state != State.DRAFT:
            rejected[key] = ("listing.not_a_draft", {})
            continue
        counts["created" if demand is None else "updated"] += 1
        _fill(tx, demand or new_draft(tx, key), record)
    unchanged = len(records) - sum(counts.values()) - len(rejected)
    return Stored(**counts, unchanged=unchanged, rejected=rejected)


def _fill(tx: Tx, demand: Demand, record: ImportedDemand) -> None:
    demand.draft, demand.draft_saved_at = typed_of(record.content), tx.now
    demand.title, demand.changed_at = record.content.title, tx.now
    demand.source_hash = digest(record)


def typed_of(content: Content) -> dict[str, Any]:
    """A content as somebody would have typed it into the form."""
    return {
        "title": content.title,
        "text": content.text,
        "wanted": content.wanted,
        "title_en": content.title_en,
        "cluster": content.cluster,
        "keywords": "、".join(content.keywords),
        "modes": list(content.modes),
        "budget_low": _yuan(content.budget_low_minor),
        "budget_high": _yuan(content.budget_high_minor),
        "deadline": content.deadline.isoformat() if content.deadline else "",
    }


def _yuan(minor: int | None) -> str:
    return "" if minor is None else f"{Decimal(minor) / 100:.2f}".removesuffix(".00")
