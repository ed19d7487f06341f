"""What a patent costs by the year: yearly fees, term, other fees, reductions (CNY, whole yuan)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from rules.days import add_years
from rules.patent_numbers import PatentKind

Reduction = Literal["85", "70", "open"]
"""Percent taken off for eligible owners, or the open-licence reduction of 15 %."""

DESIGN_15_YEARS_FROM = date(2021, 6, 1)
REDUCED_YEARS = 10
RESTORATION_FEE = 1_000
SURCHARGE_PER_MONTH_PERCENT = 5
SURCHARGE_CAP_PERCENT = 25
GRACE_MONTHS = 6
OPEN_LICENCE_PERCENT = 15

_INVENTION = ((3, 900), (6, 1200), (9, 2000), (12, 4000), (15, 6000), (20, 8000))
_OTHERS = ((3, 600), (5, 900), (8, 1200), (10, 2000), (15, 3000))
_BANDS: Mapping[PatentKind, tuple[tuple[int, int], ...]] = {
    "I": _INVENTION,
    "U": _OTHERS,
    "D": _OTHERS,
}

OTHER_FEES: Mapping[str, Mapping[PatentKind, int]] = {
    "filing": {"I": 900, "U": 500, "D": 500},
    "examination": {"I": 2500},
    "re_examination": {"I": 1000, "U": 300, "D": 300},
    "owner_change": {"I": 200, "U": 200, "D": 200},
    "evaluation_report": {"U": 2400, "D": 2400},
    "invalidity": {"I": 3000, "U": 1500, "D": 1500},
    "restoration": {"I": 1000, "U": 1000, "D": 1000},
    "term_compensation_request": {"I": 200},
    "term_compensation_year": {"I": 8000},
}
"""Fees beside the yearly ones; they rest on one unofficial copy (U13): show them as a guide."""


def term_years(kind: PatentKind, filed: date) -> int:
    """Years of life: 发明 20, 实用新型 10, 外观 15 (10 if filed before 2021-06-01). 专利法 42."""
    if kind == "I":
        return 20
    if kind == "D" and filed >= DESIGN_15_YEARS_FROM:
        return 15
    return 10


def expiry(kind: PatentKind, filed: date) -> date:
    """The first day without the right: the anniversary, never moved by holidays (section 3)."""
    return add_years(filed, term_years(kind, filed))


def full_fee(kind: PatentKind, year: int) -> int:
    """The unreduced fee of a patent year in whole CNY; ``year`` counts from 1 at filing."""
    if year < 1:
        raise ValueError("patent years count from 1")
    for last, fee in _BANDS[kind]:
        if year <= last:
            return fee
    raise ValueError(f"no fee for patent year {year}")


def fee_of_year(
    kind: PatentKind, year: int, *, reductions: Iterable[Reduction] = (), grant_year: int = 1
) -> int:
    """The fee of a patent year after the best reduction, in whole CNY.

    85 % and 70 % hold for the ten patent years that begin with the year of grant; 15 % while an
    open licence runs. They never add up, the best one counts. The surcharge is always counted
    on ``full_fee`` (section 3).
    """
    reduced = grant_year <= year < grant_year + REDUCED_YEARS
    percents = [
        OPEN_LICENCE_PERCENT if reduction == "open" else int(reduction)
        for reduction in reductions
        if reduction == "open" or reduced
    ]
    return full_fee(kind, year) * (100 - max(percents, default=0)) // 100
