"""What an order gives to its contract: read once, frozen, nothing of the rows goes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.trade.orders.models import Order, OrderStage
from marketplace.trade.orders.terms import DealTerms, from_json


@dataclass(frozen=True, slots=True)
class StageBasis:
    """One part of the price as the contract prints it. ``days`` count from the payment."""

    title: str
    delivers: str
    amount_minor: int
    days: int
    needs_certificate: bool


@dataclass(frozen=True, slots=True)
class ContractBasis:
    """The agreed deal. ``is_open``: the order still waits for its contract.

    ``needs_publicity``: 公示 must have ended without open objections before anybody signs (L34).
    """

    order_id: int
    order_number: str
    is_open: bool
    listing_id: int
    listing_version: int
    title: str
    subject_kind: str
    subject_number: str
    seller_organisation_id: int
    seller_name: str
    buyer_organisation_id: int
    buyer_name: str
    price_minor: int
    terms: DealTerms
    way: str
    needs_publicity: bool
    agreed_at: datetime
    sign_by: datetime
    stages: tuple[StageBasis, ...]


def contract_basis(db: Session, order_id: int) -> ContractBasis:
    """The basis of an order's contract; raises NotFound. Amounts in fen."""
    order = db.get(Order, order_id)
    if order is None:
        raise NotFound
    same = ("listing_id", "listing_version", "title", "subject_kind", "subject_number",
            "seller_organisation_id", "seller_name", "buyer_organisation_id", "buyer_name",
            "price_minor", "way", "agreed_at", "sign_by")  # fmt: skip
    return ContractBasis(
        order_id=order.id,
        order_number=order.number,
        is_open=order.state in ("agreed", "publicity"),
        terms=from_json(order.terms),
        needs_publicity=order.needs_publicity,
        stages=_stages(db, order_id),
        **{name: getattr(order, name) for name in same},
    )


def _stages(db: Session, order_id: int) -> tuple[StageBasis, ...]:
    columns = [getattr(OrderStage, name) for name in StageBasis.__slots__]
    query = select(*columns).where(OrderStage.order_id == order_id).order_by(OrderStage.stage)
    return tuple(StageBasis(*row) for row in db.execute(query))
