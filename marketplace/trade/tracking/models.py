"""Rows of the tracker: what must be told by when, and how the contract is registered.

Tables: trade_follow_up, trade_registration.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor
from marketplace.trade.tracking.states import Kind, Registration


def _one_of(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in values)


class FollowUp(Base):
    """One thing to tell about a deal. ``month`` is 0 for a filing, else months after its end.

    ``organisation_id`` owes the answer.
    """

    __tablename__ = "trade_follow_up"
    __table_args__ = (
        UniqueConstraint("order_id", "kind", "month"),
        CheckConstraint(f"kind IN ({_one_of(Kind)})", name="kind_known"),
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


class ContractRegistration(Base):
    """How the technology contract of an order stands with the registrar (L47). Amount in fen."""

    __tablename__ = "trade_registration"
    __table_args__ = (
        CheckConstraint(f"state IN ({_one_of(Registration)})", name="state_known"),
        CheckConstraint(
            "state <> 'registered' OR (number <> '' AND decided_on IS NOT NULL)",
            name="registered_has_number",
        ),
    )

    order_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    accepted_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    decided_on: Mapped[date | None]
    number: Mapped[str] = mapped_column(default="")
    technical_minor: Mapped[int | None] = mapped_column(Minor)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int]
