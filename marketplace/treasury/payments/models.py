"""Aggregates: PaymentIntent with its receipts; Statement with its lines; Instruction.

Tables: treasury_intent, treasury_receipt, treasury_statement, treasury_statement_line,
treasury_batch, treasury_instruction.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.treasury.payments.states import INSTRUCTION_STATES, INTENT_STATES, LINE_STATES

KINDS = ("deposit_return", "refund", "payout", "return_unidentified")


class PaymentIntent(Base):
    """What one organisation is asked to pay for one thing. Amounts in fen.

    ``key`` is the provider's idempotency key; ``reference`` stands in the bank's remark. Until
    ``needed_until`` it is a deposit that probably goes back: a hold may be enough for so long.
    """

    __tablename__ = "treasury_intent"
    __table_args__ = (
        UniqueConstraint("purpose", "thing_id", "stage"),
        CheckConstraint(one_of("state", INTENT_STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "received_minor >= 0 AND received_minor <= amount_minor", name="received_within"
        ),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= received_minor", name="refunded_within"
        ),
        CheckConstraint("(state = 'paid') <= (received_minor = amount_minor)", name="paid_whole"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_has_time"),
        Index("ix_treasury_intent_organisation_state", "organisation_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    thing_id: Mapped[int]
    stage: Mapped[int]
    organisation_id: Mapped[int]
    organisation_name: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(Minor)
    received_minor: Mapped[int] = mapped_column(Minor, default=0)
    refunded_minor: Mapped[int] = mapped_column(Minor, default=0)
    reference: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    needed_until: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]


class Receipt(Base):
    """Money credited to an intent, and the account it came from: the only one it goes back to.

    ``holder`` is the subject of the ledger account that holds it now (``deposit:12``).
    """

    __tablename__ = "treasury_receipt"
    __table_args__ = (
        UniqueConstraint("provider", "provider_reference"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= amount_minor", name="refunded_within"
        ),
        Index("ix_treasury_receipt_holder", "holder", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("treasury_intent.id"), index=True)
    provider: Mapped[str]
    provider_reference: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(Minor)
    refunded_minor: Mapped[int] = mapped_column(Minor, default=0)
    holder: Mapped[str]
    payer_name: Mapped[str]
    account_sealed: Mapped[str | None] = mapped_column(Text)
    account_tail: Mapped[str]
    bank_name: Mapped[str]
    received_at: Mapped[datetime]


class Statement(Base):
    """A file of the bank. Looked at first: its good rows wait sealed until they are taken."""

    __tablename__ = "treasury_statement"
    __table_args__ = (CheckConstraint(one_of("state", ("looked_at", "taken")), name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    account_tail: Mapped[str]
    state: Mapped[str]
    rows_sealed: Mapped[str | None] = mapped_column(Text)
    rows: Mapped[int]
    rejected: Mapped[list[Any]] = mapped_column(JSON)
    unbroken: Mapped[bool]
    closes_on: Mapped[date | None]
    opening_minor: Mapped[int | None] = mapped_column(Minor)
    closing_minor: Mapped[int | None] = mapped_column(Minor)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int]
    taken_at: Mapped[datetime | None]


class StatementLine(Base):
    """One movement of the supervised account as the bank shows it.

    ``entry_id`` is the ledger entry made when it was taken (money that came in).
    """

    __tablename__ = "treasury_statement_line"
    __table_args__ = (
        CheckConstraint(one_of("direction", ("in", "out")), name="direction_known"),
        CheckConstraint(one_of("state", LINE_STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "(state IN ('matched', 'returned'))"
            " = (intent_id IS NOT NULL OR instruction_id IS NOT NULL)",
            name="matched_to_something",
        ),
        CheckConstraint("state <> 'returned' OR direction = 'in'", name="only_income_returns"),
        CheckConstraint("state <> 'fee' OR direction = 'out'", name="only_expense_is_fee"),
        CheckConstraint("state <> 'moved' OR direction = 'in'", name="only_income_is_moved"),
        Index("ix_treasury_statement_line_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_statement.id"))
    direction: Mapped[str]
    booked_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(Minor)
    bank_reference: Mapped[str] = mapped_column(unique=True)
    counter_name: Mapped[str]
    counter_sealed: Mapped[str | None] = mapped_column(Text)
    counter_tail: Mapped[str]
    counter_fingerprint: Mapped[str]
    counter_bank: Mapped[str]
    remark: Mapped[str]
    state: Mapped[str]
    how: Mapped[str] = mapped_column(default="")
    intent_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_intent.id"))
    instruction_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_instruction.id"))
    entry_id: Mapped[int | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int]
    matched_at: Mapped[datetime | None]
    matched_by: Mapped[int | None]
    why: Mapped[str] = mapped_column(default="")


class Batch(Base):
    """Instructions that were given to the bank together in one file."""

    __tablename__ = "treasury_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    sent_at: Mapped[datetime]
    sent_by: Mapped[int]


class Instruction(Base):
    """What the bank is to do: empty ``amount_minor`` of one ledger account to one payee (L79).

    ``created_by`` None: the market's rules made it. ``needs_two``: above the limit two
    different treasurers approve and send it, and the database says so too (T13, I9).
    """

    __tablename__ = "treasury_instruction"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind_known"),
        CheckConstraint(one_of("state", INSTRUCTION_STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("approved_by <> created_by", name="approver_is_not_creator"),
        CheckConstraint("NOT needs_two OR approved_by <> sent_by", name="sender_is_not_approver"),
        CheckConstraint(
            "NOT needs_two OR sent_at IS NULL OR (approved_by IS NOT NULL AND sent_by IS NOT NULL)",
            name="two_people",
        ),
        CheckConstraint(
            "state IN ('proposed', 'cancelled') OR provider <> 'bank' OR payee_sealed IS NOT NULL",
            name="payee_known",
        ),
        Index("ix_treasury_instruction_state_due", "state", "due_at", "id"),
        Index("ix_treasury_instruction_thing", "thing", "thing_id"),
        Index("ix_treasury_instruction_account", "account_kind", "account_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    provider: Mapped[str]
    kind: Mapped[str]
    account_kind: Mapped[str]
    account_subject: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    payee_name: Mapped[str]
    payee_sealed: Mapped[str | None] = mapped_column(Text)
    payee_tail: Mapped[str]
    payee_bank: Mapped[str]
    amount_minor: Mapped[int] = mapped_column(Minor)
    thing: Mapped[str]
    thing_id: Mapped[int]
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_receipt.id"))
    why: Mapped[str]
    state: Mapped[str]
    needs_two: Mapped[bool]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[int | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_batch.id"), index=True)
    done_at: Mapped[datetime | None]
    ended_by: Mapped[int | None]
    ended_why: Mapped[str] = mapped_column(default="")
