"""After the deal: the licence is filed in time, and three times somebody asks what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.trade.tracking import commands, queries, reactions
from rules.days import add_months, local_date, next_working_day
from tests.integration.trade.contract_world import DealWorld


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def asked(world, order_id):
    with world.ctx.reading() as db:
        return queries.of_order(db, order_id)


@pytest.mark.law("L65")
def test_a_licence_is_to_be_filed_within_three_months_of_its_effect(world):
    order_id = world.agreed("licence", licence_kind="exclusive")
    day = local_date(world.clock())
    with world.ctx.transaction() as tx:
        commands.plan_filing(tx, order_id, effective=day)
        commands.plan_filing(tx, order_id, effective=day)
    (line,) = asked(world, order_id)
    assert line.due_on == next_working_day(add_months(day, 3))
    assert line.organisation_id == world.alice.organisation_id


def test_an_assignment_has_no_filing_but_three_questions(world):
    order_id = world.agreed()
    with world.ctx.transaction() as tx:
        commands.plan_filing(tx, order_id, effective=local_date(world.clock()))
    assert asked(world, order_id) == []
    reactions.plan_follow_ups(world.ctx, 1, {"order_id": order_id})
    reactions.plan_follow_ups(world.ctx, 1, {"order_id": order_id})
    assert [line.month for line in asked(world, order_id)] == [6, 12, 24]


def test_the_buyer_is_reminded_once_and_answers_once(world):
    order_id = world.agreed()
    reactions.plan_follow_ups(world.ctx, 1, {"order_id": order_id})
    first = asked(world, order_id)[0]
    assert reactions.remind(world.ctx) == 0
    world.clock.now += timedelta(days=175)
    assert reactions.remind(world.ctx) == 1
    assert reactions.remind(world.ctx) == 0
    assert "tracking.follow_up" in {kind for kind, _facts in world.inbox(world.bob)}
    told = commands.Tell(first.id, {"use": "production", "sales_minor": 120_000_000}, "已装机")
    with pytest.raises(NotFound):
        commands.tell(world.alice.ctx, told)
    with pytest.raises(Invalid):
        commands.tell(world.bob.ctx, commands.Tell(first.id, {"use": " "}))
    commands.tell(world.bob.ctx, told)
    with pytest.raises(Conflict):
        commands.tell(world.bob.ctx, told)
    line = asked(world, order_id)[0]
    assert (line.answers["use"], line.note) == ("production", "已装机")
