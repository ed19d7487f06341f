"""Rows kept beside a lot: daily heads, reminders sent, views, calendar keys, the data room.

Tables: trade_auction_heads_day, trade_auction_day_head, trade_auction_reminder,
trade_auction_views, trade_auction_calendar_key, trade_auction_promise, trade_auction_reading.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, one_of
from marketplace.kernel.guards import append_only

REMINDERS = ("day", "hour", "ending")


class HeadsDay(Base):
    """The heads of one day (Asia/Shanghai) as published: ``sha256`` is that of the list's text.

    The text begins with the ``previous`` day's hash: the days are a chain of their own.
    """

    __tablename__ = "trade_auction_heads_day"
    __table_args__ = (CheckConstraint("lots >= 0", name="lots_counted"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    previous: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    lots: Mapped[int]
    published_at: Mapped[datetime]


append_only(HeadsDay.__table__)  # type: ignore[arg-type]


class DayHead(Base):
    """One line of a day's list: the last entry of a lot's log at the end of that day."""

    __tablename__ = "trade_auction_day_head"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_counts"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("auction_lot.id"), primary_key=True)
    day: Mapped[date] = mapped_column(
        ForeignKey("trade_auction_heads_day.day"), primary_key=True, index=True
    )
    number: Mapped[str]
    seq: Mapped[int]
    head: Mapped[str]


append_only(DayHead.__table__)  # type: ignore[arg-type]


class Reminder(Base):
    """Somebody was reminded of a lot; a corrected notice makes a new lot, so it tells anew."""

    __tablename__ = "trade_auction_reminder"
    __table_args__ = (CheckConstraint(one_of("kind", REMINDERS), name="kind_known"),)

    lot_id: Mapped[int] = mapped_column(ForeignKey("auction_lot.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]


class HourViews(Base):
    """How often a lot's page was opened in an hour: a count, nothing about who."""

    __tablename__ = "trade_auction_views"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), primary_key=True)
    hour_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


class CalendarKey(Base):
    """The secret address of a person's own calendar; kept as a hash, a new one ends the old."""

    __tablename__ = "trade_auction_calendar_key"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]


class Promise(Base):
    """A person of a signed-up bidder promised secrecy before reading the data room (T8)."""

    __tablename__ = "trade_auction_promise"

    signup_id: Mapped[int] = mapped_column(ForeignKey("trade_auction_signup.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    text_sha256: Mapped[str]
    promised_at: Mapped[datetime]
    address: Mapped[str]


append_only(Promise.__table__)  # type: ignore[arg-type]


class Reading(Base):
    """Somebody opened a confidential document of a lot; the database refuses to change it."""

    __tablename__ = "trade_auction_reading"
    __table_args__ = (Index("ix_trade_auction_reading_auction_id_id", "auction_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"))
    signup_id: Mapped[int] = mapped_column(ForeignKey("trade_auction_signup.id"), index=True)
    user_id: Mapped[int]
    file_id: Mapped[int]
    file_sha256: Mapped[str]
    read_at: Mapped[datetime]
    address: Mapped[str]


append_only(Reading.__table__)  # type: ignore[arg-type]
