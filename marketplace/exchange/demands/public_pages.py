"""The addresses of public demands for search engines: numbers and the time of the last change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.exchange.demands.models import Demand
from marketplace.exchange.demands.states import State


def highest(db: Session) -> int:
    """The highest number in use; 0 when there is none."""
    return db.scalar(select(func.max(Demand.id))) or 0


def public_pages(db: Session, *, first: int, last: int) -> list[tuple[int, datetime]]:
    """(number, time of the last change) of the public ones from ``first`` to ``last``."""
    query = (
        select(Demand.id, Demand.changed_at)
        .where(Demand.id.between(first, last), Demand.state == State.PUBLISHED)
        .order_by(Demand.id)
    )
    return [(number, at) for number, at in db.execute(query)]
