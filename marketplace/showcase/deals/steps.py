"""Step of other rooms' transactions: put a deal on the board."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.showcase.deals.models import Deal


@dataclass(frozen=True, slots=True)
class RecordDeal:
    """What the board shows. Leave a name empty where the party asked for secrecy (L22)."""

    origin: str
    origin_id: str
    title: str
    kind: str
    cluster: str
    mode: str
    way: str
    price_minor: int
    agreed_on: date
    title_en: str = ""
    listing_id: int | None = None
    auction_id: int | None = None
    start_minor: int | None = None
    seller_name: str = ""
    buyer_name: str = ""
    registration_number: str = ""
    ipc: str = ""
    trl: int | None = None


def record(tx: Tx, deal: RecordDeal) -> int:
    """Step: put the deal on the board once; the same origin again changes nothing."""
    same = select(Deal.id).where(Deal.origin == deal.origin, Deal.origin_id == deal.origin_id)
    known = tx.db.scalar(same)
    if known is not None:
        return known
    row = Deal(**asdict(deal), recorded_at=tx.now)
    tx.db.add(row)
    tx.db.flush()
    tx.audit("deal.recorded", "deal", row.id, origin=f"{deal.origin}:{deal.origin_id}")
    return row.id


def fall_through(tx: Tx, *, origin: str, origin_id: str) -> None:
    """Step: the deal did not come about: it leaves the board; nothing to do is no error."""
    same = (Deal.origin == origin) & (Deal.origin_id == origin_id)
    row = tx.db.scalar(select(Deal).where(same, Deal.fell_through_at.is_(None)))
    if row is not None:
        row.fell_through_at = tx.now
        tx.audit("deal.fell_through", "deal", row.id, origin=f"{origin}:{origin_id}")


@dataclass(frozen=True, slots=True)
class Sides:
    """How the board names the two sides of a deal; empty where one asked for secrecy (L22)."""

    origin: str
    origin_id: str
    seller_name: str
    buyer_name: str


def name_sides(tx: Tx, sides: Sides) -> None:
    """Step: name the sides anew; a deal that is not on the board yet is no error."""
    same = (Deal.origin == sides.origin) & (Deal.origin_id == sides.origin_id)
    row = tx.db.scalar(select(Deal).where(same))
    if row is not None:
        row.seller_name, row.buyer_name = sides.seller_name, sides.buyer_name


def keep_registration(tx: Tx, *, origin: str, origin_id: str, number: str) -> None:
    """Step: the number of the registered contract stands beside the deal (L47)."""
    same = (Deal.origin == origin) & (Deal.origin_id == origin_id)
    row = tx.db.scalar(select(Deal).where(same))
    if row is not None:
        row.registration_number = number
