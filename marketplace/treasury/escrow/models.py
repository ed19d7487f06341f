"""Aggregate: Tariff (treasury_tariff), appended only: a deal keeps its day's commission."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, Table
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base
from marketplace.kernel.guards import append_only


class Tariff(Base):
    """The commission from a day on: of each side ``[from_minor, basis points]``, rising."""

    __tablename__ = "treasury_tariff"

    effective_from: Mapped[date] = mapped_column(primary_key=True)
    buyer_tiers: Mapped[list[Any]] = mapped_column(JSON)
    seller_tiers: Mapped[list[Any]] = mapped_column(JSON)
    why: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[int]


append_only(cast("Table", Tariff.__table__))
