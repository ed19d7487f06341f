"""Rows: one import run, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base


class ImportRun(Base):
    """A file going in. ``done_rows`` rows are stored for good; ``totals`` counts them.

    ``rejected`` keeps the refused rows of the part that is done, so that the report stays whole.
    """

    __tablename__ = "imports_run"
    __table_args__ = (
        UniqueConstraint("kind", "source", "sha256", "publish"),
        CheckConstraint("kind IN ('achievements', 'demands', 'patents')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    sha256: Mapped[str]
    publish: Mapped[bool]
    file_name: Mapped[str]
    done_rows: Mapped[int]
    totals: Mapped[dict[str, Any]] = mapped_column(JSON)
    rejected: Mapped[list[Any]] = mapped_column(JSON)
    started_by: Mapped[int | None]
    started_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ImportUpload(Base):
    """A seller's file: looked at, then stored once as drafts of the organisation."""

    __tablename__ = "imports_upload"
    __table_args__ = (CheckConstraint("state IN ('looked_at', 'stored')", name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    user_id: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    file_key: Mapped[str]
    sha256: Mapped[str]
    state: Mapped[str]
    totals: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
