"""Transactional outbox: one row per event and consumer, written with the change itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.db import Base


class OutboxRow(Base):
    """A delivery owed. ``due_at`` is also the lease: a claim moves it forward."""

    __tablename__ = "kernel_outbox"
    __table_args__ = (
        Index(
            "ix_kernel_outbox_owed",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_kernel_outbox_consumer_id", "consumer", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]
    consumer: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is still owed: how many rows, the oldest one, and how many failed at least twice."""

    owed: int
    oldest_at: datetime | None
    stuck: int


def backlog(db: Session) -> Backlog:
    """Count the deliveries not yet done."""
    owed = OutboxRow.done_at.is_(None)
    count, oldest = db.execute(
        select(func.count(), func.min(OutboxRow.occurred_at)).where(owed)
    ).one()
    stuck = db.scalar(select(func.count()).where(owed, OutboxRow.attempts >= 2)) or 0
    return Backlog(count, oldest, stuck)
