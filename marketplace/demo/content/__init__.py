"""The demo market's content as data: every TOML file below this folder (format: README.md)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from rules.days import add_years
from rules.fee_clock import FeeCase

Row = Mapping[str, Any]
TABLES = (
    "organisation", "person", "listing", "auction", "format_lot", "hall_lot", "session", "demand",
    "deal", "bargain", "notice",
)  # fmt: skip
UNPAID_YEARS: Mapping[str, int] = {"current": 0, "due_soon": 0, "grace": 1, "lapsed": 1}
"""How many patent years, the running one included, are still unpaid under a policy."""


def rows(table: str) -> tuple[Row, ...]:
    """All rows of a table of ``TABLES``, files in the order of their names.

    Raises KeyError for another table.
    """
    if table not in TABLES:
        raise KeyError(table)
    return tuple(row for tables in _files() for row in tables.get(table, ()))


def filing_date(patent: Row, today: date) -> date:
    """The filing date of a listing's ``patent``.

    With ``anniversary_in_days`` the day moves within its year, so that an anniversary falls that
    many days after ``today`` (before it, if negative): late and nearly due fees stay so whenever
    the demo is loaded. The year, which the number carries, never changes.
    """
    filed: date = patent["filed"]
    offset = patent.get("anniversary_in_days")
    if offset is None:
        return filed
    wanted = today + timedelta(days=offset)
    return add_years(wanted, filed.year - wanted.year)


def last_paid_year(patent: Row, today: date) -> int | None:
    """The patent year last paid under the patent's ``paid_policy``; None before the grant."""
    if patent["paid_policy"] == "none":
        return None
    case = FeeCase(patent["kind"], filing_date(patent, today), patent["granted"])
    running = 1
    while running < case.last_year and add_years(case.filed, running) <= today:
        running += 1
    return running - UNPAID_YEARS[patent["paid_policy"]]


@cache
def _files() -> tuple[Mapping[str, list[Row]], ...]:
    found = sorted(_below(files(__name__)), key=lambda one: one.name)
    return tuple(tomllib.loads(one.read_text(encoding="utf-8")) for one in found)


def _below(folder: Traversable) -> Iterator[Traversable]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry)
        elif entry.name.endswith(".toml"):
            yield entry
