"""Reads of the tracker: what an order's parties owe and told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.trade.tracking.models import FollowUp

MOST = 12


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One question and its answer."""

    id: int
    order_id: int
    kind: str
    month: int
    organisation_id: int
    due_on: date
    answered_at: datetime | None
    answers: dict[str, Any]
    note: str


_LINE = tuple(getattr(FollowUp, name) for name in FollowUpLine.__slots__)


def of_order(db: Session, order_id: int) -> list[FollowUpLine]:
    """Everything asked about an order, the earliest due first."""
    query = select(*_LINE).where(FollowUp.order_id == order_id)
    return [FollowUpLine(*row) for row in db.execute(query.order_by(FollowUp.due_on))]


def owed_by(db: Session, organisation_id: int, *, until: date) -> list[FollowUpLine]:
    """What an organisation must tell up to a day, the earliest first (for its desk)."""
    query = select(*_LINE).where(
        FollowUp.organisation_id == organisation_id,
        FollowUp.answered_at.is_(None),
        FollowUp.due_on <= until,
    )
    return [FollowUpLine(*row) for row in db.execute(query.order_by(FollowUp.due_on).limit(MOST))]
