"""The fee clock's answer as a page shows it; amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.fee_clock import FeeCase, FeeState, fee_state
from rules.fee_plan import (
    PlannedFee,
    RemainingLife,
    cost_plan,
    current_year,
    remaining_life,
    year_strip,
)
from rules.fee_schedule import full_fee

PLAN_YEARS = 5
STRIP = {"before_grant": "paid", "paid": "paid", "due": "due", "future": "open", "lost": "late"}


@dataclass(frozen=True, slots=True)
class StripYear:
    """One column of the patent strip."""

    number: int
    fee_minor: int
    state: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A coming fee: as the owner pays it, and in full as a buyer would."""

    year: int
    due: date
    fee_minor: int
    full_minor: int


@dataclass(frozen=True, slots=True)
class FeeAnswer:
    """Everything the page says about one patent on one day.

    ``state`` is the clock's state without its month; ``late_months`` counts started months.
    ``days_left``: until the last day to pay. ``plan`` holds the next five fees, ``rest`` how
    many follow, ``total_minor`` all of them.
    """

    today: date
    state: str
    late_months: int
    clock: FeeState
    fee_minor: int | None
    full_minor: int | None
    surcharge_minor: int
    restoration_minor: int
    sum_minor: int | None
    days_left: int | None
    expires_on: date
    life: RemainingLife
    years: tuple[StripYear, ...]
    current: int
    plan: tuple[PlanLine, ...]
    plan_minor: int
    plan_full_minor: int
    rest: int
    total_minor: int
    total_full_minor: int


def answer(case: FeeCase, today: date) -> FeeAnswer:
    """Ask the clock (rule book section 3)."""
    clock, costs = fee_state(case, today), cost_plan(case, today)
    name, _, months = clock.state.partition(" ")
    plan = tuple(_line(fee) for fee in costs.fees[:PLAN_YEARS])
    year = clock.next_year
    return FeeAnswer(
        today=today,
        state=name,
        late_months=int(months or 0),
        clock=clock,
        fee_minor=_fen(clock.fee),
        full_minor=_fen(full_fee(case.kind, year)) if year else None,
        surcharge_minor=_fen(clock.surcharge) or 0,
        restoration_minor=_fen(clock.restoration) or 0,
        sum_minor=_fen(clock.total),
        days_left=(clock.payable_until - today).days if clock.payable_until else None,
        expires_on=case.expires_on,
        life=remaining_life(case, today),
        years=tuple(
            StripYear(one.year, one.fee * 100, STRIP[one.state]) for one in year_strip(case, today)
        ),
        current=current_year(case, today),
        plan=plan,
        plan_minor=sum(line.fee_minor for line in plan),
        plan_full_minor=sum(line.full_minor for line in plan),
        rest=len(costs.fees) - len(plan),
        total_minor=costs.total * 100,
        total_full_minor=costs.buyer_total * 100,
    )


def _line(fee: PlannedFee) -> PlanLine:
    return PlanLine(fee.year, fee.due, fee.fee * 100, fee.full * 100)


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100
