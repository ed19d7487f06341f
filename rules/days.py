"""Counting days, months, working days and hours as the Civil Code does, in Asia/Shanghai."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal

from rules.holidays import Calendar, shipped_calendar

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""A fixed offset: China has had no summer time since 1991, and no zone database is needed."""

Unit = Literal["days", "working_days", "months", "years"]


def local_date(instant: datetime) -> date:
    """The date people in China write for an aware instant (L1)."""
    return _aware(instant).astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The instant 00:00 of a day in China, in UTC (L1)."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The instant 24:00 of a day in China, in UTC; half-open: the day is over then (L1)."""
    return start_of(day + timedelta(days=1))


def add_months(day: date, months: int) -> date:
    """Same day number ``months`` later, if there is none the last of the month (L1, 民法典 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """Same date ``years`` later; 29 February becomes the 28th in an ordinary year (L1, U1)."""
    return add_months(day, 12 * years)


def is_working_day(day: date, calendar: Calendar | None = None) -> bool:
    """True unless weekend or holiday; a weekend day worked in exchange counts (L1)."""
    return (calendar or shipped_calendar()).is_working_day(day)


def next_working_day(day: date, calendar: Calendar | None = None) -> date:
    """``day`` itself when it is worked, else the first working day after it (L1, 民法典 203)."""
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, n: int, *, calendar: Calendar | None = None) -> date:
    """The n-th working day after ``day``, which is not counted itself (L1). n is at least 0."""
    if n < 0:
        raise ValueError("working days are counted forwards")
    for _ in range(n):
        day = next_working_day(day + timedelta(days=1), calendar)
    return day


def term_end(
    start: date,
    n: int,
    unit: Unit = "days",
    *,
    moves: bool = True,
    calendar: Calendar | None = None,
) -> date:
    """The last day of a term of ``n`` units that begins with an event on ``start``.

    The day of the event is not counted; the last day ends at 24:00 (``end_of``) and moves to the
    next working day unless ``moves`` is False (the life of a right never moves). L1, 民法典
    201-203, 专利法实施细则 5.
    """
    if n < 0:
        raise ValueError("a term is counted forwards")
    if unit == "working_days":
        return add_working_days(start, n, calendar=calendar)
    if unit == "days":
        last = start + timedelta(days=n)
    else:
        last = add_months(start, n if unit == "months" else 12 * n)
    return next_working_day(last, calendar) if moves else last


def hours_after(instant: datetime, hours: int) -> datetime:
    """The instant ``hours`` later, through nights and holidays (L2, 民法典 201). Aware UTC."""
    return _aware(instant).astimezone(UTC) + timedelta(hours=hours)


def dates_apart(first: datetime, second: datetime) -> int:
    """How many local dates lie between two instants (L12: 12-01 to 12-09 are 8)."""
    return (local_date(second) - local_date(first)).days


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant
