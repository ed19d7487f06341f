"""Order a paper inside the transaction that causes it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, text

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Invalid
from marketplace.kernel.ids import verify_code
from marketplace.papers.events import PaperOrdered
from marketplace.papers.kinds import KINDS, missing_facts
from marketplace.papers.models import Paper, PaperParty, Series

START_SERIES = text(
    "INSERT INTO papers_series (name, last) VALUES (:name, 0) ON CONFLICT DO NOTHING"
)
"""Two first papers of a year may meet here: one of them starts the series."""


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be issued: ``facts`` are JSON values and never change afterwards.

    ``parties`` are organisations that may read it; ``is_public`` lets everybody.
    """

    kind: str
    title: str
    facts: Mapping[str, Any]
    thing: str
    thing_id: int
    version: int = 1
    parties: Sequence[int] = ()
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """What is known of a paper from the moment it is ordered."""

    id: int
    number: str
    code: str


def issue(tx: Tx, order: Order) -> Issued:
    """Step: fix number, code and facts; the file follows from ``PaperOrdered``.

    The same kind, thing and version again gives the same paper. Raises Invalid with the names
    of required facts that are missing: such a paper is not generated (rule book, section 4).
    """
    missing = missing_facts(order.kind, order.facts)
    if missing:
        raise Invalid("papers.facts_missing", missing=", ".join(missing))
    known = _same(tx, order)
    if known is not None:
        return Issued(known.id, known.number, known.code)
    paper = Paper(
        kind=order.kind,
        number=_next_number(tx, KINDS[order.kind].letters),
        title=order.title,
        code=verify_code(),
        thing=order.thing,
        thing_id=order.thing_id,
        version=order.version,
        facts=dict(order.facts),
        facts_sha256=facts_hash(order.facts),
        is_public=order.is_public,
        state="ordered",
        ordered_at=tx.now,
    )
    tx.db.add(paper)
    tx.db.flush()
    parties = [{"paper_id": paper.id, "organisation_id": one} for one in sorted({*order.parties})]
    if parties:
        tx.db.execute(insert(PaperParty), parties)
    tx.emit(PaperOrdered(paper.id))
    tx.audit("paper.ordered", "paper", paper.id, kind=paper.kind, number=paper.number)
    return Issued(paper.id, paper.number, paper.code)


def facts_hash(facts: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a paper's facts; printed on the paper itself."""
    text = json.dumps(dict(facts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _same(tx: Tx, order: Order) -> Paper | None:
    return tx.db.scalar(
        select(Paper).where(
            Paper.kind == order.kind,
            Paper.thing == order.thing,
            Paper.thing_id == order.thing_id,
            Paper.version == order.version,
        )
    )


def _next_number(tx: Tx, letters: str) -> str:
    """``CJ-2026-0001``: without gaps within the series of a year."""
    year = tx.now.astimezone(SHANGHAI).year
    name = f"{letters}-{year}"
    tx.db.execute(START_SERIES, {"name": name})
    row = tx.db.scalar(select(Series).where(Series.name == name).with_for_update())
    if row is None:
        raise RuntimeError(f"series {name} vanished")
    row.last += 1
    tx.db.flush()
    return f"{name}-{row.last:04d}"
