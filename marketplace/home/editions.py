"""The editions of the trading rules: when each was published, since when it binds (L70)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from rules.days import term_end

DAYS_SHOWN = 7
"""E-commerce Law 34: a change is shown at least seven days before it takes effect."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition; ``in_force_on`` is the first day on which it binds."""

    number: str
    published_on: date
    in_force_on: date


EDITIONS = (Edition("1", date(2026, 11, 10), date(2026, 11, 18)),)
"""Oldest first. A change of templates/home/_rules_text.html adds a line here."""


def earliest_start(published_on: date) -> date:
    """The first day a change may bind: seven days after publication have passed (L70, L1)."""
    return term_end(published_on, DAYS_SHOWN, moves=False) + timedelta(days=1)


def edition_in_force(today: date) -> Edition:
    """The edition that binds on a day; before the first one, the first one."""
    binding = [edition for edition in EDITIONS if edition.in_force_on <= today]
    return binding[-1] if binding else EDITIONS[0]


def coming_edition(today: date) -> Edition | None:
    """The next edition, published and not yet in force."""
    return next((edition for edition in EDITIONS if edition.in_force_on > today), None)
