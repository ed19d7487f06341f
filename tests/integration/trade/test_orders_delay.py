"""Delay, rescission and rights that die under a running order: L60, L67, and money between moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import Conflict, Forbidden
from marketplace.showcase.listings import freshness
from marketplace.trade.orders import commands, delay, disputes
from marketplace.trade.orders.states import State
from rules.days import local_date
from tests.integration.trade.contract_world import DealWorld
from tests.integration.trade.test_orders import (
    books_are_right,
    deliver,
    held,
    page,
    pay,
    seen,
    stage_states,
    state,
)


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


@pytest.fixture
def order(world) -> int:
    """A signed order: the first stage's money is called."""
    return world.order(world.sealed()).id


def late(world, order) -> None:
    """A second past the term of whoever's turn it is."""
    world.clock.now = page(world, world.bob, order).turn.by + timedelta(seconds=1)


def urge(world, person, order) -> None:
    delay.urge(person.ctx, delay.Urge(order, seen(world, order), "请于三十日内付款"))


def rescind(world, person, order) -> None:
    delay.rescind(person.ctx, delay.Rescind(order, seen(world, order), "催告后逾期仍未履行"))


@pytest.mark.law("L60")
def test_nobody_is_urged_before_his_term_ended_and_nobody_urges_himself(world, order):
    with pytest.raises(Conflict) as refused:
        urge(world, world.alice, order)
    assert refused.value.code == "orders.nobody_late"
    late(world, order)
    with pytest.raises(Forbidden):
        urge(world, world.bob, order)
    urge(world, world.alice, order)
    world.deliver()
    assert "order.urged" in {kind for kind, _facts in world.inbox(world.bob)}
    with pytest.raises(Conflict) as refused:
        urge(world, world.alice, order)
    assert refused.value.code == "orders.urged_already"


@pytest.mark.law("L60")
def test_thirty_days_after_the_reminder_the_other_side_may_rescind_and_not_a_day_earlier(
    world, order
):
    late(world, order)
    with pytest.raises(Conflict) as refused:
        rescind(world, world.alice, order)
    assert refused.value.code == "orders.not_rescindable"
    urge(world, world.alice, order)
    first = page(world, world.alice, order).rescindable_on
    assert first >= local_date(world.clock()) + timedelta(days=31)
    while local_date(world.clock()) < first:
        with pytest.raises(Conflict):
            rescind(world, world.alice, order)
        world.clock.forward(days=1)
    rescind(world, world.alice, order)
    assert state(world, order) == State.CANCELLED
    assert world.agreed(), "the listing is on sale again"


@pytest.mark.law("L60")
def test_a_buyer_who_waits_for_a_late_delivery_gets_his_money_back(world, order):
    pay(world, order)
    late(world, order)
    urge(world, world.bob, order)
    world.clock.now += timedelta(days=45)
    with pytest.raises(Forbidden):
        rescind(world, world.alice, order)
    rescind(world, world.bob, order)
    assert (state(world, order), held(world, order)) == (State.REFUNDED, 0)
    books_are_right(world)


@pytest.mark.law("L60")
def test_whoever_performs_after_the_reminder_ends_the_delay(world, order):
    pay(world, order)
    late(world, order)
    urge(world, world.bob, order)
    deliver(world, order)
    assert page(world, world.bob, order).rescindable_on is None
    world.clock.forward(days=60)
    for person in (world.alice, world.bob):
        with pytest.raises((Conflict, Forbidden)):
            rescind(world, person, order)


def test_money_that_arrives_during_a_dispute_counts_when_the_order_goes_on(world, order):
    asked = page(world, world.bob, order)
    raised = disputes.Dispute(order, seen(world, order), "交付清单有分歧")
    disputes.dispute(world.bob.ctx, raised)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    world.deliver()
    assert stage_states(world, order)[0] == "due"
    disputes.resume(world.bob.ctx, disputes.Settle(order, seen(world, order), "已补正"))
    assert stage_states(world, order)[0] == "funded"


def test_money_that_arrives_in_the_minute_of_the_cancellation_goes_back_whole(world, order):
    asked = page(world, world.bob, order)
    commands.cancel(world.bob.ctx, commands.Cancel(order, seen(world, order), "项目调整"))
    world.transfer(world.bob, asked.reference, asked.asked_minor)  # its event is still to come
    commands.cancel(world.alice.ctx, commands.Cancel(order, seen(world, order), "同意"))
    world.deliver()
    assert held(world, order) == 0
    assert state(world, order) in (State.REFUNDED, State.CANCELLED)
    books_are_right(world)


@pytest.mark.law("L67")
def test_a_right_that_ends_under_a_running_order_stops_its_money_until_staff_decides(world, order):
    pay(world, order)
    ended = freshness.RecordStatusProof(
        world.listing_id, "invalid", local_date(world.clock()), source="国家知识产权局公告"
    )
    freshness.record_status_proof(world.rui.ctx, ended)
    world.deliver()
    assert state(world, order) == State.DISPUTED
    world.deliver()
    assert "order.dispute" in {kind for kind, _facts in world.inbox(world.rui)}
    with pytest.raises(Conflict):
        deliver(world, order)
    with pytest.raises(Forbidden):
        disputes.resume(world.alice.ctx, disputes.Settle(order, seen(world, order), "无异议"))
    disputes.decide(world.rui.ctx, disputes.Decide(order, seen(world, order), 0, "专利权自始无效"))
    books_are_right(world)


@pytest.mark.law("L67")
def test_a_status_that_only_changes_its_day_stops_nothing(world, order):
    again = freshness.RecordStatusProof(
        world.listing_id, "granted", local_date(world.clock()), source="国家知识产权局公布公告"
    )
    freshness.record_status_proof(world.rui.ctx, again)
    world.deliver()
    assert state(world, order) == State.SIGNED
