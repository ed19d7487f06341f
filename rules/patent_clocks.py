"""The office's other clocks: restoration, PCT entry, examination request, registration, prizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.days import add_months, term_end
from rules.holidays import Calendar

PCT_ENTRY_MONTHS = 30
PCT_LATE_MONTHS = 32
EXAMINATION_REQUEST_YEARS = 3
REGISTRATION_MONTHS = 2
RESTORATION_MONTHS = 2
NOTICE_MONTHS = 2
LICENCE_FILING_MONTHS = 3
PRIZE_MONTHS = 3
PRIZE_INVENTION = 4_000
PRIZE_OTHER = 1_500


@dataclass(frozen=True, slots=True)
class PctEntry:
    """Last days to enter the national phase, without and with the surcharge."""

    due: date
    late: date


def restoration_deadline(notice_received: date, *, calendar: Calendar | None = None) -> date:
    """Last day to restore a lapsed right: 2 months from receipt of the notice (细则 6)."""
    return term_end(notice_received, RESTORATION_MONTHS, "months", calendar=calendar)


def restoration_surely_over(grace_ends: date, *, calendar: Calendar | None = None) -> date:
    """After this day restoration is no longer to be expected when no notice date is known.

    The notice comes one to two months after the grace, then two months run (section 3): an
    estimate on the late side; 不可抗力 may still open it for two years.
    """
    last_notice = add_months(grace_ends, NOTICE_MONTHS)
    return restoration_deadline(last_notice, calendar=calendar)


def pct_entry(priority: date, *, calendar: Calendar | None = None) -> PctEntry:
    """30 months from priority, 32 with surcharge (细则 120)."""
    return PctEntry(
        term_end(priority, PCT_ENTRY_MONTHS, "months", calendar=calendar),
        term_end(priority, PCT_LATE_MONTHS, "months", calendar=calendar),
    )


def examination_request_deadline(earliest: date, *, calendar: Calendar | None = None) -> date:
    """Three years from filing or priority, the anniversary included (专利法 35)."""
    return term_end(earliest, EXAMINATION_REQUEST_YEARS, "years", calendar=calendar)


def registration_deadline(letter_received: date, *, calendar: Calendar | None = None) -> date:
    """Two months from the grant letter (细则 60)."""
    return term_end(letter_received, REGISTRATION_MONTHS, "months", calendar=calendar)


def licence_filing_deadline(effective: date, *, calendar: Calendar | None = None) -> date:
    """L65 (细则 15): a licence is filed within 3 months of taking effect, not of signing."""
    return term_end(effective, LICENCE_FILING_MONTHS, "months", calendar=calendar)


def inventor_prize(
    granted: date, *, is_invention: bool, calendar: Calendar | None = None
) -> tuple[date, int]:
    """L42 (细则 93): last day and least sum (whole CNY) of the prize where nothing is agreed."""
    last = term_end(granted, PRIZE_MONTHS, "months", calendar=calendar)
    return last, PRIZE_INVENTION if is_invention else PRIZE_OTHER
