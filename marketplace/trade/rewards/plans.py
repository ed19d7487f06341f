"""A plan as it is worked out: net income, least sums, each person's fen, what falls short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.inventor_reward import (
    RULES,
    WHOLE,
    Income,
    RewardRule,
    Share,
    Shortfall,
    allot,
    least,
    net_income,
    shortfalls,
    shown_until,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody plans. Amounts in fen; ``reward_minor`` None: the least of the rule."""

    rule: str
    income: Income
    reward_minor: int | None
    shares: tuple[Share, ...]
    shown_from: date | None = None


@dataclass(frozen=True, slots=True)
class Worked:
    """The plan worked out. Amounts in fen; ``amounts`` is empty while the shares are not whole."""

    plan: Plan
    rule: RewardRule
    net_minor: int
    least_minor: int
    reward_minor: int
    amounts: tuple[int, ...]
    short: Sequence[Shortfall]
    shown_until: date | None


def work_out(plan: Plan) -> Worked:
    """Reckon a plan by its rule; raises ValueError for amounts that cannot be."""
    rule, net = RULES[plan.rule], net_income(plan.income)
    lowest = least(net, rule.reward)
    reward = lowest if plan.reward_minor is None else plan.reward_minor
    whole = sum(one.basis_points for one in plan.shares) == WHOLE
    return Worked(
        plan=plan,
        rule=rule,
        net_minor=net,
        least_minor=lowest,
        reward_minor=reward,
        amounts=tuple(allot(reward, plan.shares)) if whole else (),
        short=shortfalls(net, reward, plan.shares, rule=rule) if plan.shares else (),
        shown_until=shown_until(plan.shown_from) if plan.shown_from else None,
    )
