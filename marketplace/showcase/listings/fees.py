"""The fee clock of a listed patent as the page shows it; amounts in fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.showcase.listings.content import PatentFacts
from marketplace.showcase.listings.rights import REGISTRATION, fee_case
from rules.enumerations import PatentState
from rules.fee_clock import FeeCase, fee_state
from rules.fee_plan import RemainingLife, current_year, remaining_life, year_strip
from rules.fee_schedule import full_fee

STRIP = {"before_grant": "paid", "paid": "paid", "due": "due", "future": "open", "lost": "late"}


@dataclass(frozen=True, slots=True)
class StripYear:
    """One column of the strip; a year before the grant asked no fee."""

    number: int
    fee_minor: int
    state: str


@dataclass(frozen=True, slots=True)
class FeeView:
    """What the page says about the patent's years.

    ``full_minor`` is what a buyer pays: reductions end with the sale until he has his own (U9).
    ``pay_before_deal``: the next due date comes before a deal could be registered.
    """

    state: str
    in_force: bool
    in_grace: bool
    next_year: int | None
    due: date | None
    days_left: int | None
    fee_minor: int | None
    full_minor: int | None
    surcharge_minor: int
    total_minor: int | None
    grace_ends: date | None
    ended_on: date | None
    expires_on: date
    life: RemainingLife
    years: tuple[StripYear, ...]
    current: int
    pay_before_deal: bool


def fee_view(patent: PatentFacts | None, today: date) -> FeeView | None:
    """The fee clock on a day (section 3); None where dates or status are missing."""
    if patent is None or patent.legal_status not in set(PatentState):
        return None
    case = fee_case(patent)
    if case is None:
        return None
    state = fee_state(case, today)
    due, year = state.due, state.next_year
    return FeeView(
        state=state.state,
        in_force=state.in_force,
        in_grace=state.in_grace,
        next_year=year,
        due=due,
        days_left=(due - today).days if due else None,
        fee_minor=_fen(state.fee),
        full_minor=_fen(full_fee(case.kind, year)) if year else None,
        surcharge_minor=_fen(state.surcharge) or 0,
        total_minor=_fen(state.total),
        grace_ends=state.grace_ends,
        ended_on=state.ended_on,
        expires_on=case.expires_on,
        life=remaining_life(case, today),
        years=_years(case, today),
        current=current_year(case, today),
        pay_before_deal=bool(due and state.in_force and due <= today + REGISTRATION),
    )


def _years(case: FeeCase, today: date) -> tuple[StripYear, ...]:
    return tuple(
        StripYear(one.year, 0 if one.state == "before_grant" else one.fee * 100, STRIP[one.state])
        for one in year_strip(case, today)
    )


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100
