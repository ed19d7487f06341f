"""What the completers of a technology get when it is transferred or licensed (L37-L39)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from rules.days import term_end
from rules.holidays import Calendar

WHOLE = 10_000
"""Shares are basis points."""
SHOWN_DAYS = 15
DUE_MONTHS = 6


@dataclass(frozen=True, slots=True)
class RewardRule:
    """The least shares, in basis points: of net income; of the reward for main contributors and
    for transfer staff. ``article`` is where it is written.
    """

    reward: int
    main: int
    staff: int
    article: str


RULES: dict[str, RewardRule] = {
    "zhejiang": RewardRule(7_000, 7_000, 500, "《浙江省促进科技成果转化条例》第三十七条"),
    "national": RewardRule(5_000, 5_000, 0, "《中华人民共和国促进科技成果转化法》第四十五条"),
}


class Part(StrEnum):
    """Why somebody shares in the reward."""

    MAIN = "main"
    STAFF = "staff"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Share:
    """One person's share of the reward in basis points."""

    name: str
    part: Part
    basis_points: int


@dataclass(frozen=True, slots=True)
class Income:
    """One deal in fen. ``public_minor``: the part of the costs that public R&D money paid."""

    price_minor: int
    costs_minor: int = 0
    public_minor: int = 0
    taxes_minor: int = 0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a plan misses: ``reward``, ``main``, ``staff`` or ``whole``; least and given, in fen
    (``whole``: basis points).
    """

    code: str
    least: int
    given: int


def net_income(income: Income) -> int:
    """净收入 in fen: price really contracted − costs without public R&D money − taxes, not below 0.

    Public money is no cost (L38, 浙江条例 37). Raises ValueError for negative amounts or more
    public money than costs.
    """
    parts = (income.price_minor, income.costs_minor, income.public_minor, income.taxes_minor)
    if min(parts) < 0 or income.public_minor > income.costs_minor:
        raise ValueError("amounts are not negative, public money is a part of the costs")
    own_costs = income.costs_minor - income.public_minor
    return max(0, income.price_minor - own_costs - income.taxes_minor)


def least(amount_minor: int, basis_points: int) -> int:
    """不低于: the share of an amount in fen, rounded up to the whole fen (L2)."""
    return -(-amount_minor * basis_points // WHOLE)


def allot(reward_minor: int, shares: Sequence[Share]) -> list[int]:
    """Each share in fen; together exactly the reward when the shares are whole.

    Fen that rounding leaves go to main contributors first, then to transfer staff, the largest
    remainder first: the main contributors' least share holds to the fen. Raises ValueError when
    the shares are not whole.
    """
    if sum(one.basis_points for one in shares) != WHOLE:
        raise ValueError("the shares are not whole")
    exact = [Fraction(reward_minor * one.basis_points, WHOLE) for one in shares]
    given = [int(one) for one in exact]
    rank = {Part.MAIN: 0, Part.STAFF: 1, Part.OTHER: 2}
    order = sorted(
        (index for index in range(len(shares)) if exact[index] != given[index]),
        key=lambda index: (rank[shares[index].part], given[index] - exact[index], index),
    )
    for index in order[: reward_minor - sum(given)]:
        given[index] += 1
    return given


def shortfalls(
    net_minor: int, reward_minor: int, shares: Sequence[Share], *, rule: RewardRule
) -> list[Shortfall]:
    """Everything in which a plan stays below the rule; nothing when it holds (L37)."""
    found = []
    wanted = least(net_minor, rule.reward)
    if reward_minor < wanted:
        found.append(Shortfall("reward", wanted, reward_minor))
    whole = sum(one.basis_points for one in shares)
    if whole != WHOLE:
        return [*found, Shortfall("whole", WHOLE, whole)]
    amounts = allot(reward_minor, shares)
    for code, part, points in (("main", Part.MAIN, rule.main), ("staff", Part.STAFF, rule.staff)):
        basis = sum(one.basis_points for one in shares if one.part is part)
        if basis < points:
            pairs = zip(shares, amounts, strict=True)
            given = sum(amount for one, amount in pairs if one.part is part)
            found.append(Shortfall(code, least(reward_minor, points), given))
    return found


def due_on(income_on: date, *, calendar: Calendar | None = None) -> date:
    """The last day to pay the reward of an income, where nothing else is agreed (L39)."""
    return term_end(income_on, DUE_MONTHS, "months", calendar=calendar)


def shown_until(shown_from: date, *, calendar: Calendar | None = None) -> date:
    """The last of the 15 days that a plan is shown in the unit (L39)."""
    return term_end(shown_from, SHOWN_DAYS, "days", calendar=calendar)
