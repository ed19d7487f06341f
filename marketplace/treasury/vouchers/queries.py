"""Reads of vouchers: SQL in, frozen values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.vouchers.models import Voucher
from marketplace.web.pagination import Slice, cut, decode

PAGE = 30


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """A voucher as both sides and the treasurer see it. Amounts in fen."""

    id: int
    number: str
    issuer: str
    usable_for: str
    valid_until: date
    amount_minor: int
    returned_minor: int
    repaid_minor: int
    organisation_id: int
    organisation_name: str
    order_id: int
    call_reference: str
    state: str
    claim_reference: str
    claimed_at: datetime
    claimed_by: int
    settled_at: datetime | None
    ended_why: str


_LINE = tuple(getattr(Voucher, name) for name in VoucherLine.__slots__)
TABS: dict[str, ColumnElement[bool]] = {
    "claimed": Voucher.state == "claimed",
    "confirmed": Voucher.state == "confirmed",
    "done": Voucher.state.in_(("settled", "returned", "refused", "withdrawn")),
}


def vouchers(db: Session, tab: str, *, cursor: str | None = None) -> Slice[VoucherLine]:
    """One tab, newest first."""
    key = decode(cursor, length=1)
    query = select(*_LINE).where(TABS[tab])
    if key is not None:
        query = query.where(Voucher.id < key[0])
    rows = db.execute(query.order_by(Voucher.id.desc()).limit(PAGE + 1))
    lines = [VoucherLine(*row) for row in rows]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def counts(db: Session) -> dict[str, int]:
    """How many vouchers each tab holds."""
    columns = [func.count().filter(test).label(tab) for tab, test in TABS.items()]
    return dict(db.execute(select(*columns).select_from(Voucher)).one()._mapping)


def of_order(db: Session, order_id: int) -> list[VoucherLine]:
    """The vouchers of an order, oldest first."""
    query = select(*_LINE).where(Voucher.order_id == order_id).order_by(Voucher.id)
    return [VoucherLine(*row) for row in db.execute(query)]


def outstanding(db: Session, order_id: int) -> int:
    """What issuers still owe of an order's escrow, in fen: that much of it is no money yet."""
    query = select(Voucher.id).where(Voucher.order_id == order_id, Voucher.state == "confirmed")
    return sum(ledger.balance_of(db, chart.voucher(number)) for number in db.scalars(query))
