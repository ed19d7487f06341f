"""``marketplace verify`` finds an order whose history or money was altered behind its back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from marketplace.trade.orders import commands, verification
from tests.integration.trade.contract_world import DealWorld
from tests.integration.trade.test_orders import accept, deliver, pay, seen


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


@pytest.fixture
def order(world) -> int:
    """A signed order with one stage paid out and the second in escrow."""
    order_id = world.order(world.sealed()).id
    pay(world, order_id)
    deliver(world, order_id)
    accept(world, order_id)
    pay(world, order_id)
    return order_id


def found(world) -> set[str]:
    return {invariant for invariant, _order, _what in verification.broken(world.ctx)}


def alter(world, statement: str, **values) -> None:
    with world.ctx.engine.begin() as connection:
        connection.execute(text(statement), values)


def test_a_sound_order_is_sound_in_every_state(world, order):
    assert found(world) == set()
    commands.cancel(world.bob.ctx, commands.Cancel(order, seen(world, order), "项目调整"))
    commands.cancel(world.alice.ctx, commands.Cancel(order, seen(world, order), "同意"))
    assert found(world) == set()


@pytest.mark.fault("F30")
@pytest.mark.parametrize(
    ("statement", "invariant"),
    [
        ("UPDATE trade_order SET state = 'completed' WHERE id = :id", "I9"),
        ("UPDATE trade_order_stage SET state = 'due' WHERE order_id = :id AND stage = 2", "I9"),
        ("UPDATE trade_order_stage SET amount_minor = amount_minor + 1 WHERE order_id = :id", "I2"),
        ("UPDATE trade_order SET buyer_commission_minor = buyer_commission_minor + 1", "I2"),
    ],
)
def test_an_altered_row_is_named(world, order, statement, invariant):
    alter(world, statement, **({"id": order} if ":id" in statement else {}))
    assert invariant in found(world)
