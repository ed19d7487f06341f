"""Aggregates: Default, Talk and Annulment of a lot, with one history.

Tables: trade_aftermath_default, trade_aftermath_talk, trade_aftermath_annulment,
trade_aftermath_history. Their lock is the lot's.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import CheckConstraint, Index, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.aftermath.moves import (
    ANNULMENT_STATES,
    DEFAULT_STATES,
    REASONS,
    TALK_STATES,
)


class Default(Base):
    """A buyer did not sign in time: what he owes, and how the lot is sold again. Amounts in fen.

    ``kept_minor`` is the deposit that was forfeited. ``resale_minor`` is what the second sale
    brought, None when the seller renounced one; the sums beside it are fixed with it (L19, L28).
    """

    __tablename__ = "trade_aftermath_default"
    __table_args__ = (
        CheckConstraint(one_of("state", DEFAULT_STATES), name="state_known"),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_has_time"),
        CheckConstraint(
            "rerun_auction_id IS NULL OR consented_at IS NOT NULL", name="rerun_has_consent"
        ),
        CheckConstraint(
            "state NOT IN ('wants_second', 'offered', 'accepted', 'wants_rerun', 'rerun')"
            " OR consented_at IS NOT NULL",
            name="way_has_consent",
        ),
        CheckConstraint("owed_minor >= 0", name="never_below_zero"),
        CheckConstraint(
            "costs_part_minor + shortfall_part_minor + rest_part_minor = kept_minor",
            name="parts_add_up",
        ),
    )

    auction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(index=True)
    order_id: Mapped[int] = mapped_column(unique=True)
    seller_organisation_id: Mapped[int] = mapped_column(index=True)
    defaulter_organisation_id: Mapped[int]
    price_minor: Mapped[int] = mapped_column(Minor)
    buyer_commission_minor: Mapped[int] = mapped_column(Minor)
    seller_commission_minor: Mapped[int] = mapped_column(Minor)
    kept_minor: Mapped[int] = mapped_column(Minor)
    opened_at: Mapped[datetime]

    consented_at: Mapped[datetime | None]
    consented_by: Mapped[int | None]
    second_signup_id: Mapped[int | None]
    second_organisation_id: Mapped[int | None] = mapped_column(index=True)
    second_minor: Mapped[int | None] = mapped_column(Minor)
    offered_at: Mapped[datetime | None]
    offer_until: Mapped[datetime | None]
    second_order_id: Mapped[int | None] = mapped_column(unique=True)
    rerun_auction_id: Mapped[int | None] = mapped_column(unique=True)

    settled_at: Mapped[datetime | None]
    resale_minor: Mapped[int | None] = mapped_column(Minor)
    shortfall_minor: Mapped[int | None] = mapped_column(Minor)
    owed_minor: Mapped[int | None] = mapped_column(Minor)
    costs_part_minor: Mapped[int | None] = mapped_column(Minor)
    shortfall_part_minor: Mapped[int | None] = mapped_column(Minor)
    rest_part_minor: Mapped[int | None] = mapped_column(Minor)


class Talk(Base):
    """The best bidder of a lot below its reserve may talk with the seller. Amount in fen.

    Neither knows who the other is until both have consented.
    """

    __tablename__ = "trade_aftermath_talk"
    __table_args__ = (
        CheckConstraint(one_of("state", TALK_STATES), name="state_known"),
        CheckConstraint("(state = 'begun') = (offer_id IS NOT NULL)", name="begun_has_offer"),
        CheckConstraint(
            "state <> 'begun' OR (seller_at IS NOT NULL AND bidder_at IS NOT NULL)",
            name="begun_by_both",
        ),
        CheckConstraint("price_minor > 0", name="price_positive"),
    )

    auction_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(index=True)
    seller_organisation_id: Mapped[int] = mapped_column(index=True)
    signup_id: Mapped[int]
    bidder_organisation_id: Mapped[int] = mapped_column(index=True)
    price_minor: Mapped[int] = mapped_column(Minor)
    opened_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    seller_at: Mapped[datetime | None]
    seller_by: Mapped[int | None]
    bidder_at: Mapped[datetime | None]
    bidder_by: Mapped[int | None]
    offer_id: Mapped[int | None]


_LIVE = text("state <> 'dropped'")


class Annulment(Base):
    """A sale undone for one of five reasons, proposed by one person and confirmed by another."""

    __tablename__ = "trade_aftermath_annulment"
    __table_args__ = (
        CheckConstraint(one_of("state", ANNULMENT_STATES), name="state_known"),
        CheckConstraint(one_of("reason", REASONS), name="reason_known"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("state <> 'done' OR decided_by <> proposed_by", name="two_persons"),
        Index(
            "uq_trade_aftermath_annulment_live",
            "auction_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int]
    state: Mapped[str] = mapped_column(index=True)
    reason: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]


class AftermathHistory(Base):
    """What happened after a lot, and who did it; the database refuses to change it."""

    __tablename__ = "trade_aftermath_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(index=True)
    thing: Mapped[str]
    action: Mapped[str]
    state: Mapped[str]
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    organisation_id: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)


append_only(cast("Table", AftermathHistory.__table__))
