"""Aggregate: Entry (root) with its postings; Book keeps an account's totals as a cache of them.

Tables: treasury_book, treasury_entry, treasury_posting, treasury_period. Entries, postings and
closed periods are append-only by trigger: nothing is corrected but by a reversal.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.treasury.ledger.chart import Kind, Side


class Book(Base):
    """One account: its totals, kept under a row lock, and the database's own word that it is
    never overdrawn.
    """

    __tablename__ = "treasury_book"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint("debit_minor >= 0 AND credit_minor >= 0", name="totals_positive"),
        CheckConstraint(
            f"(side = '{Side.DEBIT}' AND debit_minor >= credit_minor)"
            f" OR (side = '{Side.CREDIT}' AND credit_minor >= debit_minor)",
            name="never_overdrawn",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    side: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    debit_minor: Mapped[int] = mapped_column(Minor, default=0)
    credit_minor: Mapped[int] = mapped_column(Minor, default=0)

    @property
    def balance_minor(self) -> int:
        """What stands on the account's own side, in fen; never negative."""
        turned = self.debit_minor - self.credit_minor
        return turned if self.side == Side.DEBIT else -turned


class Entry(Base):
    """One business fact with money in it. ``key`` is its idempotency key: (thing, action) once.

    ``booked_on`` is the accounting date in Asia/Shanghai. ``digest`` is SHA-256 over the entry
    and its postings; the audit log, itself a chain, keeps a copy.
    """

    __tablename__ = "treasury_entry"
    __table_args__ = (
        CheckConstraint("reverses_id <> id", name="reverses_another"),
        Index("ix_treasury_entry_booked_on_id", "booked_on", "id"),
        Index("ix_treasury_entry_thing", "thing", "thing_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    action: Mapped[str]
    thing: Mapped[str]
    thing_id: Mapped[int]
    reference: Mapped[str]
    memo: Mapped[str]
    booked_on: Mapped[date]
    posted_at: Mapped[datetime]
    posted_by: Mapped[int | None]
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_entry.id"), unique=True)
    digest: Mapped[str]


class Posting(Base):
    """One amount from one account to another: two legs that cannot but sum to zero (I1).

    ``debit_after_minor`` and ``credit_after_minor`` are the two balances after it: a statement
    is read, never summed, and an altered amount contradicts its neighbours.
    """

    __tablename__ = "treasury_posting"
    __table_args__ = (
        UniqueConstraint("entry_id", "line"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="moves"),
        CheckConstraint("debit_after_minor >= 0 AND credit_after_minor >= 0", name="above_zero"),
        Index("ix_treasury_posting_debit_id_id", "debit_id", "id"),
        Index("ix_treasury_posting_credit_id_id", "credit_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("treasury_entry.id"))
    line: Mapped[int]
    debit_id: Mapped[int] = mapped_column(ForeignKey("treasury_book.id"))
    credit_id: Mapped[int] = mapped_column(ForeignKey("treasury_book.id"))
    amount_minor: Mapped[int] = mapped_column(Minor)
    debit_after_minor: Mapped[int] = mapped_column(Minor)
    credit_after_minor: Mapped[int] = mapped_column(Minor)


class Period(Base):
    """Accounting closed up to and including a day; nothing is booked on or before it any more."""

    __tablename__ = "treasury_period"

    closed_through: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[datetime]
    closed_by: Mapped[int]
    entries: Mapped[int]
    turnover_minor: Mapped[int] = mapped_column(Minor)


for _rows in (Entry, Posting, Period):
    append_only(cast("Table", _rows.__table__))
