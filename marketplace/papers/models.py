"""Aggregate: Paper (root) with its parties. Tables: papers_paper, papers_party, papers_series."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base


class Paper(Base):
    """One document. Ordered with its facts in the transaction that causes it, then rendered.

    Once ``sha256`` is set nothing of it changes: ``state`` goes ordered → issued, never back.
    """

    __tablename__ = "papers_paper"
    __table_args__ = (
        UniqueConstraint("kind", "thing", "thing_id", "version"),
        CheckConstraint("state IN ('ordered', 'issued')", name="state_known"),
        CheckConstraint(
            "(state = 'issued') = (sha256 IS NOT NULL AND file_key IS NOT NULL)",
            name="issued_is_hashed",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    code: Mapped[str] = mapped_column(unique=True)
    thing: Mapped[str]
    thing_id: Mapped[int]
    version: Mapped[int]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    facts_sha256: Mapped[str]
    is_public: Mapped[bool]
    state: Mapped[str]
    ordered_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    file_key: Mapped[str | None]
    size: Mapped[int | None]


class PaperParty(Base):
    """An organisation that may read the paper."""

    __tablename__ = "papers_party"

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers_paper.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(primary_key=True, index=True)


class Series(Base):
    """The last number given in one series (kind and year)."""

    __tablename__ = "papers_series"

    name: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]
