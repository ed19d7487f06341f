"""Demands as the search engine sees them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.exchange.demands.models import Demand
from marketplace.exchange.demands.states import State
from marketplace.kernel.clock import to_ms
from search.model import Document

PREFIX = "demand"
SAME_MODE = {"transfer": "assignment"}
"""Who seeks a transfer and who offers an assignment choose the same filter."""


def documents(db: Session, ids: Collection[int]) -> list[Document]:
    """The public ones among ``ids``; whoever is missing is not public (any more)."""
    # By id alone: asked for the state too, SQLite walks through every public demand.
    found = db.scalars(select(Demand).where(Demand.id.in_(ids)))
    return [_document(demand) for demand in found if demand.state == State.PUBLISHED]


def public_ids(db: Session) -> Iterator[int]:
    """The id of every public demand."""
    yield from db.scalars(select(Demand.id).where(Demand.state == State.PUBLISHED))


def _document(demand: Demand) -> Document:
    keys = {
        "kind": (PREFIX,),
        "cluster": (demand.cluster,) if demand.cluster else (),
        "mode": tuple(SAME_MODE.get(mode, mode) for mode in demand.modes),
        "source": (demand.source,) if demand.source else (),
        "visibility": ("public",),
    }
    return Document(
        id=f"{PREFIX}:{demand.id}",
        version=to_ms(demand.changed_at),
        kind=PREFIX,
        title=demand.title,
        title_en=demand.title_en,
        summary=demand.text,
        body=demand.wanted,
        keywords=tuple(demand.keywords),
        applicant=demand.organisation_name,
        keys={name: values for name, values in keys.items() if values},
        numbers={
            "price_minor": demand.budget_high_minor,
            "published_ms": to_ms(demand.published_at) if demand.published_at else None,
            "verified": 0 if demand.source else 1,
            "on_sale": 1,
        },
    )
