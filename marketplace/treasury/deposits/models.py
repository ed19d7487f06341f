"""Aggregate: Deposit (root) with its append-only moves. Tables: treasury_deposit(_move)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.treasury.deposits.moves import STATES


class Deposit(Base):
    """One organisation's deposit for one lot, kept by a bank, known here (L23, L79).

    ``release_due_at`` is set once it must go back; ``reference`` is what the payer writes on
    the transfer. ``applicant_id`` is the person who bids: never the one who matches the money.
    """

    __tablename__ = "treasury_deposit"
    __table_args__ = (
        UniqueConstraint("auction_id", "organisation_id"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("recorded_by <> applicant_id", name="recorder_is_not_bidder"),
        CheckConstraint("settled_by <> applicant_id", name="settler_is_not_bidder"),
        CheckConstraint("(state = 'held') <= (held_at IS NOT NULL)", name="held_has_time"),
        CheckConstraint(
            "(state = 'returning') <= (release_due_at IS NOT NULL)", name="return_has_term"
        ),
        Index("ix_treasury_deposit_state_due", "state", "release_due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int]
    auction_number: Mapped[str]
    auction_title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(index=True)
    organisation_name: Mapped[str]
    applicant_id: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(Minor)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    expected_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None]
    payer_name: Mapped[str | None]
    recorded_by: Mapped[int | None]
    wins: Mapped[bool] = mapped_column(default=False)
    release_due_at: Mapped[datetime | None]
    alarmed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None]
    settlement_reference: Mapped[str | None]


class DepositMove(Base):
    """One step of a deposit's life; the database refuses to change it."""

    __tablename__ = "treasury_deposit_move"
    __table_args__ = (CheckConstraint("after <> before", name="moves"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deposit_id: Mapped[int] = mapped_column(ForeignKey("treasury_deposit.id"), index=True)
    action: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    reference: Mapped[str]
    why: Mapped[str]


append_only(DepositMove.__table__)  # type: ignore[arg-type]
