"""Addresses of public organisations for search engines: numbers, time of the last change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity.organisations.models import Organisation
from marketplace.identity.organisations.states import State


def highest(db: Session) -> int:
    """The highest number in use; 0 when there is none."""
    return db.scalar(select(func.max(Organisation.id))) or 0


def public_pages(db: Session, *, first: int, last: int) -> list[tuple[int, datetime]]:
    """(number, time of the last change) of the public ones from ``first`` to ``last``."""
    query = (
        select(Organisation.id, Organisation.verified_at)
        .where(Organisation.id.between(first, last), Organisation.state == State.VERIFIED)
        .order_by(Organisation.id)
    )
    return [(number, at) for number, at in db.execute(query) if at is not None]
