"""Where an order meets the treasury: call, take, release, give back, share out."""

from __future__ import annotations

from datetime import timedelta

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.kernel.options import option
from marketplace.showcase.deals import steps as board
from marketplace.showcase.listings import steps as listing_steps
from marketplace.trade.orders import pledges, roots
from marketplace.trade.orders.amounts import asked_minor, fee_share
from marketplace.trade.orders.events import OrderCompleted
from marketplace.trade.orders.models import Order, OrderStage
from marketplace.trade.orders.states import (
    IN_ESCROW,
    STAGE_FINAL,
    Action,
    StageAction,
    StageState,
    State,
)
from marketplace.trade.orders.turns import current
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.vouchers import queries as vouchers
from marketplace.web.filters import yuan
from rules.days import local_date


def take_deposit(tx: Tx, order: Order) -> None:
    """Step: the winner's deposit goes into the order's escrow (L27); other orders have none."""
    if order.origin != "auction":
        return
    amount = deposits.apply(
        tx, order.origin_id, organisation_id=order.buyer_organisation_id, order_id=order.id
    )
    if amount:  # a deposit whose hold was lost counts nothing: the whole price is called
        roots.remember(tx, order, action="deposit_applied", amount_minor=amount)


def call_next(tx: Tx, order: Order) -> None:
    """Step: ask for the money of the next stage, or end the order when there is none.

    What escrow holds beyond the running stages (the deposit) counts; a stage that it covers is
    funded at once.
    """
    stages = roots.stages_of(tx.db, order.id)
    stage = current(stages)
    if stage is None:
        _complete(tx, order)
        return
    stage.called_at = tx.now
    roots.move_stage(tx, order, stage, StageAction.CALL)
    wanted = asked_minor(order, stage)
    missing = wanted - free_minor(tx, order, stages)
    if missing <= 0:
        fund(tx, order, stage)
        return
    escrow.call(
        tx,
        escrow.Call(
            order_id=order.id,
            order_number=order.number,
            stage=stage.stage,
            buyer_organisation_id=order.buyer_organisation_id,
            buyer_name=order.buyer_name,
            amount_minor=missing,
            due_at=tx.now + timedelta(days=option(tx.db, "stage_payment_days")),
        ),
    )


def free_minor(tx: Tx, order: Order, stages: list[OrderStage]) -> int:
    """Step: what escrow holds and no running stage has taken, in fen."""
    bound = sum(asked_minor(order, one) for one in stages if one.state in IN_ESCROW)
    return escrow.balance(tx, order.id) - bound


def go_on(tx: Tx, order: Order) -> None:
    """Step: what kept the running stage from being funded or paid out may be over now."""
    stages = roots.stages_of(tx.db, order.id)
    stage = current(stages)
    if order.state != State.SIGNED or stage is None:
        return
    if stage.state == StageState.ACCEPTED:
        release(tx, order, stage)
    arrived = free_minor(tx, order, stages) >= asked_minor(order, stage)
    if stage.state == StageState.DUE and arrived:
        fund(tx, order, stage)


def fund(tx: Tx, order: Order, stage: OrderStage) -> None:
    """Step: the stage's money is in escrow; the seller's term begins."""
    stage.funded_at, stage.deliver_by = tx.now, tx.now + timedelta(days=stage.days)
    roots.move_stage(tx, order, stage, StageAction.FUND, amount_minor=asked_minor(order, stage))


def release(tx: Tx, order: Order, stage: OrderStage) -> None:
    """Step: an accepted stage's money goes on to the seller, less his share of the commission.

    A stage that waits for the register's certificate is left as it is (专利法 10; L21); so is
    one whose money is a voucher that its issuer has not paid yet (L79).
    """
    waits = stage.needs_certificate and stage.certificate_on is None
    if waits or _cash_minor(tx, order) < asked_minor(order, stage):
        roots.settle_turn(tx, order)
        return
    stage.released_at = tx.now
    roots.move_stage(tx, order, stage, StageAction.RELEASE, amount_minor=stage.amount_minor)
    fee = fee_share(order, stage, roots.stages_of(tx.db, order.id))
    buyer_fee = asked_minor(order, stage) - stage.amount_minor
    escrow.release(
        tx,
        _release_of(
            tx, order, stage.stage, to_seller=stage.amount_minor - fee, fees=fee + buyer_fee
        ),
    )
    call_next(tx, order)


