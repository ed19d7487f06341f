"""The periods of a royalty and what each owes: pure counting (民法典 846; L52)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.trade.orders.terms import WHOLE, Royalty, rate_of
from rules.days import add_months, next_working_day


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open days, the rate in basis points, and the last day to declare."""

    number: int
    from_on: date
    until_on: date
    due_on: date
    rate: int


def periods(royalty: Royalty, start: date, *, days: int) -> Iterator[Period]:
    """Every period from ``start`` on; ``days`` after its end the statement is due."""
    months = royalty.statement_months
    for number in range(1, royalty.years * 12 // months + 1):
        first, until = add_months(start, months * (number - 1)), add_months(start, months * number)
        year = months * (number - 1) // 12 + 1
        due = next_working_day(until + timedelta(days=days))
        yield Period(number, first, until, due, rate_of(royalty, year))


def share_minor(base_minor: int, rate: int) -> int:
    """The share of a declared base in fen, rounded down."""
    return base_minor * rate // WHOLE
