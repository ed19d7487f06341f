"""Aggregate: Offer (root) with its rounds and files. Tables: trade_offer, trade_offer_round,
trade_offer_file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.offers.states import State

_OPEN = text(f"state = '{State.OPEN}'")


class Offer(Base):
    """A negotiation of one buyer about one listing.

    ``round`` is the last one and guards every answer against an old page (T5); ``turn`` is who
    answers it. One buyer has one open offer for a listing. ``floor_minor``: no proposal may lie
    below it (talks after a lot begin at the price the buyer stood at).
    """

    __tablename__ = "trade_offer"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("turn IN ('buyer', 'seller')", name="turn_known"),
        CheckConstraint("seller_organisation_id <> buyer_organisation_id", name="two_parties"),
        CheckConstraint("(state = 'accepted') = (order_id IS NOT NULL)", name="accepted_has_order"),
        Index(
            "uq_trade_offer_open",
            "listing_id",
            "buyer_organisation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_trade_offer_seller_id", "seller_organisation_id", "id"),
        Index("ix_trade_offer_buyer_id", "buyer_organisation_id", "id"),
        Index("ix_trade_offer_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    round: Mapped[int]
    turn: Mapped[str]
    listing_id: Mapped[int] = mapped_column(index=True)
    listing_version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    seller_organisation_id: Mapped[int]
    seller_name: Mapped[str]
    buyer_organisation_id: Mapped[int]
    buyer_name: Mapped[str]
    hides_buyer: Mapped[bool]
    price_minor: Mapped[int] = mapped_column(Minor)
    floor_minor: Mapped[int | None] = mapped_column(Minor)
    order_id: Mapped[int | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_why: Mapped[str] = mapped_column(Text, default="")


class OfferRound(Base):
    """One proposal, word for word; the database refuses to change it."""

    __tablename__ = "trade_offer_round"
    __table_args__ = (
        CheckConstraint("by IN ('buyer', 'seller')", name="by_known"),
        CheckConstraint("price_minor > 0", name="price_positive"),
    )

    offer_id: Mapped[int] = mapped_column(ForeignKey("trade_offer.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str]
    price_minor: Mapped[int] = mapped_column(Minor)
    terms: Mapped[dict[str, Any]]
    message: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    at: Mapped[datetime]
    user_id: Mapped[int]


class OfferFile(Base):
    """An attachment of one round; both parties may read it."""

    __tablename__ = "trade_offer_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("trade_offer.id"), index=True)
    round: Mapped[int]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int]


append_only(cast("Table", OfferRound.__table__))
