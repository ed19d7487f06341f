"""Aggregate: Auction (root) with sign-ups, notices and one result; beside it the engine's lot.

Tables: trade_auction, trade_auction_signup, trade_auction_notice, trade_auction_result,
trade_auction_watch, trade_auction_fallen, trade_auction_round; ``records`` has what is kept
beside a lot. ``auction_lot`` and ``auction_log`` belong to the engine: see ``lots``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.moves import (
    FORMATS,
    MODES,
    PLACES,
    RESERVE_POLICIES,
    SALE_ENDS,
    SIGNUP_STATES,
    STATES,
)
from marketplace.trade.auctions.records import (
    CalendarKey,
    DayHead,
    HeadsDay,
    HourViews,
    Promise,
    Reading,
    Reminder,
)

__all__ = [
    "Alive",
    "Auction",
    "CalendarKey",
    "DayHead",
    "FallenSale",
    "HeadsDay",
    "HourViews",
    "Notice",
    "Outcome",
    "Promise",
    "Reading",
    "Reminder",
    "Round",
    "Sender",
    "Signup",
    "Watch",
    "auction_log",
    "auction_lot",
]


class Auction(Base):
    """A timed sale of one listing; its terms are copied from the listing and then fixed.

    ``version`` counts what bidders must accept. A correction of a published notice raises it and
    gives the engine a new lot (``lot_id``): terms in a log never change. ``reserve_sealed`` is
    encrypted: no page and no query of this room reads it.
    """

    __tablename__ = "trade_auction"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint(one_of("mode", MODES), name="mode_known"),
        CheckConstraint(one_of("format", FORMATS), name="format_known"),
        CheckConstraint(one_of("place", PLACES), name="place_known"),
        CheckConstraint(one_of("reserve_policy", RESERVE_POLICIES), name="reserve_policy_known"),
        CheckConstraint("place = 'web' OR format = 'english'", name="hall_is_english"),
        CheckConstraint("format <> 'dutch' OR NOT has_reserve", name="floor_is_reserve"),
        CheckConstraint(
            "hard_end_at IS NULL OR (format = 'english' AND hard_end_at >= ends_at)",
            name="hard_end_after_end",
        ),
        CheckConstraint("currency = 'CNY'", name="currency_known"),
        CheckConstraint("start_minor > 0", name="start_positive"),
        CheckConstraint("deposit_minor > 0", name="deposit_positive"),
        CheckConstraint("opens_at < ends_at", name="opens_before_end"),
        CheckConstraint("(state = 'paused') = (paused_at IS NOT NULL)", name="paused_has_time"),
        CheckConstraint(
            "state = 'draft' OR mode = 'listed_bidding' OR (company_code IS NOT NULL "
            "AND licence_number IS NOT NULL AND auctioneer_certificate IS NOT NULL)",
            name="auction_is_licensed",
        ),
        Index("ix_trade_auction_state_opens", "state", "opens_at", "id"),
        Index("ix_trade_auction_state_ends", "state", "ends_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    mode: Mapped[str]
    format: Mapped[str]
    place: Mapped[str]
    version: Mapped[int]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("auction_lot.id"), unique=True)

    listing_id: Mapped[int] = mapped_column(index=True)
    listing_version: Mapped[int]
    subject_kind: Mapped[str]
    subject_number: Mapped[str]
    title: Mapped[str]
    title_en: Mapped[str]
    cluster: Mapped[str]
    seller_organisation_id: Mapped[int] = mapped_column(index=True)
    seller_name: Mapped[str]
    hides_seller: Mapped[bool] = mapped_column(default=False)
    defects: Mapped[str]

    currency: Mapped[str]
    start_minor: Mapped[int] = mapped_column(Minor)
    ladder: Mapped[list[Any]] = mapped_column(JSON)
    has_reserve: Mapped[bool]
    reserve_sealed: Mapped[str | None]
    reserve_policy: Mapped[str]
    valuation_minor: Mapped[int | None] = mapped_column(Minor)
    valuation_reason: Mapped[str]
    deposit_minor: Mapped[int] = mapped_column(Minor)
    deposit_account: Mapped[str]
    commission_hundredths: Mapped[int]
    opens_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    hard_end_at: Mapped[datetime | None]
    format_terms: Mapped[dict[str, Any]] = mapped_column(JSON)
    soft_close_seconds: Mapped[int]
    display_from: Mapped[datetime]
    display_place: Mapped[str]
    viewing_dates: Mapped[list[Any]] = mapped_column(JSON)
    formalities: Mapped[str]
    remarks: Mapped[str]

    company_name: Mapped[str | None]
    company_code: Mapped[str | None]
    licence_number: Mapped[str | None]
    licence_expires_on: Mapped[date | None]
    auctioneer_name: Mapped[str | None]
    auctioneer_certificate: Mapped[str | None]
    medium_name: Mapped[str | None]
    medium_published_on: Mapped[date | None]
    medium_proof: Mapped[str | None]
    consignment: Mapped[dict[str, Any]] = mapped_column(JSON)
    refusal_holders: Mapped[list[Any]] = mapped_column(JSON)
    accepted_warnings: Mapped[dict[str, Any]] = mapped_column(JSON)

    created_at: Mapped[datetime]
    created_by: Mapped[int]
    notice_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]


class Signup(Base):
    """An organisation that wants to bid, the person who does it, and the alias of this lot.

    ``paddle`` is random per auction: nothing links it to another lot (T10). The version says
    which rules, notice and defects were accepted (L7, L15).
    """

    __tablename__ = "trade_auction_signup"
    __table_args__ = (
        UniqueConstraint("auction_id", "organisation_id"),
        UniqueConstraint("auction_id", "paddle"),
        CheckConstraint(one_of("state", SIGNUP_STATES), name="state_known"),
        CheckConstraint("refusal_rank IS NULL OR refusal_rank > 0", name="rank_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"))
    organisation_id: Mapped[int] = mapped_column(index=True)
    organisation_name: Mapped[str]
    user_id: Mapped[int] = mapped_column(index=True)
    paddle: Mapped[str]
    state: Mapped[str]
    accepted_version: Mapped[int]
    accepted_at: Mapped[datetime]
    refusal_rank: Mapped[int | None]
    hides_name: Mapped[bool] = mapped_column(default=False)
    applied_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]


class Notice(Base):
    """What was published about a lot, word for word; the database refuses to change it.

    ``kind``: notice, correction, pause, resumption, withdrawal, extension, voiding.
    """

    __tablename__ = "trade_auction_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), index=True)
    version: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]


append_only(Notice.__table__)  # type: ignore[arg-type]


class Outcome(Base):
    """How a lot ended: one row per auction, written with the closing itself."""

    __tablename__ = "trade_auction_result"
    __table_args__ = (
        CheckConstraint("(outcome = 'sold') = (winner_signup_id IS NOT NULL)", name="sold_to"),
        CheckConstraint("outcome <> 'sold' OR price_minor > 0", name="sold_at"),
        CheckConstraint(
            one_of("outcome", ("sold", "no_bids", "reserve_not_met")), name="outcome_known"
        ),
    )

    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), primary_key=True)
    outcome: Mapped[str]
    price_minor: Mapped[int | None] = mapped_column(Minor)
    winner_signup_id: Mapped[int | None] = mapped_column(ForeignKey("trade_auction_signup.id"))
    winner_organisation_id: Mapped[int | None]
    winner_name: Mapped[str | None]
    closed_at: Mapped[datetime] = mapped_column(index=True)
    last_seq: Mapped[int]
    head: Mapped[str]


append_only(Outcome.__table__)  # type: ignore[arg-type]


class FallenSale(Base):
    """A sale that came to no deal: by default, by agreement or annulled; the log stays."""

    __tablename__ = "trade_auction_fallen"
    __table_args__ = (CheckConstraint(one_of("why", SALE_ENDS), name="why_known"),)

    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), primary_key=True)
    why: Mapped[str]
    at: Mapped[datetime]


append_only(FallenSale.__table__)  # type: ignore[arg-type]


class Round(Base):
    """A lot that follows an earlier one of the same listing; without a row it is the first."""

    __tablename__ = "trade_auction_round"
    __table_args__ = (
        CheckConstraint("round > 1", name="not_the_first"),
        CheckConstraint("follows_id <> auction_id", name="follows_another"),
    )

    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), primary_key=True)
    follows_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), unique=True)
    round: Mapped[int]


append_only(Round.__table__)  # type: ignore[arg-type]


class Sender(Base):
    """Which person sent the log's entry ``seq``, through which door: the log knows paddles only."""

    __tablename__ = "trade_auction_sender"

    lot_id: Mapped[int] = mapped_column(ForeignKey("auction_lot.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    via: Mapped[str]
    address: Mapped[str]


append_only(Sender.__table__)  # type: ignore[arg-type]


class Alive(Base):
    """The one row that says when the market was last known to be up (F21)."""

    __tablename__ = "trade_auction_alive"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Watch(Base):
    """A person who wants to hear about a lot."""

    __tablename__ = "trade_auction_watch"

    user_id: Mapped[int] = mapped_column(primary_key=True)
    auction_id: Mapped[int] = mapped_column(ForeignKey("trade_auction.id"), primary_key=True)
    since: Mapped[datetime]
