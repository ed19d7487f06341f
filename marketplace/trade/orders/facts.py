"""What the rooms above copy from an order, and the small questions they ask about one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.orders import policy
from marketplace.trade.orders.models import Order, OrderHistory
from marketplace.trade.orders.states import State
from marketplace.trade.orders.terms import Royalty, from_json


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What the rooms above copy from an order. Amount in fen."""

    id: int
    number: str
    state: str
    title: str
    subject_number: str
    mode: str
    price_minor: int
    needs_publicity: bool
    seller_organisation_id: int
    seller_name: str
    buyer_organisation_id: int
    buyer_name: str


def deal_facts(db: Session, order_id: int) -> DealFacts:
    """The facts of an order, for steps that ask their own policy; raises NotFound."""
    order = db.scalar(select(Order).where(Order.id == order_id))
    if order is None:
        raise NotFound
    same = {name: getattr(order, name) for name in DealFacts.__slots__ if name != "mode"}
    return DealFacts(mode=str(order.terms["mode"]), **same)


def signed_side(db: Session, order_id: int) -> str:
    """The side that alone has signed the contract as it is now; empty for none."""
    told = ("signed_buyer", "signed_seller", "signature_void")
    query = select(OrderHistory.action).where(
        OrderHistory.order_id == order_id, OrderHistory.action.in_(told)
    )
    last = db.scalar(query.order_by(OrderHistory.id.desc()).limit(1)) or ""
    return last.removeprefix("signed_") if last.startswith("signed_") else ""


@dataclass(frozen=True, slots=True)
class Commissions:
    """What both sides of a deal owe the market for it, in fen."""

    buyer_minor: int
    seller_minor: int


def commissions_of(db: Session, order_id: int) -> Commissions:
    """The commissions of an order as they were agreed; raises NotFound."""
    query = select(Order.buyer_commission_minor, Order.seller_commission_minor)
    row = db.execute(query.where(Order.id == order_id)).first()
    if row is None:
        raise NotFound
    return Commissions(*row)


def order_of_lot(db: Session, auction_id: int) -> int | None:
    """The order of a lot's winner; None where it was not sold."""
    query = select(Order.id).where(Order.origin == "auction", Order.origin_id == auction_id)
    return db.scalar(query)


def royalty_of(db: Session, order_id: int) -> Royalty | None:
    """The royalty that was agreed beside the entry fee; None for other prices."""
    terms = db.scalar(select(Order.terms).where(Order.id == order_id))
    return None if terms is None else from_json(terms).royalty


def auction_of(db: Session, order_id: int) -> int | None:
    """The auction an order came from; None for an offer's."""
    return db.scalar(select(Order.origin_id).where(Order.id == order_id, Order.origin == "auction"))


def board_keys(db: Session, order_id: int) -> list[tuple[str, str]]:
    """Under which (origin, number) the deals board may hold this order's deal."""
    row = db.execute(select(Order.origin, Order.origin_id).where(Order.id == order_id)).first()
    if row is None:
        return []
    auction = [("auction", str(row.origin_id))] if row.origin == "auction" else []
    return [("order", str(order_id)), *auction]


def is_party(actor: Actor | None, deal: policy.OfParties) -> bool:
    """True for the people of one of its two sides."""
    return policy.party_of(actor, deal) is not None


def key_of_listing(listing_id: SQLColumnExpression[int], organisation_id: int) -> ScalarSelect[int]:
    """The newest order of a listing that an organisation is a party to, for the listing's page."""
    parties = (Order.seller_organisation_id, Order.buyer_organisation_id)
    return (
        select(func.max(Order.id))
        .where(Order.listing_id == listing_id, or_(*(one == organisation_id for one in parties)))
        .scalar_subquery()
    )


def unsigned_lots(db: Session, organisation_id: int) -> frozenset[int]:
    """The auctions this organisation won and has not signed the contract of."""
    query = select(Order.origin_id).where(
        Order.origin == "auction",
        Order.buyer_organisation_id == organisation_id,
        Order.state == State.AGREED,
    )
    return frozenset(db.scalars(query))
