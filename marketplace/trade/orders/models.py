"""Aggregate: Order (root) with its stages, history and consents.

Tables: trade_order, trade_order_stage, trade_order_history, trade_order_decision,
trade_order_file.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.orders.states import StageState, State

ORIGINS = ("offer", "auction", "second_bidder")


class Order(Base):
    """One agreed deal; the listing's facts are copied as they stood when it was agreed.

    ``version`` guards every act against an old page (T5). ``act_by`` and ``turn`` say who must
    act next and by when (``buyer``, ``seller``, ``both``, ``market`` or empty).
    """

    __tablename__ = "trade_order"
    __table_args__ = (
        UniqueConstraint("origin", "origin_id"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin_known"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("price_minor > 0", name="price_positive"),
        CheckConstraint("seller_organisation_id <> buyer_organisation_id", name="two_parties"),
        CheckConstraint(
            f"(state = '{State.DISPUTED}') = (disputed_from IS NOT NULL)", name="dispute_has_origin"
        ),
        Index("ix_trade_order_seller_id", "seller_organisation_id", "id"),
        Index("ix_trade_order_buyer_id", "buyer_organisation_id", "id"),
        Index("ix_trade_order_state_act_by", "state", "act_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    origin: Mapped[str]
    origin_id: Mapped[int]

    listing_id: Mapped[int] = mapped_column(index=True)
    listing_version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str]
    subject_number: Mapped[str]
    cluster: Mapped[str]
    ipc: Mapped[list[Any]] = mapped_column(JSON)
    trl: Mapped[int | None]

    seller_organisation_id: Mapped[int]
    seller_name: Mapped[str]
    hides_seller: Mapped[bool]
    buyer_organisation_id: Mapped[int]
    buyer_name: Mapped[str]
    hides_buyer: Mapped[bool]

    price_minor: Mapped[int] = mapped_column(Minor)
    terms: Mapped[dict[str, Any]]
    way: Mapped[str]
    start_minor: Mapped[int | None] = mapped_column(Minor)
    buyer_commission_minor: Mapped[int] = mapped_column(Minor)
    seller_commission_minor: Mapped[int] = mapped_column(Minor)
    needs_publicity: Mapped[bool]
    publicity_cleared_at: Mapped[datetime | None]

    agreed_at: Mapped[datetime]
    sign_by: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")
    disputed_from: Mapped[str | None]
    cancel_asked_by: Mapped[int | None]
    urged_at: Mapped[datetime | None]
    turn: Mapped[str] = mapped_column(default="")
    act_by: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class OrderStage(Base):
    """One part of the price with what must be delivered for it. Amounts in fen."""

    __tablename__ = "trade_order_stage"
    __table_args__ = (
        CheckConstraint(one_of("state", StageState), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "state <> 'released' OR certificate_on IS NOT NULL OR NOT needs_certificate",
            name="released_with_certificate",
        ),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id"), primary_key=True)
    stage: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    title: Mapped[str]
    delivers: Mapped[str] = mapped_column(Text)
    amount_minor: Mapped[int] = mapped_column(Minor)
    days: Mapped[int]
    needs_certificate: Mapped[bool]
    certificate_number: Mapped[str] = mapped_column(default="")
    certificate_on: Mapped[date | None]
    called_at: Mapped[datetime | None]
    funded_at: Mapped[datetime | None]
    deliver_by: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class OrderHistory(Base):
    """What happened, who did it and what was said with it; the database refuses to change it."""

    __tablename__ = "trade_order_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id"), index=True)
    stage: Mapped[int | None]
    action: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]


class OrderDecision(Base):
    """How the staff shares out what is in escrow of a disputed order. Amounts in fen.

    Above the four-eyes limit it waits for a second person, who is another one.
    """

    __tablename__ = "trade_order_decision"
    __table_args__ = (
        CheckConstraint("seller_minor >= 0 AND buyer_minor >= 0", name="shares_positive"),
        CheckConstraint("confirmed_by <> decided_by", name="two_persons"),
        CheckConstraint("state IN ('waiting', 'done', 'dropped')", name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id"), index=True)
    state: Mapped[str]
    seller_minor: Mapped[int] = mapped_column(Minor)
    buyer_minor: Mapped[int] = mapped_column(Minor)
    why: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None]


class OrderPledge(Base):
    """A pledgee who is paid out of the price before the seller (L63). Amounts in fen."""

    __tablename__ = "trade_order_pledge"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("paid_minor >= 0 AND paid_minor <= amount_minor", name="paid_within"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int] = mapped_column(Minor)
    paid_minor: Mapped[int] = mapped_column(Minor)
    account_sealed: Mapped[str] = mapped_column(Text)
    account_tail: Mapped[str]
    bank: Mapped[str]


class OrderFile(Base):
    """A file that belongs to an order: what was delivered, evidence, a certificate.

    ``audience``: ``parties`` see it, or ``staff`` with the party that sent it.
    """

    __tablename__ = "trade_order_file"
    __table_args__ = (CheckConstraint("audience IN ('parties', 'staff')", name="audience_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id"), index=True)
    stage: Mapped[int | None]
    purpose: Mapped[str]
    audience: Mapped[str] = mapped_column(default="parties")
    organisation_id: Mapped[int | None]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int]


append_only(cast("Table", OrderHistory.__table__))
