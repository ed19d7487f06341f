"""Aggregate: a Demand (root) with its append-only versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor


class Demand(Base):
    """A wanted technology. The columns show the last approved content; ``draft`` the newest.

    Budgets are fen of CNY. An imported demand has no organisation but a named source.
    """

    __tablename__ = "exchange_demand"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index("uq_exchange_demand_own_key", "organisation_id", "own_key", unique=True),
        CheckConstraint("organisation_id IS NOT NULL OR source IS NOT NULL", name="has_origin"),
        CheckConstraint(
            "budget_low_minor IS NULL OR budget_high_minor IS NULL"
            " OR budget_low_minor <= budget_high_minor",
            name="budget_ordered",
        ),
        Index("ix_exchange_demand_state_published", "state", "published_at", "id"),
        Index("ix_exchange_demand_organisation", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None]
    organisation_name: Mapped[str] = mapped_column(default="")
    created_by: Mapped[int | None]
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    wanted: Mapped[str] = mapped_column(default="")
    cluster: Mapped[str] = mapped_column(default="")
    keywords: Mapped[list[Any]] = mapped_column(JSON, default=list)
    modes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    industry: Mapped[str] = mapped_column(default="")
    budget_low_minor: Mapped[int | None] = mapped_column(Minor)
    budget_high_minor: Mapped[int | None] = mapped_column(Minor)
    deadline: Mapped[date | None]
    draft: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    draft_saved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    source: Mapped[str | None]
    source_key: Mapped[str | None]
    source_date: Mapped[date | None]
    source_hash: Mapped[str | None]
    own_key: Mapped[str | None]  # the organisation's own number for a row of its table
    views: Mapped[int] = mapped_column(default=0)


class DemandVersion(Base):
    """What was submitted for review, word for word; never changed."""

    __tablename__ = "exchange_demand_version"
    __table_args__ = (UniqueConstraint("demand_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    demand_id: Mapped[int] = mapped_column(ForeignKey("exchange_demand.id"))
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    submitted_by: Mapped[int]
    submitted_at: Mapped[datetime]
