"""Aggregate: SaleSession (root) with its lots and guests; beside it the log of a rehearsal.

Tables: trade_session, trade_session_lot, trade_session_guest, trade_session_rehearsal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.auctions.moves import MODES
from marketplace.trade.sessions.states import PLACES, RUNNINGS, STATES


class SaleSession(Base):
    """Lots that are sold together. ``mode`` is that of all its lots: never 拍卖 beside 竞价 (L3).

    Auctioneer and clerk are two people (L17). ``current_auction_id`` is the lot that is up in
    the hall; ``heartbeat_at`` is when its console was last heard of.
    """

    __tablename__ = "trade_session"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint(one_of("mode", MODES), name="mode_known"),
        CheckConstraint(one_of("place", PLACES), name="place_known"),
        CheckConstraint(one_of("running", RUNNINGS), name="running_known"),
        CheckConstraint("auctioneer_id <> clerk_id", name="clerk_is_another"),
        CheckConstraint("place = 'web' OR running = 'sequence'", name="hall_in_sequence"),
        CheckConstraint("place <> 'web' OR NOT is_rehearsal", name="rehearsal_in_hall"),
        CheckConstraint(
            "state NOT IN ('open', 'over') OR opened_at IS NOT NULL", name="opened_has_time"
        ),
        CheckConstraint("state = 'open' OR current_auction_id IS NULL", name="current_while_open"),
        Index("ix_trade_session_state_starts", "state", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    mode: Mapped[str]
    place: Mapped[str]
    running: Mapped[str]
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    title_en: Mapped[str]
    venue: Mapped[str]
    starts_at: Mapped[datetime]
    auctioneer_id: Mapped[int]
    auctioneer_name: Mapped[str]
    clerk_id: Mapped[int]
    clerk_name: Mapped[str]
    current_auction_id: Mapped[int | None]
    heartbeat_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int]
    announced_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    over_at: Mapped[datetime | None]


class SessionLot(Base):
    """A lot's place in the running order; a lot is in one session, rehearsals apart."""

    __tablename__ = "trade_session_lot"
    __table_args__ = (
        UniqueConstraint("session_id", "position"),
        UniqueConstraint("session_id", "auction_id"),
        Index(
            "uq_trade_session_lot_real",
            "auction_id",
            unique=True,
            sqlite_where=text("NOT is_rehearsal"),
            postgresql_where=text("NOT is_rehearsal"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("trade_session.id"))
    auction_id: Mapped[int] = mapped_column(index=True)
    is_rehearsal: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]


class Guest(Base):
    """A party with a paddle of this session. ``user_id`` holds it: his identity card was seen.

    ``claim_sealed`` is the code of a party without an account, encrypted, for its sheet.
    """

    __tablename__ = "trade_session_guest"
    __table_args__ = (
        UniqueConstraint("session_id", "paddle"),
        UniqueConstraint("session_id", "organisation_id"),
        CheckConstraint("paddle BETWEEN 1 AND 100", name="paddle_of_the_hall"),
        CheckConstraint("entered_by <> user_id", name="desk_is_not_the_guest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("trade_session.id"))
    paddle: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(index=True)
    organisation_name: Mapped[str]
    user_id: Mapped[int] = mapped_column(index=True)
    holder_name: Mapped[str]
    hides_name: Mapped[bool] = mapped_column(default=False)
    claim_sealed: Mapped[str | None]
    rules_read_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int]


class RehearsalEntry(Base):
    """The log of a rehearsed lot, apart from every real one: no result, no deal, no money."""

    __tablename__ = "trade_session_rehearsal"

    session_lot_id: Mapped[int] = mapped_column(
        ForeignKey("trade_session_lot.id"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    bidder: Mapped[str | None]
    key: Mapped[str | None]
    payload_hash: Mapped[str | None]
    public: Mapped[str] = mapped_column(Text)
    secret: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None]
    hash: Mapped[str]


append_only(RehearsalEntry.__table__)  # type: ignore[arg-type]
