"""The office's other clocks."""

from __future__ import annotations

from datetime import date

import pytest

from rules.patent_clocks import (
    examination_request_deadline,
    inventor_prize,
    licence_filing_deadline,
    pct_entry,
    registration_deadline,
    restoration_deadline,
    restoration_surely_over,
)


@pytest.mark.law("L1")
def test_pct_entry_is_thirty_months_and_two_more_with_surcharge() -> None:
    entry = pct_entry(date(2024, 2, 29))
    assert (entry.due, entry.late) == (date(2026, 8, 31), date(2026, 10, 29))  # 08-29: Saturday
    assert pct_entry(date(2023, 8, 31)).late == date(2026, 4, 30)


@pytest.mark.law("L1")
def test_examination_is_asked_until_the_anniversary() -> None:
    assert examination_request_deadline(date(1998, 6, 1)) == date(2001, 6, 1)


@pytest.mark.law("L1")
def test_two_months_for_registration_and_restoration() -> None:
    assert registration_deadline(date(2026, 7, 15)) == date(2026, 9, 15)
    assert restoration_deadline(date(2026, 8, 1)) == date(2026, 10, 8)  # National Day week
    assert restoration_surely_over(date(2026, 5, 12)) == date(2026, 9, 14)  # 09-12: Saturday


@pytest.mark.law("L65")
def test_a_licence_is_filed_within_three_months_of_its_effect() -> None:
    assert licence_filing_deadline(date(2026, 12, 15)) == date(2027, 3, 15)
    assert licence_filing_deadline(date(2026, 11, 30)) == date(2027, 3, 1)


@pytest.mark.law("L42")
def test_the_prize_is_due_three_months_after_the_grant() -> None:
    assert inventor_prize(date(2026, 11, 30), is_invention=True) == (date(2027, 3, 1), 4_000)
    assert inventor_prize(date(2026, 11, 30), is_invention=False) == (date(2027, 3, 1), 1_500)
