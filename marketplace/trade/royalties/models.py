"""Rows of royalties: one statement for each period. Table: trade_royalty_statement."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.trade.royalties.states import State


class RoyaltyStatement(Base):
    """What one period brought and what is owed of it. Amounts in fen, ``rate`` in basis points.

    The period is half-open: ``until_on`` is the first day after it. ``corrects`` names the
    statement of the same period that declared too little.
    """

    __tablename__ = "trade_royalty_statement"
    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("base_minor >= 0 AND due_minor >= 0", name="amounts_positive"),
        CheckConstraint("(state = 'planned') = (declared_at IS NULL)", name="declared_has_time"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_has_time"),
        CheckConstraint("from_on < until_on", name="period"),
        Index("ix_trade_royalty_statement_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    corrects: Mapped[int | None] = mapped_column(ForeignKey("trade_royalty_statement.id"))
    state: Mapped[str]
    buyer_organisation_id: Mapped[int] = mapped_column(index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    due_on: Mapped[date]
    rate: Mapped[int]
    base_minor: Mapped[int] = mapped_column(Minor, default=0)
    due_minor: Mapped[int] = mapped_column(Minor, default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[datetime | None]
    declared_by: Mapped[int | None]
    paid_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    books_asked_at: Mapped[datetime | None]
    books_asked_why: Mapped[str] = mapped_column(Text, default="")
    books_shown_at: Mapped[datetime | None]
    books_name: Mapped[str] = mapped_column(default="")
    books_type: Mapped[str] = mapped_column(default="")
    books_sha256: Mapped[str] = mapped_column(default="")
    books_key: Mapped[str] = mapped_column(default="")
