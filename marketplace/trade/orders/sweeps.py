"""What the clock does to orders: remind, accept in silence, and let go of what nobody signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.jobs import Job
from marketplace.kernel.options import option
from marketplace.trade.orders import money, roots
from marketplace.trade.orders.commands import accept_stage
from marketplace.trade.orders.events import ActDueSoon, OrderOverdue
from marketplace.trade.orders.facts import signed_side
from marketplace.trade.orders.models import Order, OrderHistory, OrderStage
from marketplace.trade.orders.states import Action, StageState, State
from marketplace.trade.orders.turns import current

REMIND_BEFORE = timedelta(days=2)
BATCH = 100


def remind(ctx: Context) -> int:
    """Tell once about each term that ends within two days; how many."""

    def tell(tx: Tx, order: Order) -> None:
        order.reminded_at = tx.now
        tx.emit(ActDueSoon(order.id))

    return _each(
        ctx,
        lambda tx: Order.reminded_at.is_(None) & (Order.act_by <= tx.now + REMIND_BEFORE),
        tell,
    )


def accept_silence(ctx: Context) -> int:
    """What the buyer did not answer within his term counts as accepted and is paid out."""

    def accept(tx: Tx, order: Order) -> None:
        stage = current(roots.stages_of(tx.db, order.id))
        if stage is not None and stage.state == StageState.DELIVERED:
            accept_stage(tx, order, stage, text="验收期届满未提出异议")

    return _each(
        ctx,
        lambda tx: (Order.state == State.SIGNED) & (Order.turn == "buyer")
        & (Order.act_by <= tx.now) & _delivered(),
        accept,
    )  # fmt: skip


def _delivered() -> ColumnElement[bool]:
    return Order.id.in_(select(OrderStage.order_id).where(OrderStage.state == StageState.DELIVERED))


def warn_overdue(ctx: Context) -> int:
    """Tell both sides once that the term to sign is over and until when the grace runs (L16)."""

    def warn(tx: Tx, order: Order) -> None:
        roots.remember(tx, order, action="overdue")
        tx.emit(OrderOverdue(order.id))

    def late(tx: Tx) -> ColumnElement[bool]:
        known = select(OrderHistory.order_id).where(OrderHistory.action == "overdue")
        unsigned = (Order.state == State.AGREED) & (Order.turn == "both")
        return unsigned & (Order.sign_by <= tx.now) & Order.id.not_in(known)

    return _each(ctx, late, warn)


def let_go(ctx: Context) -> int:
    """Unsigned past the term and the grace: an auction's buyer defaults, an offer's order ends.

    拍卖法 39, L16: sold → confirmation → overdue → default; the auction room draws the
    consequences when it hears of it. A buyer who signed is in no default: the seller is.
    """

    def end(tx: Tx, order: Order) -> None:
        if signed_side(tx.db, order.id) == "buyer":
            money.call_off(tx, order, why="卖方逾期未签订合同")
        elif order.origin == "auction":
            money.call_off(tx, order, why="逾期未签订合同", action=Action.DEFAULT)
        else:
            money.call_off(tx, order, why="双方逾期未签订合同")

    def late(tx: Tx) -> ColumnElement[bool]:
        grace = timedelta(days=option(tx.db, "order_default_grace_days"))
        return (
            (Order.state == State.AGREED)
            & (Order.turn == "both")
            & (Order.sign_by <= tx.now - grace)
        )

    return _each(ctx, late, end)


def _each(
    ctx: Context,
    due: Callable[[Tx], ColumnElement[bool]],
    act: Callable[[Tx, Order], None],
) -> int:
    """One transaction per order, so that one that cannot move stops nobody else."""
    done = 0
    with ctx.transaction() as tx:
        found = list(tx.db.scalars(select(Order.id).where(due(tx)).order_by(Order.id).limit(BATCH)))
    for order_id in found:
        with ctx.transaction() as tx:
            order = roots.lock(tx, order_id)
            still = select(Order.id).where(Order.id == order_id, due(tx))
            if tx.db.scalar(still) is not None:
                act(tx, order)
                done += 1
    return done


JOBS = (
    Job("orders.remind", timedelta(hours=1), remind),
    Job("orders.accept_silence", timedelta(minutes=10), accept_silence),
    Job("orders.warn_overdue", timedelta(minutes=10), warn_overdue),
    Job("orders.let_go", timedelta(minutes=10), let_go),
)
