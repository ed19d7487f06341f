"""Disputes: a party raises one with evidence, staff shares out what is in escrow."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.trade.orders import money, policy, roots
from marketplace.trade.orders.commands import said
from marketplace.trade.orders.models import Order, OrderDecision, OrderHistory
from marketplace.trade.orders.states import Action, State
from marketplace.treasury.escrow import steps as escrow


@dataclass(frozen=True, slots=True)
class Dispute:
    """A party says what is wrong; the files it sent as evidence go with it."""

    order_id: int
    version: int
    text: str


def dispute(ctx: Context, command: Dispute) -> None:
    """Freeze the order until the staff decides; raises Invalid without a word on why."""
    with ctx.transaction() as tx:
        order = roots.lock_own(tx, command.order_id, version=command.version)
        roots.move(tx, order, Action.DISPUTE, text=said(command.text))


@dataclass(frozen=True, slots=True)
class Settle:
    """The parties agree again: whoever raised the dispute, or staff, lets the order go on."""

    order_id: int
    version: int
    why: str


def resume(ctx: Context, command: Settle) -> None:
    """The order goes on where it stood; only staff, or the side that raised it, may say so."""
    with ctx.transaction() as tx:
        order = _disputed(tx, command.order_id, command.version)
        raiser = _raised_by(tx, order)
        own = tx.actor.organisation_id == raiser and policy.may_act(tx.actor, order)
        if not own and not policy.may_decide(tx.db, tx.actor, order):
            raise Forbidden
        back = Action.RESUME_SIGNED if order.disputed_from == State.SIGNED else Action.RESUME_AGREED
        _drop_waiting(tx, order)
        roots.move(tx, order, back, text=said(command.why))
        money.go_on(tx, order)


@dataclass(frozen=True, slots=True)
class Decide:
    """How staff shares out what is in escrow: so many fen to the seller, the rest to the buyer."""

    order_id: int
    version: int
    seller_minor: int
    why: str


def decide(ctx: Context, command: Decide) -> bool:
    """Decide a dispute; True when it is carried out, False when it waits for a second person.

    Raises Forbidden for anybody of a party (T13), Invalid for more than escrow holds or without
    reasons, Conflict when the order is not disputed or a decision waits already.
    """
    with ctx.transaction() as tx:
        order = _disputed(tx, command.order_id, command.version)
        _ask_decider(tx, order)
        held = escrow.balance(tx, order.id)
        if not 0 <= command.seller_minor <= held:
            raise Invalid("orders.more_than_held", held_minor=held)
        if _waiting(tx, order.id) is not None:
            raise Conflict("orders.decision_waits")
        alone = held <= option(tx.db, "four_eyes_minor")
        row = OrderDecision(
            order_id=order.id,
            state="waiting",
            seller_minor=command.seller_minor,
            buyer_minor=held - command.seller_minor,
            why=said(command.why),
            decided_at=tx.now,
            decided_by=tx.actor.user_id,
        )
        tx.db.add(row)
        tx.db.flush()
        roots.remember(tx, order, action="decision", text=row.why, seller_minor=row.seller_minor)
        if alone:
            _carry_out(tx, order, row)
        return alone


@dataclass(frozen=True, slots=True)
class Confirm:
    """The second person agrees to a decision, or sends it back."""

    order_id: int
    version: int
    agrees: bool


def confirm(ctx: Context, command: Confirm) -> None:
    """Carry out or drop the waiting decision; never by who made it (T13)."""
    with ctx.transaction() as tx:
        order = _disputed(tx, command.order_id, command.version)
        _ask_decider(tx, order)
        row = _waiting(tx, order.id)
        if row is None:
            raise NotFound
        if not command.agrees:
            row.state = "dropped"
            roots.remember(tx, order, action="decision_dropped")
            return
        if row.decided_by == tx.actor.user_id:
            raise Forbidden("orders.second_person")
        row.confirmed_at, row.confirmed_by = tx.now, tx.actor.user_id
        _carry_out(tx, order, row)


def _carry_out(tx: Tx, order: Order, row: OrderDecision) -> None:
    if escrow.balance(tx, order.id) != row.seller_minor + row.buyer_minor:
        raise Conflict("orders.changed")
    row.state = "done"
    money.share_out(tx, order, seller_minor=row.seller_minor, why=row.why)
    action = Action.FINISH if row.seller_minor else Action.REFUND
    roots.move(tx, order, action, text=row.why, seller_minor=row.seller_minor)
    if not row.seller_minor:
        money.free_listing(tx, order)


def _disputed(tx: Tx, order_id: int, version: int) -> Order:
    order = roots.lock(tx, order_id)
    if not policy.may_view(tx.actor, order):
        raise NotFound
    roots.ask_version(order, version)
    if order.state != State.DISPUTED:
        raise Conflict("orders.illegal_move", state=order.state, action="decide")
    return order


def _ask_decider(tx: Tx, order: Order) -> None:
    if not policy.may_decide(tx.db, tx.actor, order):
        raise Forbidden


def _waiting(tx: Tx, order_id: int) -> OrderDecision | None:
    return tx.db.scalar(
        select(OrderDecision).where(
            OrderDecision.order_id == order_id, OrderDecision.state == "waiting"
        )
    )


def _drop_waiting(tx: Tx, order: Order) -> None:
    row = _waiting(tx, order.id)
    if row is not None:
        row.state = "dropped"


def _raised_by(tx: Tx, order: Order) -> int | None:
    query = (
        select(OrderHistory.organisation_id)
        .where(OrderHistory.order_id == order.id, OrderHistory.action == Action.DISPUTE.value)
        .order_by(OrderHistory.id.desc())
    )
    return tx.db.scalar(query.limit(1))
