"""Reads of demands: columns in, frozen values out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.exchange.demands import policy
from marketplace.exchange.demands.models import Demand, DemandVersion
from marketplace.exchange.demands.states import State
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.web.pagination import Slice, cut, decode

PAGE = 20


@dataclass(frozen=True, slots=True)
class DemandCard:
    """A demand in a list; budgets in fen."""

    id: int
    title: str
    title_en: str
    text: str
    cluster: str
    modes: list[str]
    budget_low_minor: int | None
    budget_high_minor: int | None
    deadline: date | None
    organisation_id: int | None
    organisation_name: str
    state: str
    published_at: datetime | None
    changed_at: datetime
    source: str | None
    source_date: date | None


CARD = tuple(getattr(Demand, name) for name in DemandCard.__slots__)


@dataclass(frozen=True, slots=True)
class DemandPage:
    """A demand's own page."""

    card: DemandCard
    wanted: str
    keywords: list[str]
    industry: str
    version: int
    views: int
    typed: dict[str, Any]
    draft_saved_at: datetime | None


def cards(db: Session, ids: Collection[int]) -> dict[int, DemandCard]:
    """Published demands by id; what is not public is left out (search asks here again)."""
    if not ids:
        return {}
    # By id alone: asked for the state too, SQLite walks through every public demand.
    rows = db.execute(select(*CARD, Demand.state).where(Demand.id.in_(ids)))
    return {row.id: DemandCard(*row[:-1]) for row in rows if row.state == State.PUBLISHED}


def newest(db: Session, limit: int) -> list[DemandCard]:
    """The newest published demands of the market's own members first."""
    query = (
        select(*CARD)
        .where(Demand.state == State.PUBLISHED, Demand.source.is_(None))
        .order_by(Demand.published_at.desc(), Demand.id.desc())
        .limit(limit)
    )
    return [DemandCard(*row) for row in db.execute(query)]


def board(db: Session, *, cluster: str = "", cursor: str | None = None) -> Slice[DemandCard]:
    """Published demands, newest first, by key."""
    query = select(*CARD).where(Demand.state == State.PUBLISHED)
    if cluster:
        query = query.where(Demand.cluster == cluster)
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(Demand.id < key[0])
    rows = [
        DemandCard(*row) for row in db.execute(query.order_by(Demand.id.desc()).limit(PAGE + 1))
    ]
    return cut(rows, size=PAGE, keys=[[row.id] for row in rows])


def own(db: Session, actor: Actor, cursor: str | None = None) -> Slice[DemandCard]:
    """Every demand of the actor's organisation, newest first."""
    query = select(*CARD).where(Demand.organisation_id == actor.organisation_id)
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(Demand.id < key[0])
    rows = [
        DemandCard(*row) for row in db.execute(query.order_by(Demand.id.desc()).limit(PAGE + 1))
    ]
    return cut(rows, size=PAGE, keys=[[row.id] for row in rows])


def page(db: Session, actor: Actor | None, demand_id: int) -> DemandPage:
    """One demand; raises NotFound when it does not exist or the actor may not know of it."""
    demand = db.get(Demand, demand_id)
    if demand is None or not policy.may_view(actor, demand):
        raise NotFound
    card = DemandCard(*(getattr(demand, name) for name in DemandCard.__slots__))
    typed = demand.draft if policy.may_edit(actor, demand) else {}
    return DemandPage(
        card,
        demand.wanted,
        demand.keywords,
        demand.industry,
        demand.version,
        demand.views,
        typed,
        demand.draft_saved_at if typed else None,
    )


def version(db: Session, demand_id: int, number: int) -> dict[str, Any]:
    """A submitted version's content; raises NotFound."""
    query = select(DemandVersion.content).where(
        DemandVersion.demand_id == demand_id, DemandVersion.version == number
    )
    content = db.scalar(query)
    if content is None:
        raise NotFound
    return dict(content)


def counts(db: Session) -> dict[str, int]:
    """How many demands stand in each state."""
    query = select(Demand.state, func.count()).group_by(Demand.state)
    return {row[0]: row[1] for row in db.execute(query)}


@dataclass(frozen=True, slots=True)
class Brief:
    """Just enough to tell people about a demand."""

    title: str
    organisation_id: int | None


def brief(db: Session, demand_id: int) -> Brief | None:
    """Title and owner, whatever the state; None when there is no such demand."""
    query = select(Demand.title, Demand.organisation_id).where(Demand.id == demand_id)
    row = db.execute(query).first()
    return Brief(*row) if row else None
