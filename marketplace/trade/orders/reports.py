"""Rows for other programs: invoice data of commission and of sales, a seller's deals of a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.errors import Invalid
from marketplace.kernel.options import option
from marketplace.trade.orders.amounts import asked_minor, fee_share
from marketplace.trade.orders.models import Order, OrderStage
from rules.days import add_years, end_of, local_date, start_of

WHOLE = 10_000
LONGEST_YEARS = 1


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What one invoice must say. Amounts in fen; ``tax_hundredths`` None: the issuer knows it."""

    on: date
    order_number: str
    title: str
    credit_code: str
    item: str
    total_minor: int
    tax_hundredths: int | None

    @property
    def tax_minor(self) -> int:
        """The tax inside the total, rounded half up to the fen."""
        rate = self.tax_hundredths or 0
        part = Decimal(self.total_minor * rate) / (WHOLE + rate)
        return int(part.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal of a year's report (促进科技成果转化法 21; L40). Amounts in fen."""

    number: str
    title: str
    subject_number: str
    mode: str
    way: str
    buyer_name: str
    signed_on: date
    price_minor: int
    paid_minor: int
    state: str


def ask_period(first: date, last: date) -> None:
    """Raise Invalid for a period that is none or longer than a year."""
    if first > last or last >= add_years(first, LONGEST_YEARS):
        raise Invalid("orders.bad_period")


def commission_lines(db: Session, first: date, last: date) -> list[InvoiceLine]:
    """What the market took in a period from both sides, one line per payer and stage (发票数据)."""
    rate, lines = option(db, "invoice_tax_hundredths"), []
    for order, stage, stages in _released(db, first, last):
        on = local_date(stage.released_at) if stage.released_at else last
        sides = (
            ("buyer", asked_minor(order, stage) - stage.amount_minor),
            ("seller", fee_share(order, stage, stages)),
        )
        for side, minor in sides:
            if minor:
                name, code = _title(db, order, side)
                item = f"技术交易服务费（第 {stage.stage} 期）"
                lines.append(InvoiceLine(on, order.number, name, code, item, minor, rate))
    return lines


def sale_lines(db: Session, seller_id: int, first: date, *, last: date) -> list[InvoiceLine]:
    """What a seller invoices his buyers for, one line per stage that was paid out."""
    own, lines = Order.seller_organisation_id == seller_id, []
    for order, stage, _stages in _released(db, first, last, only=own):
        on = local_date(stage.released_at) if stage.released_at else last
        name, code = _title(db, order, "buyer")
        item = f"{order.title}（第 {stage.stage} 期）"
        lines.append(InvoiceLine(on, order.number, name, code, item, stage.amount_minor, None))
    return lines


def has_deals(db: Session, seller_id: int, year: int) -> bool:
    """True when the seller signed a contract in that calendar year."""
    return db.scalar(select(Order.id).where(_signed_in(seller_id, year)).limit(1)) is not None


def _signed_in(seller_id: int, year: int) -> ColumnElement[bool]:
    since, until = start_of(date(year, 1, 1)), start_of(date(year + 1, 1, 1))
    signed = (Order.signed_at >= since) & (Order.signed_at < until)
    return (Order.seller_organisation_id == seller_id) & signed


def year_lines(db: Session, seller_id: int, year: int) -> list[DealLine]:
    """A seller's deals whose contract was signed in a calendar year, in that order."""
    query = select(Order).where(_signed_in(seller_id, year))
    orders = list(db.scalars(query.order_by(Order.signed_at, Order.id)))
    paid = _paid(db, [order.id for order in orders])
    return [
        DealLine(
            order.number, order.title, order.subject_number, str(order.terms["mode"]), order.way,
            order.buyer_name, local_date(_known(order.signed_at)), order.price_minor,
            paid.get(order.id, 0), order.state,
        )
        for order in orders
    ]  # fmt: skip


def _released(
    db: Session, first: date, last: date, *, only: ColumnElement[bool] | None = None
) -> Iterable[tuple[Order, OrderStage, list[OrderStage]]]:
    """The stages paid out in a period, with their order and all its stages."""
    query = (
        select(Order, OrderStage)
        .join(OrderStage, OrderStage.order_id == Order.id)
        .where(OrderStage.released_at >= start_of(first), OrderStage.released_at < end_of(last))
        .order_by(OrderStage.released_at, Order.id)
    )
    rows = list(db.execute(query if only is None else query.where(only)))
    ids = {order.id for order, _stage in rows}
    every: dict[int, list[OrderStage]] = {}
    wanted = select(OrderStage).where(OrderStage.order_id.in_(ids))
    for one in db.scalars(wanted.order_by(OrderStage.order_id, OrderStage.stage)):
        every.setdefault(one.order_id, []).append(one)
    return [(order, stage, every[order.id]) for order, stage in rows]


def _paid(db: Session, ids: list[int]) -> dict[int, int]:
    query = select(OrderStage.order_id, OrderStage.amount_minor).where(
        OrderStage.order_id.in_(ids), OrderStage.released_at.is_not(None)
    )
    found: dict[int, int] = {}
    for order_id, minor in db.execute(query):
        found[order_id] = found.get(order_id, 0) + minor
    return found


def _title(db: Session, order: Order, side: str) -> tuple[str, str]:
    """Name and 统一社会信用代码 of a side."""
    page = identity.party_page(db, getattr(order, f"{side}_organisation_id"))
    return getattr(order, f"{side}_name"), page.credit_code or ""


def _known(instant: datetime | None) -> datetime:
    if instant is None:
        raise ValueError("the contract is not signed")
    return instant
