"""Steps of other rooms' transactions: open an order, run its publicity, sign its contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.kernel.ids import token
from marketplace.kernel.options import option
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings import steps as listing_steps
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.orders import facts, money, roots
from marketplace.trade.orders.events import OrderOpened
from marketplace.trade.orders.models import Order, OrderStage
from marketplace.trade.orders.states import Action, StageState, State
from marketplace.trade.orders.terms import DealTerms, split
from marketplace.treasury.escrow import queries as tariffs
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed, with whom and how it came about.

    ``origin`` is ``offer``, ``auction`` or ``second_bidder``, ``way`` a value of
    the deals board. An auction holds the listing already; the others take hold of it here.
    ``sign_by`` None: so many days as the option says. ``buyer_commission_minor`` None: by the
    tariff in force.
    """

    origin: str
    origin_id: int
    listing_id: int
    buyer_organisation_id: int
    buyer_name: str
    terms: DealTerms
    way: str
    hides_buyer: bool = False
    hides_seller: bool = False
    start_minor: int | None = None
    sign_by: datetime | None = None
    buyer_commission_minor: int | None = None


def open_order(tx: Tx, agreed: Agreed) -> int:
    """Step: the order of an agreed deal; its number in the database.

    The listing is held under its lock, so of two acceptances one gets it. Raises Conflict when
    it is not on sale any more, or when seller and buyer are one.
    """
    lot = listings.lot_terms(tx.db, agreed.listing_id)
    if lot.organisation_id is None or lot.organisation_id == agreed.buyer_organisation_id:
        raise Conflict("orders.one_party")
    order = _new(tx, agreed, lot)
    tx.db.add(order)
    tx.db.flush()
    order.number = f"XD-{tx.now.astimezone(SHANGHAI).year}-{order.id:04d}"
    if agreed.origin != "auction":
        listing_steps.reserve(tx, lot.listing_id, holder="order", holder_id=order.id)
    tx.db.add_all(_stages(order, agreed.terms))
    tx.db.flush()
    roots.remember(tx, order, action="open", price_minor=order.price_minor)
    tx.emit(OrderOpened(order.id, order.needs_publicity))
    return order.id


def _new(tx: Tx, agreed: Agreed, lot: LotTerms) -> Order:
    price, content = agreed.terms.price_minor, lot.content
    fees = tariffs.commission_of(tx.db, price, on=local_date(tx.now))
    buyer_fee = agreed.buyer_commission_minor
    days = timedelta(days=option(tx.db, "order_sign_days"))
    return Order(
        number=f"new-{token()}",
        state=State.AGREED,
        version=0,
        origin=agreed.origin,
        origin_id=agreed.origin_id,
        listing_id=lot.listing_id,
        listing_version=lot.version,
        title=lot.title,
        title_en=lot.title_en,
        subject_kind=lot.kind,
        subject_number=lot.number or "",
        cluster=lot.cluster,
        ipc=list(content.ipc),
        trl=content.trl,
        seller_organisation_id=lot.organisation_id,
        seller_name=lot.organisation_name,
        hides_seller=agreed.hides_seller,
        buyer_organisation_id=agreed.buyer_organisation_id,
        buyer_name=agreed.buyer_name,
        hides_buyer=agreed.hides_buyer,
        price_minor=price,
        terms=agreed.terms.to_json(),
        way=agreed.way,
        start_minor=agreed.start_minor,
        buyer_commission_minor=fees.buyer_minor if buyer_fee is None else buyer_fee,
        seller_commission_minor=fees.seller_minor,
        needs_publicity=lot.state_founded and agreed.way == "negotiated",
        agreed_at=tx.now,
        sign_by=agreed.sign_by or tx.now + days,
    )


def _stages(order: Order, terms: DealTerms) -> list[OrderStage]:
    planned = terms.planned()
    amounts = split(order.price_minor, planned)
    return [
        OrderStage(
            order_id=order.id,
            stage=number,
            state=StageState.PLANNED,
            title=stage.title,
            delivers=stage.delivers,
            amount_minor=amount,
            days=stage.days,
            needs_certificate=stage.needs_certificate,
        )
        for number, (stage, amount) in enumerate(zip(planned, amounts, strict=True), start=1)
    ]


def begin_publicity(tx: Tx, order_id: int) -> None:
    """Step: 公示 runs; nobody signs meanwhile (L34). Raises Conflict in another state."""
    roots.move(tx, roots.lock(tx, order_id), Action.PUBLISH)


def clear_publicity(tx: Tx, order_id: int) -> None:
    """Step: 公示 ended without an open objection; the signing term begins now (L34)."""
    order = roots.lock(tx, order_id)
    order.publicity_cleared_at = tx.now
    order.sign_by = tx.now + timedelta(days=option(tx.db, "order_sign_days"))
    roots.move(tx, order, Action.CLEAR)


def fail_publicity(tx: Tx, order_id: int, *, why: str) -> None:
    """Step: an objection was upheld: the deal does not come about."""
    money.call_off(tx, roots.lock(tx, order_id), why=why)


def note_signature(tx: Tx, order_id: int, *, side: str) -> None:
    """Step: one side signed, the other has not yet: whoever is missing is the one in default."""
    roots.remember(tx, roots.lock(tx, order_id), action=f"signed_{side}")


def unsign(tx: Tx, order_id: int) -> None:
    """Step: the contract was changed: what one side signed before does not count any more."""
    order = roots.lock(tx, order_id)
    if facts.signed_side(tx.db, order_id):
        roots.remember(tx, order, action="signature_void")


def annul(tx: Tx, order_id: int, *, why: str) -> None:
    """Step: the sale is undone: what is in escrow goes back, the order ends.

    Raises Conflict (``orders.paid_out``) once a part of the price was paid out, or for an order
    that has ended.
    """
    order = roots.lock(tx, order_id)
    stages = roots.stages_of(tx.db, order.id)
    if any(stage.state == StageState.RELEASED for stage in stages):
        raise Conflict("orders.paid_out")
    if order.state == State.DISPUTED:
        money.give_back(tx, order, why=why)
        roots.move(tx, order, Action.REFUND, text=why)
        money.free_listing(tx, order)
    else:
        money.unwind(tx, order, why=why)


def mark_signed(tx: Tx, order_id: int) -> None:
    """Step: both sides signed the contract: the first stage's money is called.

    The winner's deposit of an auction counts to the price (L27). Raises Conflict in another
    state, or while 公示 is owed (L33, L34).
    """
    order = roots.lock(tx, order_id)
    if order.needs_publicity and order.publicity_cleared_at is None:
        raise Conflict("orders.publicity_owed")
    order.signed_at = tx.now
    roots.move(tx, order, Action.SIGN)
    money.take_deposit(tx, order)
    money.call_next(tx, order)
