"""Whether what is kept of orders follows the tables, and escrow holds what their stages say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context
from marketplace.trade.orders.amounts import asked_minor
from marketplace.trade.orders.models import Order, OrderDecision, OrderHistory, OrderStage
from marketplace.trade.orders.states import (
    FINAL,
    IN_ESCROW,
    MOVES,
    STAGE_MOVES,
    Action,
    StageAction,
    StageState,
    State,
)
from marketplace.treasury.escrow.queries import held, released

Found = Iterator[tuple[str, str, str]]
BATCH = 500
ACTIONS = {one.value for one in Action}
STAGE_ACTIONS = {one.value for one in StageAction}


def broken(ctx: Context) -> Found:
    """(invariant, order, what is wrong): I9 a history that does not follow the tables, I2 an
    escrow that does not hold what the running stages say or an end that left money behind.
    """
    with ctx.reading() as db:
        balances, entries = held(db), released(db)
        done = select(OrderDecision.order_id).where(OrderDecision.state == "done")
        decided = set(db.scalars(done))
        for orders in _batches(db):
            stages, history = _stages(db, orders), _moves(db, orders)
            for order in orders:
                own = stages[order.id]
                yield from _history(order, own, history[order.id])
                yield from _escrow(order, own, held_minor=balances.get(order.id, 0))
                if order.id not in decided:
                    yield from _released(order, own, entries.get(order.id, {}))


def _batches(db: Session) -> Iterator[Sequence[Order]]:
    last = 0
    while True:
        query = select(Order).where(Order.id > last).order_by(Order.id).limit(BATCH)
        rows = db.scalars(query).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _stages(db: Session, orders: Sequence[Order]) -> Mapping[int, list[OrderStage]]:
    found: dict[int, list[OrderStage]] = defaultdict(list)
    own = OrderStage.order_id.in_([one.id for one in orders])
    for row in db.scalars(select(OrderStage).where(own).order_by(OrderStage.stage)):
        found[row.order_id].append(row)
    return found


def _moves(db: Session, orders: Sequence[Order]) -> Mapping[int, list[OrderHistory]]:
    found: dict[int, list[OrderHistory]] = defaultdict(list)
    own = OrderHistory.order_id.in_([one.id for one in orders])
    for row in db.scalars(select(OrderHistory).where(own).order_by(OrderHistory.id)):
        found[row.order_id].append(row)
    return found


def _history(order: Order, stages: Sequence[OrderStage], rows: Sequence[OrderHistory]) -> Found:
    state: str = State.AGREED
    at: dict[int, str] = {one.stage: StageState.PLANNED for one in stages}
    for row in rows:
        if row.stage is None and row.action in ACTIONS:
            state = MOVES.get((State(state), Action(row.action)), State.AGREED)
            if state != row.state:
                yield "I9", order.number, f"the move {row.action} is not in the table"
                return
        elif row.stage in at and row.action in STAGE_ACTIONS:
            at[row.stage] = STAGE_MOVES.get(
                (StageState(at[row.stage]), StageAction(row.action)), StageState.PLANNED
            )
            if at[row.stage] != row.state:
                yield "I9", order.number, f"stage {row.stage}: {row.action} is not in the table"
                return
    if state != order.state:
        yield "I9", order.number, "its state does not follow from its history"
    for one in stages:
        if at[one.stage] != one.state:
            yield "I9", order.number, f"stage {one.stage}: its state does not follow"


def _escrow(order: Order, stages: Sequence[OrderStage], *, held_minor: int) -> Found:
    bound = sum(asked_minor(order, one) for one in stages if one.state in IN_ESCROW)
    if held_minor < bound:
        yield "I2", order.number, "escrow holds less than its running stages"
    ended = order.state in FINAL and not order.terms["royalty"]
    if ended and held_minor:
        yield "I2", order.number, "is over, and its escrow still holds money"


def _released(order: Order, stages: Sequence[OrderStage], entries: dict[int, int]) -> Found:
    wanted = {
        one.stage: asked_minor(order, one) for one in stages if one.state == StageState.RELEASED
    }
    if wanted != entries:
        yield "I2", order.number, "other sums were released than its stages say"
