"""A party in delay is urged; thirty days later the other may rescind (技术合同解释 15, L60)."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden
from marketplace.kernel.options import option
from marketplace.trade.orders import money, policy, roots
from marketplace.trade.orders.commands import said
from marketplace.trade.orders.events import OrderUrged
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.states import State
from marketplace.trade.orders.turns import is_late, rescindable_on
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class Urge:
    """催告: one side reminds the other, whose term is over, to perform."""

    order_id: int
    version: int
    text: str


def urge(ctx: Context, command: Urge) -> None:
    """Remind the side in delay in form; from then on the days of L60 are counted.

    Raises Conflict while nobody is late or when this delay was urged already, Forbidden for the
    side that is late itself.
    """
    with ctx.transaction() as tx:
        order = _other_sides(tx, command.order_id, command.version)
        if order.urged_at is not None:
            raise Conflict("orders.urged_already")
        order.urged_at = tx.now
        roots.remember(tx, order, action="urged", text=said(command.text))
        tx.emit(OrderUrged(order.id))


@dataclass(frozen=True, slots=True)
class Rescind:
    """解除: the urged side let the time pass; the other ends the contract."""

    order_id: int
    version: int
    why: str


def rescind(ctx: Context, command: Rescind) -> None:
    """End the order; what is in escrow goes back to the buyer.

    Raises Conflict before the days after the reminder are over, Forbidden for the late side.
    """
    with ctx.transaction() as tx:
        order = _other_sides(tx, command.order_id, command.version)
        first = rescindable_on(order.urged_at, days=option(tx.db, "rescission_days"))
        if first is None or local_date(tx.now) < first:
            raise Conflict("orders.not_rescindable")
        why = said(command.why)
        roots.remember(tx, order, action="rescinded", text=why)
        money.unwind(tx, order, why=why)


def _other_sides(tx: Tx, order_id: int, version: int) -> Order:
    """The order under lock, for the side that waits for the one in delay."""
    order = roots.lock_own(tx, order_id, version=version)
    if order.state != State.SIGNED or not is_late(order.turn, order.act_by, now=tx.now):
        raise Conflict("orders.nobody_late")
    if policy.party_of(tx.actor, order) == order.turn:
        raise Forbidden("orders.own_delay")
    return order
