"""What of an organisation's demands needs its people now; counts for the front page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.exchange.demands.models import Demand
from marketplace.exchange.demands.states import State

MOST = 12
ENDING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NeedsWork:
    """A demand that its people should look at: returned, suspended, expired, or soon over."""

    id: int
    title: str
    state: str
    deadline: date | None
    changed_at: datetime


def needing_work(db: Session, organisation_id: int, *, today: date) -> list[NeedsWork]:
    """Returned, suspended and expired demands, and those that end within 7 days."""
    stopped = Demand.state.in_((State.RETURNED, State.SUSPENDED, State.EXPIRED))
    ending = (Demand.state == State.PUBLISHED) & (Demand.deadline <= today + ENDING)
    query = (
        select(Demand.id, Demand.title, Demand.state, Demand.deadline, Demand.changed_at)
        .where(Demand.organisation_id == organisation_id, or_(stopped, ending))
        .order_by(Demand.changed_at.desc(), Demand.id.desc())
        .limit(MOST)
    )
    return [NeedsWork(*row) for row in db.execute(query)]


def counts_of(db: Session, organisation_id: int) -> Mapping[str, int]:
    """How many demands of an organisation stand in each state."""
    query = (
        select(Demand.state, func.count())
        .where(Demand.organisation_id == organisation_id)
        .group_by(Demand.state)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def cluster_counts(db: Session) -> Mapping[str, int]:
    """How many published demands each cluster has; "" holds those without one."""
    query = (
        select(Demand.cluster, func.count())
        .where(Demand.state == State.PUBLISHED)
        .group_by(Demand.cluster)
    )
    return {row[0]: row[1] for row in db.execute(query)}
