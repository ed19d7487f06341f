"""Reads: what escrow holds, what is called, and what the market takes on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.options import option
from marketplace.treasury.escrow.models import Tariff
from marketplace.treasury.escrow.steps import PURPOSE, ROYALTY
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.payments import queries as payments
from marketplace.treasury.payments.queries import OpenCall
from rules.auction_sums import Tier, commission_minor


@dataclass(frozen=True, slots=True)
class TariffLine:
    """The commission of both sides from a day on; ``effective_from`` None: the market's option."""

    effective_from: date | None
    buyer: tuple[Tier, ...]
    seller: tuple[Tier, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Commission:
    """What the market takes of a price, by side, in fen."""

    buyer_minor: int
    seller_minor: int


def balance(db: Session, order_id: int) -> int:
    """What escrow holds for an order now, in fen."""
    return ledger.balance_of(db, chart.escrow(order_id))


def open_call(db: Session, order_id: int) -> OpenCall | None:
    """What the buyer of an order is asked to pay now; None when nothing is open."""
    return payments.open_call(db, PURPOSE, thing_id=order_id)


def tariff_on(db: Session, on: date) -> TariffLine:
    """The tariff in force on a day; without one, the market's option for both sides."""
    query = (
        select(Tariff)
        .where(Tariff.effective_from <= on)
        .order_by(Tariff.effective_from.desc())
        .limit(1)
    )
    row = db.scalar(query)
    if row is None:
        flat = (Tier(0, option(db, "commission_percent_hundredths")),)
        return TariffLine(None, flat, flat)
    return _line(row)


def tariffs(db: Session) -> list[TariffLine]:
    """Every tariff, the newest first."""
    return [_line(row) for row in db.scalars(select(Tariff).order_by(Tariff.effective_from.desc()))]


def commission_of(db: Session, price_minor: int, *, on: date) -> Commission:
    """The commission of both sides for a price (fen) agreed on a day (L20)."""
    tariff = tariff_on(db, on)
    return Commission(
        commission_minor(price_minor, tariff.buyer), commission_minor(price_minor, tariff.seller)
    )


def _line(row: Tariff) -> TariffLine:
    sides = [
        tuple(Tier(int(low), int(points)) for low, points in tiers)
        for tiers in (row.buyer_tiers, row.seller_tiers)
    ]
    return TariffLine(row.effective_from, sides[0], sides[1], row.why)


def royalty_references(db: Session, order_id: int) -> dict[int, str]:
    """The codes of the royalties that are called and not paid, by the statement's number."""
    calls = payments.open_calls(db, ROYALTY, thing_id=order_id)
    return {one.stage: one.reference for one in calls}


def held(db: Session) -> dict[int, int]:
    """Order → what its escrow holds, in fen."""
    found = ledger.balances(db, chart.Kind.ESCROW)
    return {int(subject.removeprefix("order:")): minor for subject, minor in found.items()}


def released(db: Session) -> dict[int, dict[int, int]]:
    """Order → stage → what was released of it, to whomever, in fen."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for key, minor in ledger.amounts_by_key(db, ("release",)).items():
        _order, order_id, what, stage = key.split(":")
        if what == "release":
            found[int(order_id)][int(stage)] = minor
    return found