def _release_of(tx: Tx, order: Order, stage: int, *, to_seller: int, fees: int) -> escrow.Release:
    first = pledges.first_paid(tx, order, amount_minor=to_seller)
    return escrow.Release(
        order_id=order.id,
        order_number=order.number,
        stage=stage,
        seller_organisation_id=order.seller_organisation_id,
        seller_name=order.seller_name,
        amount_minor=to_seller,
        commission_minor=fees,
        first=tuple(first),
    )


def _cash_minor(tx: Tx, order: Order) -> int:
    """Step: what escrow holds that is money already, not a claim on a voucher's issuer; in fen."""
    return escrow.balance(tx, order.id) - vouchers.outstanding(tx.db, order.id)


def give_back(tx: Tx, order: Order, *, why: str) -> None:
    """Step: whatever escrow still holds goes back to the buyer; the open stages end."""
    share_out(tx, order, seller_minor=0, why=why)


def unwind(tx: Tx, order: Order, *, why: str) -> None:
    """Step: the order ends without a decision; escrow goes back, the listing is free again."""
    paid = any(
        one.state in IN_ESCROW or one.state == StageState.RELEASED
        for one in roots.stages_of(tx.db, order.id)
    )
    give_back(tx, order, why=why)
    roots.move(tx, order, Action.REFUND if paid else Action.CANCEL, text=why)
    free_listing(tx, order)


def share_out(tx: Tx, order: Order, *, seller_minor: int, why: str) -> None:
    """Step: what escrow holds is split: so much to the seller, the rest to the buyer.

    Raises Conflict when the seller's part is not all money yet (L79: nobody else's pays it).
    """
    held, cash = escrow.balance(tx, order.id), _cash_minor(tx, order)
    if seller_minor > cash:
        raise Conflict("orders.voucher_outstanding", most=yuan(cash))
    stages = [one for one in roots.stages_of(tx.db, order.id) if one.state not in STAGE_FINAL]
    last = max((one.stage for one in stages if one.state in IN_ESCROW), default=1)
    if seller_minor:
        escrow.release(tx, _release_of(tx, order, last, to_seller=seller_minor, fees=0))
    if held > seller_minor:
        escrow.refund(
            tx,
            escrow.Refund(
                order_id=order.id,
                order_number=order.number,
                buyer_organisation_id=order.buyer_organisation_id,
                buyer_name=order.buyer_name,
                amount_minor=held - seller_minor,
                why=why,
            ),
        )
    for stage in stages:
        _end(tx, order, stage, paid=bool(seller_minor))


def _end(tx: Tx, order: Order, stage: OrderStage, *, paid: bool) -> None:
    if stage.state not in IN_ESCROW:
        if stage.state == StageState.DUE:
            escrow.call_off(tx, order.id, stage=stage.stage)
        roots.move_stage(tx, order, stage, StageAction.DROP)
        return
    certified = not stage.needs_certificate or stage.certificate_on is not None
    ends_paid = paid and certified
    roots.move_stage(tx, order, stage, StageAction.RELEASE if ends_paid else StageAction.REFUND)


def call_off(tx: Tx, order: Order, *, why: str, action: Action = Action.CANCEL) -> None:
    """Step: the order ends before any money moved: open calls fall, the listing is free again."""
    for stage in roots.stages_of(tx.db, order.id):
        if stage.state not in STAGE_FINAL:
            _end(tx, order, stage, paid=False)
    roots.move(tx, order, action, text=why)
    free_listing(tx, order)


def free_listing(tx: Tx, order: Order) -> None:
    """Step: an offer's listing is on sale again; an auction's lot is the auction room's affair."""
    if order.origin != "auction":
        listing_steps.release(tx, order.listing_id)


def _complete(tx: Tx, order: Order) -> None:
    roots.move(tx, order, Action.FINISH)
    if order.origin != "auction":
        listing_steps.mark_sold(tx, order.listing_id)
        board.record(tx, _deal(order))
    tx.emit(OrderCompleted(order.id))


def _deal(order: Order) -> board.RecordDeal:
    return board.RecordDeal(
        origin="order",
        origin_id=str(order.id),
        title=order.title,
        title_en=order.title_en,
        kind=order.subject_kind,
        cluster=order.cluster,
        mode=str(order.terms["mode"]),
        way=order.way,
        price_minor=order.price_minor,
        start_minor=order.start_minor,
        agreed_on=local_date(order.agreed_at),
        listing_id=order.listing_id,
        seller_name="" if order.hides_seller else order.seller_name,
        buyer_name="" if order.hides_buyer else order.buyer_name,
        ipc=str(order.ipc[0])[:4] if order.ipc else "",
        trl=order.trl,
    )
