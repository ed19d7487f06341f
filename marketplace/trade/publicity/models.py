"""Aggregate: Publicity (root) with its objections. Tables: trade_publicity, trade_objection."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.trade.publicity.states import Answer, State

_RUNNING = text(f"state = '{State.RUNNING}'")


class Publicity(Base):
    """One showing of one order: the four contents of the law, the mark, and both postings.

    ``ends_on`` is the last day; the contract may be signed from the day after (L34). What was
    shown never changes: a correction is a new version, with its own term.
    """

    __tablename__ = "trade_publicity"
    __table_args__ = (
        UniqueConstraint("order_id", "version"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("price_minor > 0", name="price_positive"),
        Index(
            "uq_trade_publicity_running",
            "order_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        Index("ix_trade_publicity_state_ends_on", "state", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    version: Mapped[int]
    state: Mapped[str]
    name: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    way: Mapped[str]
    price_minor: Mapped[int] = mapped_column(Minor)
    basis: Mapped[str] = mapped_column(Text)
    number: Mapped[str]
    seller_organisation_id: Mapped[int]
    seller_name: Mapped[str]
    buyer_name: Mapped[str]
    completers: Mapped[list[Any]] = mapped_column(JSON)
    related: Mapped[bool]
    related_note: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    unit_place: Mapped[str] = mapped_column(Text)
    unit_from: Mapped[date]
    market_from: Mapped[datetime]
    ends_on: Mapped[date]
    started_by: Mapped[int]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")


class Objection(Base):
    """What somebody has against a deal; who he is and how to reach him is sealed."""

    __tablename__ = "trade_objection"
    __table_args__ = (CheckConstraint(one_of("state", Answer), name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    publicity_id: Mapped[int] = mapped_column(ForeignKey("trade_publicity.id"), index=True)
    state: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    name_sealed: Mapped[str] = mapped_column(Text)
    contact_sealed: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None]


class PublicityFile(Base):
    """A file of the seller that belongs to the pack of a showing (L36); never public."""

    __tablename__ = "trade_publicity_file"
    __table_args__ = (
        CheckConstraint("purpose IN ('decision', 'rules', 'valuation')", name="purpose_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publicity_id: Mapped[int] = mapped_column(ForeignKey("trade_publicity.id"), index=True)
    purpose: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int]
