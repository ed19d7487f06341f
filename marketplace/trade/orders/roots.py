"""The order under its lock, and the one way its state, its stages and its history change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.kernel.options import options
from marketplace.trade.orders import policy
from marketplace.trade.orders.events import OrderMoved, StageMoved
from marketplace.trade.orders.models import Order, OrderHistory, OrderStage
from marketplace.trade.orders.states import (
    FINAL,
    Action,
    StageAction,
    State,
    advance,
    advance_stage,
)
from marketplace.trade.orders.turns import turn_of


def lock(tx: Tx, order_id: int) -> Order:
    """Step: the root row under lock; raises NotFound."""
    found = tx.db.scalar(select(Order).where(Order.id == order_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def lock_own(tx: Tx, order_id: int, *, version: int | None = None) -> Order:
    """Step: an order that the actor may bind, under lock.

    Raises NotFound where he may not know of it, Forbidden where he only sees it, Conflict
    (``orders.changed``) when the page he acted on is older than the order (T5).
    """
    order = lock(tx, order_id)
    if not policy.may_view(tx.actor, order):
        raise NotFound
    if not policy.may_act(tx.actor, order):
        raise Forbidden("orders.manager_needed")
    ask_version(order, version)
    return order


def lock_as(tx: Tx, order_id: int, *, party: policy.Party, version: int) -> Order:
    """Step: as ``lock_own``, for what one side alone does; Forbidden for the other."""
    order = lock_own(tx, order_id, version=version)
    if policy.party_of(tx.actor, order) != party:
        raise Forbidden("orders.other_side")
    return order


def ask_version(order: Order, version: int | None) -> None:
    """Raise Conflict when somebody acted meanwhile; None asks nothing (the clock acts)."""
    if version is not None and version != order.version:
        raise Conflict("orders.changed")


def stages_of(db: Session, order_id: int) -> list[OrderStage]:
    """The order's stages in order; locked through their root."""
    query = select(OrderStage).where(OrderStage.order_id == order_id).order_by(OrderStage.stage)
    return list(db.scalars(query.execution_options(populate_existing=True)))


def move(tx: Tx, order: Order, action: Action, *, text: str = "", **facts: Any) -> None:
    """Step: change the order's state, remember it, and say whose turn it is now."""
    before, order.state = order.state, advance(order.state, action)
    if order.state in FINAL:
        order.ended_at, order.ended_why = tx.now, text
    if order.state == State.DISPUTED:
        order.disputed_from = before
    elif before == State.DISPUTED:
        order.disputed_from = None
    remember(tx, order, action=str(action), state=order.state, text=text, **facts)
    tx.emit(OrderMoved(order.id, str(action), order.state))


def move_stage(
    tx: Tx, order: Order, stage: OrderStage, action: StageAction, *, text: str = "", **facts: Any
) -> None:
    """Step: change a stage's state and remember it."""
    stage.state = advance_stage(stage.state, action)
    remember(
        tx, order, action=str(action), state=stage.state, stage=stage.stage, text=text, **facts
    )
    tx.emit(StageMoved(order.id, stage.stage, str(action), stage.state))


def remember(
    tx: Tx,
    order: Order,
    *,
    action: str,
    state: str = "",
    stage: int | None = None,
    text: str = "",
    **facts: Any,
) -> None:
    """Step: one line of the order's history and of the audit log; the page's version moves on."""
    actor = tx.actor_or_none
    tx.db.add(
        OrderHistory(
            order_id=order.id,
            stage=stage,
            action=action,
            state=state or order.state,
            at=tx.now,
            user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            text=text.strip(),
            facts=facts,
        )
    )
    tx.audit(f"order.{action}", "order", order.id, why=text.strip(), stage=stage, **facts)
    tx.db.flush()
    order.version += 1
    settle_turn(tx, order)


def settle_turn(tx: Tx, order: Order) -> None:
    """Step: keep whose turn it is and by when, so that lists and sweeps read one column."""
    turn = turn_of(order, stages_of(tx.db, order.id), options(tx.db))
    if (order.turn, order.act_by) != (turn.whose, turn.by):
        order.turn, order.act_by, order.reminded_at = turn.whose, turn.by, None
        order.urged_at = None  # whoever performs ends the delay
    tx.db.flush()
