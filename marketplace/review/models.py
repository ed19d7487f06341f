"""Rows of the review desk: cases that wait, and decisions that stay."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import guards
from marketplace.kernel.db import Base

_OPEN = text("state = 'open'")


class ReviewCase(Base):
    """Something that waits for a person of the market; at most one open case per thing."""

    __tablename__ = "review_case"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'decided', 'closed')", name="state"),
        CheckConstraint("risk >= 0 AND risk <= 2", name="risk"),
        Index(
            "uq_review_case_open_thing",
            "kind",
            "thing_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_review_case_state_rank_at_id", "state", "rank_at", "id"),
        Index("ix_review_case_kind_thing_id", "kind", "thing_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    thing_id: Mapped[int]
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[int | None]
    organisation_name: Mapped[str]
    risk: Mapped[int]
    state: Mapped[str]
    opened_at: Mapped[datetime]
    rank_at: Mapped[datetime]
    """When it was opened, moved ahead by its risk: the order of the queue."""
    closed_at: Mapped[datetime | None]


class ReviewDecision(Base):
    """A decision; append-only. The decider never acts for the organisation decided on (T13)."""

    __tablename__ = "review_decision"
    __table_args__ = (
        CheckConstraint("decision IN ('approve', 'return', 'suspend')", name="decision"),
        CheckConstraint(
            "organisation_id IS NULL OR decider_organisation_id IS NULL"
            " OR organisation_id <> decider_organisation_id",
            name="not_own",
        ),
        Index("ix_review_decision_decided_at", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("review_case.id"), unique=True)
    decision: Mapped[str]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[int | None]
    decided_by: Mapped[int]
    decider_organisation_id: Mapped[int | None]
    decided_at: Mapped[datetime]


guards.append_only(ReviewDecision.__table__)  # type: ignore[arg-type]
