"""Rows: one published deal."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor


class Deal(Base):
    """A deal on the public board; ``price_minor`` in fen. Names are empty where kept secret (L22).

    A deal that fell through keeps its row and leaves the board. ``origin`` and ``origin_id`` say
    what it came from, so that it is recorded once.
    """

    __tablename__ = "showcase_deal"
    __table_args__ = (
        UniqueConstraint("origin", "origin_id"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("way IN ('auction', 'tender', 'fixed', 'negotiated')", name="way_known"),
        Index("ix_showcase_deal_agreed_on_id", "agreed_on", "id"),
        Index("ix_showcase_deal_cluster_agreed_on_id", "cluster", "agreed_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str]
    origin_id: Mapped[str]
    listing_id: Mapped[int | None]
    auction_id: Mapped[int | None]
    title: Mapped[str]
    title_en: Mapped[str]
    kind: Mapped[str]
    cluster: Mapped[str]
    mode: Mapped[str]
    way: Mapped[str]
    price_minor: Mapped[int] = mapped_column(Minor)
    start_minor: Mapped[int | None] = mapped_column(Minor)
    seller_name: Mapped[str]
    buyer_name: Mapped[str]
    agreed_on: Mapped[date]
    registration_number: Mapped[str]
    ipc: Mapped[str] = mapped_column(default="", server_default="")
    trl: Mapped[int | None]
    recorded_at: Mapped[datetime]
    fell_through_at: Mapped[datetime | None]
