"""The reward of completers: planned by the seller, seen by him alone, due with each payment."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.trade.rewards import commands, queries
from marketplace.trade.rewards.plans import Plan
from rules.days import local_date
from rules.inventor_reward import Income, Part, Share, due_on
from tests.integration.trade.contract_world import PRICE, DealWorld
from tests.integration.trade.test_order_papers import completed
from tests.integration.trade.world import Browser

PEOPLE = (
    Share("周启明", Part.MAIN, 7_000),
    Share("成果转化中心", Part.STAFF, 500),
    Share("=沈怡", Part.OTHER, 2_500),
)
INCOME = Income(PRICE, 120_000_00, 80_000_00, 30_000_00)
NET = PRICE - 70_000_00


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def plan(**changes) -> Plan:
    values = {"rule": "zhejiang", "income": INCOME, "reward_minor": None, "shares": PEOPLE}
    return Plan(**{**values, **changes})


def saved(world, order_id: int, **changes) -> int:
    return commands.save_plan(world.alice.ctx, commands.SavePlan(order_id, plan(**changes)))


def page(world, order_id: int, person=None) -> queries.RewardPage:
    with world.ctx.reading() as db:
        return queries.page(db, (person or world.alice).actor, order_id)


@pytest.mark.law("L37")
def test_an_empty_reward_is_the_least_of_the_rule_and_every_version_stays(world):
    order_id = world.agreed()
    assert [saved(world, order_id), saved(world, order_id, reward_minor=1)] == [1, 2]
    found = page(world, order_id)
    assert found.saved.least_minor == NET * 7 // 10
    assert [one.code for one in found.saved.short] == ["reward"]
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(text("UPDATE trade_reward_plan SET reward_minor=0"))


@pytest.mark.threat("T8")
def test_names_and_sums_are_for_the_seller_alone(world):
    order_id = world.agreed()
    saved(world, order_id)
    for other in (world.bob, world.mallory, world.rui):
        with pytest.raises(NotFound):
            page(world, order_id, other)
    with pytest.raises(NotFound):
        commands.save_plan(world.bob.ctx, commands.SavePlan(order_id, plan()))
    reader = world.join("Ann", world.alice.organisation_id, role=MemberRole.MEMBER)
    with pytest.raises(Forbidden):
        commands.save_plan(reader.ctx, commands.SavePlan(order_id, plan()))


@pytest.mark.parametrize(
    "changes",
    [
        {"shares": ()},
        {"shares": (Share(" ", Part.MAIN, 10_000),)},
        {"shares": (Share("周", Part.MAIN, 9_999),)},
        {"shares": (Share("周", Part.MAIN, 10_001), Share("沈", Part.OTHER, -1))},
        {"income": Income(PRICE, 1, 2, 0)},
    ],
)
def test_a_plan_that_cannot_be_is_refused(world, changes):
    with pytest.raises(Invalid):
        saved(world, world.agreed(), **changes)


@pytest.mark.law("L39")
def test_each_payment_has_its_part_and_its_last_day_and_all_parts_are_the_reward(world):
    order_id = completed(world)
    saved(world, order_id)
    found = page(world, order_id)
    assert len(found.due) == 2
    today = local_date(world.clock())
    assert {one.due_on for one in found.due} == {due_on(today)}
    given = sum(one.reward_minor for one in found.due)
    assert 0 < given <= found.saved.reward_minor


def test_the_page_saves_warns_prints_and_exports_without_formulas(world, app):
    order_id = world.agreed()
    browser, at = Browser(app, world, world.alice), f"/trade/orders/{order_id}/reward"
    assert browser.get(f"{at}.pdf").status_code == 409
    form = {"rule": "zhejiang", "price": "920000", "costs": "12万", "public": "8万", "taxes": "3万"}
    for row, one in enumerate(PEOPLE, start=1):
        form |= {
            f"name_{row}": one.name,
            f"part_{row}": one.part,
            f"share_{row}": f"{one.basis_points / 100}",
        }
    assert browser.post(at, **form).status_code == 303
    assert "周启明" in browser.text(at)
    short = {**form, "share_1": "60", "share_3": "35"}
    assert browser.post(at, **short).status_code == 303
    assert "第三十七条" in browser.text(at), "what falls short is told with its article"
    assert browser.post(at, **{**form, "share_1": "10"}).status_code == 422
    lines = browser.get(f"{at}.csv").get_data(as_text=True)
    assert "'=沈怡" in lines
    pdf = PdfReader(io.BytesIO(browser.get(f"{at}.pdf").get_data()))
    assert "奖酬分配方案" in pdf.pages[0].extract_text().replace("\n", "")
    assert Browser(app, world, world.bob).get(at).status_code == 404
