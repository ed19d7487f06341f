"""Aggregate: RewardPlan (trade_reward_plan), appended only: every saved version stays."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, CheckConstraint, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from rules.inventor_reward import RULES


class RewardPlan(Base):
    """One version of an order's plan. Amounts in fen; ``shares`` are [name, part, basis points].

    ``shown_from``: since when it is shown in the unit (L39).
    """

    __tablename__ = "trade_reward_plan"
    __table_args__ = (
        UniqueConstraint("order_id", "version"),
        CheckConstraint(one_of("rule", RULES), name="rule_known"),
        CheckConstraint(
            "price_minor >= 0 AND costs_minor >= 0 AND public_minor >= 0 AND taxes_minor >= 0"
            " AND reward_minor >= 0 AND public_minor <= costs_minor",
            name="amounts_possible",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    version: Mapped[int]
    rule: Mapped[str]
    price_minor: Mapped[int] = mapped_column(Minor)
    costs_minor: Mapped[int] = mapped_column(Minor)
    public_minor: Mapped[int] = mapped_column(Minor)
    taxes_minor: Mapped[int] = mapped_column(Minor)
    reward_minor: Mapped[int] = mapped_column(Minor)
    shares: Mapped[list[Any]] = mapped_column(JSON)
    shown_from: Mapped[date | None]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int]


append_only(cast("Table", RewardPlan.__table__))
