"""Rows of signing in: counted attempts and sessions that were ended before their time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base


class Attempt(Base):
    """Attempts on one account or from one address; ``key`` is a digest, never an address book."""

    __tablename__ = "identity_attempt"
    __table_args__ = (CheckConstraint("count >= 0", name="count_not_negative"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime | None]


class EndedSession(Base):
    """A session that was signed out; its cookie is refused until it would have died anyway."""

    __tablename__ = "identity_ended_session"

    digest: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
