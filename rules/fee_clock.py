"""The fee clock: which yearly fee a patent owes on a day, how late it is, what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from rules.days import add_months, add_years, next_working_day
from rules.fee_schedule import (
    GRACE_MONTHS,
    RESTORATION_FEE,
    SURCHARGE_CAP_PERCENT,
    SURCHARGE_PER_MONTH_PERCENT,
    Reduction,
    expiry,
    fee_of_year,
    full_fee,
    term_years,
)
from rules.holidays import Calendar
from rules.patent_numbers import PatentKind
from rules.refusals import FeeRefused

DUE_SOON_DAYS = 90
FIRST_FILING_DAY = date(1985, 4, 1)
"""The Patent Law took effect."""


@dataclass(frozen=True, slots=True)
class FeeCase:
    """What the clock must know of a patent.

    ``paid`` is the last patent year paid. When it is None, every year whose (moved) due date
    lies before the asked day counts as paid. The year of grant is paid at registration
    (细则 114), so ``paid`` never counts below it. ``first_fee_year`` is the year the office's
    registration notice asked for; it beats the year computed from ``granted`` (U8).
    ``granted`` None with ``paid`` None is a pending application; with ``paid`` the patent is
    taken as granted in an unknown year, and reductions are counted from year 1 (safe side).
    """

    kind: PatentKind
    filed: date
    granted: date | None = None
    paid: int | None = None
    reductions: tuple[Reduction, ...] = ()
    first_fee_year: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be: ``bad_kind``, ``bad_filed``, ``granted_before_filed``,
        ``bad_paid`` (``FeeRefused``).
        """
        if self.kind not in {"I", "U", "D"}:
            raise FeeRefused("bad_kind", {"kind": self.kind})
        if self.filed < FIRST_FILING_DAY or self.filed.year > 2200:
            raise FeeRefused("bad_filed", {"filed": self.filed})
        if self.granted is not None and self.granted < self.filed:
            facts = {"filed": self.filed, "granted": self.granted}
            raise FeeRefused("granted_before_filed", facts)
        if self.paid is not None and not 0 <= self.paid <= self.last_year:
            raise FeeRefused("bad_paid", {"paid": self.paid, "last_year": self.last_year})

    @property
    def last_year(self) -> int:
        """The last patent year: 20, 15 or 10."""
        return term_years(self.kind, self.filed)

    @property
    def expires_on(self) -> date:
        """The first day after the term; never moved by holidays."""
        return expiry(self.kind, self.filed)

    @property
    def grant_year(self) -> int:
        """The patent year in which the grant was announced (1 when unknown)."""
        if self.first_fee_year is not None:
            return self.first_fee_year
        return patent_year(self.filed, self.granted) if self.granted else 1

    def fee(self, year: int) -> int:
        """The fee of a year after the best reduction, whole CNY."""
        return fee_of_year(self.kind, year, reductions=self.reductions, grant_year=self.grant_year)

    def is_pending(self, today: date) -> bool:
        """No yearly fees are owed while an application is pending (section 3)."""
        if self.granted is None:
            return self.paid is None
        return today < self.granted

    def paid_up_to(self, today: date, calendar: Calendar | None = None) -> int:
        """The last year that counts as paid on ``today`` (see the class for None)."""
        if self.paid is not None:
            return max(self.paid, self.grant_year)
        passed = self.grant_year
        while passed < self.last_year:
            if next_working_day(due_date(self.filed, passed + 1), calendar) >= today:
                break
            passed += 1
        return passed


