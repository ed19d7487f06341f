"""Rows: a notice in a person's inbox, a mail to be sent, a person's choice about mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base


class Notice(Base):
    """One line in a person's inbox; ``kind`` names its text, ``facts`` fill it in."""

    __tablename__ = "notify_notice"
    __table_args__ = (
        Index("ix_notify_notice_user_id_id", "user_id", "id"),
        Index("ix_notify_notice_unread", "user_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    url: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]


class Mail(Base):
    """A mail owed: written with its cause, sent between transactions, marked once sent."""

    __tablename__ = "notify_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str]
    message: Mapped[str]
    locale: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class Preference(Base):
    """How a person wants mail: ``at_once``, ``daily`` (the default) or ``off``."""

    __tablename__ = "notify_preference"
    __table_args__ = (CheckConstraint("mail IN ('at_once', 'daily', 'off')", name="mail_known"),)

    user_id: Mapped[int] = mapped_column(primary_key=True)
    mail: Mapped[str]
    off_token: Mapped[str] = mapped_column(unique=True)
    digest_at: Mapped[datetime | None]
