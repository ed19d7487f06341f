"""What lies ahead of a patent: the strip of its years, the life that is left, the cost plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from rules.days import add_months
from rules.fee_clock import FeeCase, due_date, fee_state, patent_year
from rules.fee_schedule import full_fee
from rules.holidays import Calendar

YearState = Literal["before_grant", "paid", "due", "future", "lost"]


@dataclass(frozen=True, slots=True)
class PatentYear:
    """One year of the strip: its dates (half-open), its fee in whole CNY and its state.

    ``before_grant``: no yearly fee is asked; ``due``: owed next, also in grace; ``lost``: the
    right had ended by then.
    """

    year: int
    begins: date
    ends: date
    fee: int
    state: YearState
    is_current: bool


@dataclass(frozen=True, slots=True)
class RemainingLife:
    """What is left of the term on a day: whole years, further whole months, and all days."""

    years: int
    months: int
    days: int


@dataclass(frozen=True, slots=True)
class PlannedFee:
    """One fee still to pay; ``fee`` as the present owner pays it, ``full`` as a buyer would."""

    year: int
    due: date
    fee: int
    full: int


@dataclass(frozen=True, slots=True)
class CostPlan:
    """All fees to the end of the term, whole CNY; the surcharge owed today is apart."""

    fees: tuple[PlannedFee, ...]
    total: int
    buyer_total: int
    surcharge_today: int


def year_strip(
    case: FeeCase, today: date, *, calendar: Calendar | None = None
) -> tuple[PatentYear, ...]:
    """Every patent year from 1 to the last, for the patent strip (section 3)."""
    pending = case.is_pending(today)
    state = fee_state(case, today, calendar=calendar)
    paid = 0 if pending else case.paid_up_to(today, calendar)
    lost = not pending and not state.in_force and paid < case.last_year
    return tuple(
        PatentYear(
            year,
            due_date(case.filed, year),
            due_date(case.filed, year + 1),
            case.fee(year),
            _year_state(case, year, paid=paid, lost=lost),
            is_current=due_date(case.filed, year) <= today < due_date(case.filed, year + 1),
        )
        for year in range(1, case.last_year + 1)
    )


def _year_state(case: FeeCase, year: int, *, paid: int, lost: bool) -> YearState:
    if paid == 0:
        return "future"
    if year < case.grant_year:
        return "before_grant"
    if year <= paid:
        return "paid"
    if lost:
        return "lost"
    return "due" if year == paid + 1 else "future"


def remaining_life(case: FeeCase, today: date) -> RemainingLife:
    """The time to the end of the term, zero when it is over; fees are not looked at."""
    days = max(0, (case.expires_on - today).days)
    months = 0
    while days and add_months(today, months + 1) <= case.expires_on:
        months += 1
    return RemainingLife(months // 12, months % 12, days)


def cost_plan(case: FeeCase, today: date, *, calendar: Calendar | None = None) -> CostPlan:
    """Every fee from the one owed next to the last year.

    A buyer is shown the full fee: he pays it until he has his own approval (U9). Empty when
    nothing is owed or the right has ended; a pending application is planned from the year after
    the present one as if granted today.
    """
    if case.is_pending(today) and today < case.expires_on:
        case = replace(case, granted=max(today, case.filed), paid=None)
    state = fee_state(case, today, calendar=calendar)
    if state.next_year is None or not state.in_force:
        return CostPlan((), 0, 0, 0)
    fees = tuple(
        PlannedFee(year, due_date(case.filed, year), case.fee(year), full_fee(case.kind, year))
        for year in range(state.next_year, case.last_year + 1)
    )
    total = sum(fee.fee for fee in fees)
    return CostPlan(fees, total, sum(fee.full for fee in fees), state.surcharge or 0)


def lapses_before(case: FeeCase, today: date, *, deadline: date) -> bool:
    """True when the right would end before ``deadline`` if no further fee were paid.

    For the warning that a patent lapses before a deal could be registered (domain page).
    """
    state = fee_state(case, today)
    if not state.in_force:
        return state.state != "pending"
    ends = state.grace_ends if state.grace_ends is not None else case.expires_on
    return ends < deadline


def licence_may_run_to(case: FeeCase) -> date:
    """The last day a licence may name: the day before the term ends (L56, 民法典 865)."""
    return case.expires_on - timedelta(days=1)


def current_year(case: FeeCase, today: date) -> int:
    """The patent year of ``today``, at most the last one."""
    return min(patent_year(case.filed, today), case.last_year)