@dataclass(frozen=True, slots=True)
class FeeState:
    """The answer of the clock for one day; amounts in whole CNY, None when nothing is owed.

    ``state``: pending, ok, due_soon, due_today, grace 1 … grace 6, lapsed, paid_up, expired.
    ``moved``: in time only because a holiday moved the last day. ``payable_until`` is the last
    day of the present band of time (due date, end of grace), moved. ``ended_on``: since when the
    right no longer exists.
    """

    state: str
    next_year: int | None = None
    due: date | None = None
    fee: int | None = None
    surcharge: int | None = None
    restoration: int | None = None
    total: int | None = None
    moved: bool = False
    payable_until: date | None = None
    grace_ends: date | None = None
    ended_on: date | None = None
    expires_on: date | None = None

    @property
    def in_grace(self) -> bool:
        """True in the six months after a missed due date."""
        return self.state.startswith("grace")

    @property
    def in_force(self) -> bool:
        """True while the granted right exists."""
        return self.state not in {"pending", "lapsed", "expired"}


def patent_year(filed: date, day: date) -> int:
    """The patent year that ``day`` falls in; year 1 begins at filing (section 3)."""
    year = day.year - filed.year
    return year + 1 if add_years(filed, year) <= day else year


def due_date(filed: date, year: int) -> date:
    """The nominal last day to pay for a year: filing date + (year - 1) years (section 3)."""
    return add_years(filed, year - 1)


def months_late(due: date, today: date) -> int:
    """Started months since the nominal due date: 0 in time, 1 up to one month, … (细则 115)."""
    if today <= due:
        return 0
    months = 1
    while add_months(due, months) < today:
        months += 1
    return months


def surcharge(kind: PatentKind, year: int, *, months: int) -> int:
    """5 % of the full fee per started month after the first, at most 25 %; whole CNY."""
    percent = SURCHARGE_PER_MONTH_PERCENT * max(0, months - 1)
    return full_fee(kind, year) * min(percent, SURCHARGE_CAP_PERCENT) // 100


def fee_state(case: FeeCase, today: date, *, calendar: Calendar | None = None) -> FeeState:
    """What the patent owes on ``today`` (section 3, F1-F51).

    Due dates and the end of grace move with holidays for the question "still in time?"; the
    months of the surcharge stay on the nominal dates (U2). A right whose term is over is
    ``expired`` even when it lapsed before; ``ended_on`` then names the earlier day.
    """
    if case.is_pending(today):
        return FeeState("pending", expires_on=case.expires_on)
    year = case.paid_up_to(today, calendar) + 1
    if today >= case.expires_on:
        ended = case.expires_on if year > case.last_year else due_date(case.filed, year)
        return FeeState("expired", ended_on=ended, expires_on=case.expires_on)
    if year > case.last_year:
        return FeeState("paid_up", expires_on=case.expires_on)
    return _owed(case, year, today=today, calendar=calendar)


def _owed(case: FeeCase, year: int, *, today: date, calendar: Calendar | None) -> FeeState:
    due = due_date(case.filed, year)
    last_day = next_working_day(due, calendar)
    if today < due:
        soon = (due - today).days <= DUE_SOON_DAYS
        return replace(_state(case, year, "due_soon" if soon else "ok"), payable_until=last_day)
    if today <= last_day:
        return replace(_state(case, year, "due_today"), moved=today > due, payable_until=last_day)
    grace_last_day = next_working_day(add_months(due, GRACE_MONTHS), calendar)
    if today > grace_last_day:
        lapsed = _state(case, year, "lapsed", months=GRACE_MONTHS)
        return replace(lapsed, ended_on=due)
    months = months_late(due, today)
    state = _state(case, year, f"grace {min(months, GRACE_MONTHS)}", months=months)
    return replace(state, moved=months > GRACE_MONTHS, payable_until=grace_last_day)


def _state(case: FeeCase, year: int, name: str, *, months: int = 0) -> FeeState:
    fee, late = case.fee(year), surcharge(case.kind, year, months=months)
    restoration = RESTORATION_FEE if name == "lapsed" else 0
    due = due_date(case.filed, year)
    return FeeState(
        name,
        next_year=year,
        due=due,
        fee=fee,
        surcharge=late,
        restoration=restoration,
        total=fee + late + restoration,
        grace_ends=add_months(due, GRACE_MONTHS),
        expires_on=case.expires_on,
    )
