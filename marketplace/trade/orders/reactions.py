"""What the order room does when it hears something, and what it does by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.kernel.options import option
from marketplace.notify.commands import tell
from marketplace.showcase.listings import queries as listings
from marketplace.trade.orders import money, order_papers, roots, sweeps
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.states import Action, StageState, State
from marketplace.web.filters import moment
from rules.enumerations.patent_states import STATES, PatentState

TOLD = {
    "publish", "clear", "sign", "fund", "deliver", "accept", "reject", "release", "dispute",
    "finish", "refund", "cancel", "default", "resume_signed", "resume_agreed", "call",
}  # fmt: skip
"""The moves that people are told of."""


def money_arrived(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """A called stage is paid in full: it is funded (idempotent by the stage's state)."""
    if payload["purpose"] != "order_stage":
        return
    with ctx.transaction() as tx:
        order = roots.lock(tx, payload["thing_id"])
        stages = {one.stage: one for one in roots.stages_of(tx.db, order.id)}
        stage = stages[payload["stage"]]
        if order.state == State.SIGNED and stage.state == StageState.DUE:
            money.fund(tx, order, stage)


def voucher_settled(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """A voucher is money now: an accepted stage that waited for it is paid out (idempotent)."""
    with ctx.transaction() as tx:
        money.go_on(tx, roots.lock(tx, payload["order_id"]))


def stop_for_ended_right(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """A right that ended under a running order freezes its money: staff decides (L67)."""
    with ctx.reading() as db:
        query = select(Order.id).where(
            Order.listing_id == payload["listing_id"], Order.state == State.SIGNED
        )
        found = db.scalar(query)
        ended = found is not None and listings.ended_status(db, payload["listing_id"])
    if found is None or not ended:
        return
    with ctx.transaction() as tx:
        order = roots.lock(tx, found)
        if order.state == State.SIGNED:
            why = f"权利状态已变更为“{STATES[PatentState(ended)].zh}”，资金暂停划付，由市场处理"
            roots.move(tx, order, Action.DISPUTE, text=why)


def tell_opened(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """Both sides hear that the deal is agreed."""
    _once(ctx, row_id, payload["order_id"], kind="order.opened")


def tell_moved(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """Both sides, and in a dispute the reviewers, hear what happened."""
    if payload["action"] in TOLD:
        _once(ctx, row_id, payload["order_id"], kind=f"order.{payload['action']}")


def tell_due(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """Whoever must act hears that his term ends soon."""
    _once(ctx, row_id, payload["order_id"], kind="order.due")


def tell_urged(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The side in delay hears the reminder (L60)."""
    _once(ctx, row_id, payload["order_id"], kind="order.urged")


def tell_overdue(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """Both sides hear that the term is over, and when the deal falls (L16)."""
    _once(ctx, row_id, payload["order_id"], kind="order.overdue")


def _once(ctx: Context, row_id: int, order_id: int, *, kind: str) -> None:
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        order = tx.db.scalar(select(Order).where(Order.id == order_id))
        if order is None:
            return
        facts = {"number": order.number, "title": order.title}
        if order.act_by is not None:
            facts["by"] = moment(order.act_by)
        if kind == "order.due" and order.act_by is None:
            return
        if kind == "order.overdue":
            grace = timedelta(days=option(tx.db, "order_default_grace_days"))
            facts["by"] = moment(order.sign_by + grace)
        late, disputed = kind in ("order.due", "order.urged"), kind == "order.dispute"
        people = _people(tx, order, only_turn=late, disputed=disputed)
        tell(tx, user_ids=people, kind=kind, facts=facts, url=f"/trade/orders/{order.id}")


def _people(tx: Tx, order: Order, *, only_turn: bool, disputed: bool) -> Iterable[int]:
    sides = {"seller": order.seller_organisation_id, "buyer": order.buyer_organisation_id}
    wanted = [order.turn] if only_turn and order.turn in sides else list(sides)
    found = {one for side in wanted for one in identity.members_of(tx.db, sides[side])}
    if disputed:
        found |= set(identity.staff_ids(tx.db, StaffRole.REVIEWER))
    return found


def confirm_deal(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The deal stands, by agreement or after its public notice: both sides get the paper."""
    if payload.get("action", "clear") == "clear" and not payload.get("needs_publicity", False):
        with ctx.transaction() as tx:
            order_papers.confirm_deal(tx, payload["order_id"])


REACTIONS = {
    "treasury.payment_received": {"orders.money_arrived": money_arrived},
    "treasury.voucher_settled": {"orders.voucher_settled": voucher_settled},
    "showcase.reserved_listing_changed": {"orders.stop_for_ended_right": stop_for_ended_right},
    "trade.order_opened": {
        "orders.tell_opened": tell_opened,
        "orders.confirm_opened": confirm_deal,
    },
    "trade.order_moved": {
        "orders.tell_moved": tell_moved,
        "orders.confirm_cleared": confirm_deal,
    },
    "trade.stage_moved": {"orders.tell_stage_moved": tell_moved},
    "trade.order_act_due": {"orders.tell_due": tell_due},
    "trade.order_overdue": {"orders.tell_overdue": tell_overdue},
    "trade.order_urged": {"orders.tell_urged": tell_urged},
}
JOBS = sweeps.JOBS
