"""The holiday table: State Council notices as data, and what holds for years without one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from pathlib import Path

from rules.refusals import CalendarRefused

SATURDAY = 5
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Statutory days with a fixed date; the only holidays assumed for a year without a notice."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which dates are worked in mainland China.

    ``holidays`` are days off of a notice, ``workdays`` weekend days worked in exchange;
    ``announced`` the years whose notice is known, ``years`` all years with own data.
    """

    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()
    announced: frozenset[int] = field(default_factory=frozenset)

    def is_working_day(self, day: date) -> bool:
        """L1 (民法典 203): neither weekend nor holiday, or a weekend day worked in exchange."""
        if day in self.workdays:
            return True
        if day.weekday() >= SATURDAY or day in self.holidays:
            return False
        return day.year in self.years or (day.month, day.day) not in FIXED_HOLIDAYS

    def is_final(self, day: date) -> bool:
        """False while the notice for that year is not known: a moved term end may still move."""
        return day.year in self.announced

    def with_years(self, other: Calendar) -> Calendar:
        """The years of ``other`` put over the years of this table."""

        def kept(days: Iterable[date]) -> set[date]:
            return {day for day in days if day.year not in other.years}

        return Calendar(
            frozenset(kept(self.holidays)) | other.holidays,
            frozenset(kept(self.workdays)) | other.workdays,
            self.years | other.years,
            (self.announced - other.years) | other.announced,
        )


def read_calendar(text: str) -> Calendar:
    """The table written as JSON.

    Form: ``{"2027": {"holidays": [["2027-01-01", "2027-01-03"], …], "workdays": ["2027-…"],
    "provisional": false}}``; a range includes both ends. Raises ``CalendarRefused``
    (``bad_json``, ``bad_year``, ``bad_date``, ``wrong_year``).
    """
    holidays: set[date] = set()
    workdays: set[date] = set()
    announced: set[int] = set()
    tables = _tables(text)
    for year, table in tables.items():
        ranges = _pairs(table.get("holidays", []), year)
        holidays.update(day for first, last in ranges for day in _each(first, last))
        workdays.update(first for first, _ in _pairs(table.get("workdays", []), year))
        if not table.get("provisional", False):
            announced.add(year)
    return Calendar(
        frozenset(holidays), frozenset(workdays), frozenset(tables), frozenset(announced)
    )


def _tables(text: str) -> dict[int, Mapping[str, object]]:
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise CalendarRefused("bad_json", {"reason": str(error)}) from error
    if not isinstance(parsed, dict):
        raise CalendarRefused("bad_json", {"reason": "an object by year is expected"})
    tables: dict[int, Mapping[str, object]] = {}
    for key, table in parsed.items():
        if not (str(key).isdecimal() and len(str(key)) == 4 and isinstance(table, dict)):
            raise CalendarRefused("bad_year", {"year": key})
        tables[int(key)] = table
    return tables


def _pairs(entries: object, year: int) -> list[tuple[date, date]]:
    if not isinstance(entries, list):
        raise CalendarRefused("bad_date", {"entry": entries})
    return [_pair(entry, year) for entry in entries]


def _pair(entry: object, year: int) -> tuple[date, date]:
    ends = entry if isinstance(entry, list) else [entry, entry]
    try:
        first, last = (date.fromisoformat(str(end)) for end in ends)
    except ValueError as error:
        raise CalendarRefused("bad_date", {"entry": entry}) from error
    if last < first:
        raise CalendarRefused("bad_date", {"entry": entry})
    if {first.year, last.year} != {year}:
        raise CalendarRefused("wrong_year", {"entry": entry, "year": year})
    return first, last


def _each(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


@cache
def shipped_calendar() -> Calendar:
    """The table that ships with the market (notices for 2024-2026, statutory days of 2027)."""
    source = resources.files("rules").joinpath("data", "holidays.json")
    return read_calendar(source.read_text(encoding="utf-8"))


def calendar_with(path: Path | None) -> Calendar:
    """The shipped table, with the years of the JSON file at ``path`` put over it.

    For the setting that names an own holiday file. Raises ``CalendarRefused`` and ``OSError``.
    """
    if path is None:
        return shipped_calendar()
    return shipped_calendar().with_years(read_calendar(path.read_text(encoding="utf-8")))
