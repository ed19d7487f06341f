"""Rows of the tracker: what must be told about a deal by when. Table: trade_follow_up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, one_of
from marketplace.trade.tracking.states import Kind


class FollowUp(Base):
    """One thing to tell about a deal. ``month`` is 0 for a filing, else months after its end.

    ``organisation_id`` owes the answer.
    """

    __tablename__ = "trade_follow_up"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "month"),
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        Index("ix_trade_follow_up_open", "answered_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    month: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(index=True)
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]
    answers: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
