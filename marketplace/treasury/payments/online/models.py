"""Rows of online payments: an attempt per try, the provider's events, and refunds under way.

Tables: treasury_attempt, treasury_provider_event, treasury_carrying.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.treasury.payments.online.states import ATTEMPT_STATES, CARRYING_STATES, RUNNING


class Attempt(Base):
    """One try to pay an intent at the provider. Amounts in fen.

    ``key`` is the intent's key and the number of the try: the provider's idempotency key.
    ``may_hold``: a card is only authorised (the deposit's lot ends soon); the money is taken when
    ``capture_at`` has come. One attempt of an intent runs at a time.
    """

    __tablename__ = "treasury_attempt"
    __table_args__ = (
        UniqueConstraint("intent_id", "number"),
        CheckConstraint(one_of("state", ATTEMPT_STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("received_minor >= 0", name="received_positive"),
        CheckConstraint(
            "(state IN ('authorised', 'paid', 'void')) = (received_minor > 0)",
            name="received_when_it_came",
        ),
        CheckConstraint("state <> 'open' OR session_id IS NOT NULL", name="open_has_session"),
        Index(
            "uq_treasury_attempt_running",
            "intent_id",
            unique=True,
            sqlite_where=text(one_of("state", RUNNING)),
            postgresql_where=text(one_of("state", RUNNING)),
        ),
        Index("ix_treasury_attempt_state_checked", "state", "checked_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    intent_id: Mapped[int] = mapped_column(ForeignKey("treasury_intent.id"))
    number: Mapped[int]
    state: Mapped[str]
    may_hold: Mapped[bool]
    amount_minor: Mapped[int] = mapped_column(Minor)
    received_minor: Mapped[int] = mapped_column(Minor, default=0)
    session_id: Mapped[str | None] = mapped_column(unique=True)
    object_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(default="")
    trouble: Mapped[str] = mapped_column(default="")
    started_by: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    capture_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ProviderEvent(Base):
    """An event of the provider that was taken; each counts once by its id (T7, F14)."""

    __tablename__ = "treasury_provider_event"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("treasury_attempt.id"), index=True)
    made_at: Mapped[datetime]
    received_at: Mapped[datetime]


append_only(cast("Table", ProviderEvent.__table__))


class Carrying(Base):
    """What the provider says about an instruction that was given to it (F18).

    ``failed``: it will not happen; a person takes the instruction back.
    """

    __tablename__ = "treasury_carrying"
    __table_args__ = (CheckConstraint(one_of("state", CARRYING_STATES), name="state_known"),)

    instruction_id: Mapped[int] = mapped_column(
        ForeignKey("treasury_instruction.id"), primary_key=True, autoincrement=False
    )
    refund_id: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    trouble: Mapped[str] = mapped_column(default="")
    tried_at: Mapped[datetime]
