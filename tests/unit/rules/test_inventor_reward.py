"""The reward of completers: the worked examples of the rule book, and every fen accounted for."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.inventor_reward import (
    RULES,
    WHOLE,
    Income,
    Part,
    Share,
    allot,
    due_on,
    least,
    net_income,
    shortfalls,
    shown_until,
)

ZHEJIANG, NATIONAL = RULES["zhejiang"], RULES["national"]
YUAN = 100


@pytest.mark.law("L38")
def test_public_money_is_no_cost():
    income = Income(1_000_000 * YUAN, 120_000 * YUAN, 80_000 * YUAN, 30_000 * YUAN)
    net = net_income(income)
    assert net == 930_000 * YUAN
    assert least(net, ZHEJIANG.reward) == 651_000 * YUAN
    assert least(net, NATIONAL.reward) == 465_000 * YUAN


@pytest.mark.law("L37")
def test_of_a_reward_of_651000_the_main_contributors_get_455700_and_the_staff_32550():
    assert least(651_000 * YUAN, ZHEJIANG.main) == 455_700 * YUAN
    assert least(651_000 * YUAN, ZHEJIANG.staff) == 32_550 * YUAN


@pytest.mark.law("L39")
def test_an_income_of_31_august_is_due_by_1_march_because_the_28th_is_a_sunday():
    assert due_on(date(2026, 8, 31)) == date(2027, 3, 1)


@pytest.mark.law("L39")
def test_a_plan_is_shown_fifteen_days_and_a_last_day_on_a_weekend_moves():
    assert shown_until(date(2026, 12, 1)) == date(2026, 12, 16)
    assert shown_until(date(2026, 12, 11)) == date(2026, 12, 28)


def plan(*points: tuple[Part, int]) -> list[Share]:
    return [Share(f"P{index}", part, share) for index, (part, share) in enumerate(points)]


GOOD = plan((Part.MAIN, 4_000), (Part.MAIN, 3_000), (Part.STAFF, 500), (Part.OTHER, 2_500))


@pytest.mark.law("L37")
def test_a_plan_at_the_thresholds_holds_and_each_step_below_is_named():
    net, reward = 930_000 * YUAN, 651_000 * YUAN
    assert shortfalls(net, reward, GOOD, rule=ZHEJIANG) == []
    low = shortfalls(net, reward - 1, GOOD, rule=ZHEJIANG)
    assert [(one.code, one.least, one.given) for one in low] == [("reward", reward, reward - 1)]
    main = plan((Part.MAIN, 6_999), (Part.STAFF, 500), (Part.OTHER, 2_501))
    assert [one.code for one in shortfalls(net, reward, main, rule=ZHEJIANG)] == ["main"]
    assert shortfalls(net, reward, main, rule=NATIONAL) == []
    staff = plan((Part.MAIN, 9_501), (Part.STAFF, 499))
    assert [one.code for one in shortfalls(net, reward, staff, rule=ZHEJIANG)] == ["staff"]
    half = plan((Part.MAIN, 5_000))
    assert [one.code for one in shortfalls(net, reward, half, rule=ZHEJIANG)] == ["whole"]


@pytest.mark.parametrize(
    "income", [Income(-1), Income(1, -1), Income(1, 1, 2), Income(1, 0, 0, -1), Income(1, 0, -1)]
)
def test_amounts_that_cannot_be_are_refused(income):
    with pytest.raises(ValueError, match="not negative"):
        net_income(income)


def test_costs_above_the_price_leave_no_net_income():
    assert net_income(Income(100, 90, 0, 20)) == 0


def test_shares_that_are_not_whole_are_not_allotted():
    with pytest.raises(ValueError, match="whole"):
        allot(100, plan((Part.MAIN, 9_999)))


@st.composite
def whole_shares(draw: st.DrawFn) -> list[Share]:
    cuts = draw(st.lists(st.integers(0, WHOLE), min_size=0, max_size=8))
    edges = [0, *sorted(cuts), WHOLE]
    points = [right - left for left, right in pairwise(edges)]
    parts = draw(st.lists(st.sampled_from(Part), min_size=len(points), max_size=len(points)))
    return plan(*zip(parts, points, strict=True))


@given(reward=st.integers(0, 10**13), shares=whole_shares())
def test_every_fen_is_allotted_once_and_nobody_is_a_fen_off(reward, shares):
    amounts = allot(reward, shares)
    assert sum(amounts) == reward
    for one, amount in zip(shares, amounts, strict=True):
        assert abs(amount * WHOLE - reward * one.basis_points) < WHOLE
    main = sum(one.basis_points for one in shares if one.part is Part.MAIN)
    got = sum(a for one, a in zip(shares, amounts, strict=True) if one.part is Part.MAIN)
    assert got >= least(reward, main), "rounding never takes from the main contributors"


@given(
    price=st.integers(0, 10**13), costs=st.integers(0, 10**12), tax=st.integers(0, 10**12),
    share=st.integers(0, 100),
)  # fmt: skip
def test_more_public_money_never_lowers_the_net_income(price, costs, tax, share):
    public = costs * share // 100
    with_money = net_income(Income(price, costs, public, tax))
    assert net_income(Income(price, costs, 0, tax)) <= with_money <= price
