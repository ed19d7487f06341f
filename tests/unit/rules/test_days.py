"""Terms are counted as the Civil Code counts them (L1, L2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from rules.days import (
    SHANGHAI,
    add_months,
    add_working_days,
    add_years,
    dates_apart,
    end_of,
    hours_after,
    is_working_day,
    local_date,
    next_working_day,
    start_of,
    term_end,
)
from rules.holidays import calendar_with, read_calendar, shipped_calendar
from rules.refusals import CalendarRefused


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.law("L1")
@pytest.mark.parametrize(
    ("start", "n", "unit", "end"),
    [
        ("2026-12-01", 15, "days", "2026-12-16"),
        ("2026-12-11", 15, "days", "2026-12-28"),  # 12-26 is a Saturday
        ("2026-11-30", 3, "months", "2027-03-01"),  # 2027-02-28 is a Sunday
        ("2026-12-05", 15, "days", "2026-12-21"),  # L34: 12-20 is a Sunday
        ("2026-08-31", 6, "months", "2027-03-01"),  # L39, L42
        ("2026-12-15", 3, "months", "2027-03-15"),  # L65
        ("2024-02-29", 30, "months", "2026-08-31"),  # PCT entry, 08-29 is a Saturday
        ("2024-02-29", 32, "months", "2026-10-29"),
        ("2023-08-31", 32, "months", "2026-04-30"),
        ("2026-09-21", 10, "days", "2026-10-08"),  # into the National Day week
        ("2026-05-31", 0, "days", "2026-06-01"),
        ("2024-02-29", 1, "years", "2025-02-28"),
    ],
)
def test_a_term_ends_where_the_rule_book_says(start: str, n: int, unit: str, end: str) -> None:
    assert term_end(day(start), n, unit) == day(end)


@pytest.mark.law("L1")
def test_a_saturday_worked_in_exchange_does_not_move_a_term() -> None:
    # The rule book reads Saturday 2026-02-28 as free (→ 03-02), which holds without the notice;
    # the notice for 2026 makes it a working day, so the term really ends on it.
    start = day("2023-08-31")
    assert term_end(start, 30, "months") == day("2026-02-28")
    assert term_end(start, 30, "months", calendar=read_calendar("{}")) == day("2026-03-02")


@pytest.mark.law("L1")
def test_a_term_that_does_not_move_ends_on_the_free_day() -> None:
    assert term_end(day("2026-12-11"), 15, moves=False) == day("2026-12-26")


@pytest.mark.law("L1")
def test_the_last_day_ends_at_midnight_in_china() -> None:
    assert end_of(day("2026-12-16")) == datetime(2026, 12, 16, 16, 0, tzinfo=UTC)
    assert start_of(day("2026-12-17")) == end_of(day("2026-12-16"))
    assert local_date(datetime(2026, 12, 16, 16, 0, tzinfo=UTC)) == day("2026-12-17")
    assert local_date(datetime(2026, 12, 16, 15, 59, 59, tzinfo=UTC)) == day("2026-12-16")


@pytest.mark.law("L1")
@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("2026-01-01", False),
        ("2026-01-04", True),  # Sunday worked in exchange
        ("2026-02-14", True),
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-04-06", False),
        ("2026-05-05", False),
        ("2026-05-09", True),
        ("2026-05-10", False),
        ("2026-06-19", False),
        ("2026-09-20", True),
        ("2026-09-25", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-08", True),
        ("2025-04-27", True),
        ("2025-06-02", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2024-02-09", True),
        ("2024-02-18", True),
        ("2024-09-17", False),
        ("2024-10-12", True),
        ("2027-02-08", False),  # statutory, before any notice
        ("2031-10-01", False),  # fixed statutory day of a year without data
        ("2031-10-06", True),
    ],
)
def test_the_notices_of_the_state_council_are_known(text: str, worked: bool) -> None:
    assert is_working_day(day(text)) is worked


@pytest.mark.law("L1")
def test_every_day_worked_in_exchange_is_a_weekend_day_and_no_holiday() -> None:
    table = shipped_calendar()
    assert all(worked.weekday() >= 5 for worked in table.workdays)
    assert not table.workdays & table.holidays


@pytest.mark.law("L1")
def test_a_year_without_a_notice_is_not_final() -> None:
    assert shipped_calendar().is_final(day("2026-05-01"))
    assert not shipped_calendar().is_final(day("2027-05-01"))
    assert not shipped_calendar().is_final(day("2040-05-01"))


@pytest.mark.law("L1")
def test_an_own_file_replaces_the_years_it_names(tmp_path) -> None:
    own = tmp_path / "holidays.json"
    own.write_text(
        '{"2027": {"holidays": [["2027-02-05", "2027-02-11"]], "workdays": ["2027-02-20"]}}',
        encoding="utf-8",
    )
    table = calendar_with(own)
    assert not is_working_day(day("2027-02-11"), table)
    assert is_working_day(day("2027-02-20"), table)
    assert is_working_day(day("2027-06-09"), table)  # no longer from the shipped year
    assert not is_working_day(day("2026-10-01"), table)  # other years stay
    assert table.is_final(day("2027-03-01"))
    assert calendar_with(None) == shipped_calendar()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_json"),
        ('{"27": {}}', "bad_year"),
        ('{"2027": {"holidays": ["2027-13-01"]}}', "bad_date"),
        ('{"2027": {"holidays": [["2027-02-05"]]}}', "bad_date"),
        ('{"2027": {"holidays": [["2027-02-05", "2027-02-01"]]}}', "bad_date"),
        ('{"2027": {"holidays": "2027-02-05"}}', "bad_date"),
        ('{"2027": {"workdays": ["2026-02-05"]}}', "wrong_year"),
    ],
)
def test_a_wrong_holiday_file_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(CalendarRefused) as refusal:
        read_calendar(text)
    assert refusal.value.code == code


@pytest.mark.law("L1")
def test_months_and_years_keep_the_day_number_or_take_the_last() -> None:
    assert add_months(day("2026-01-31"), 1) == day("2026-02-28")
    assert add_months(day("2026-01-31"), 2) == day("2026-03-31")
    assert add_months(day("2026-12-15"), 1) == day("2027-01-15")
    assert add_years(day("2020-02-29"), 5) == day("2025-02-28")
    assert add_years(day("2020-02-29"), 8) == day("2028-02-29")


@pytest.mark.law("L1")
def test_working_days_leave_out_the_first_day_and_free_days() -> None:
    assert add_working_days(day("2026-12-10"), 3) == day("2026-12-15")
    assert add_working_days(day("2026-09-30"), 1) == day("2026-10-08")
    assert add_working_days(day("2026-10-08"), 2) == day("2026-10-10")  # worked Saturday
    assert term_end(day("2026-12-10"), 3, "working_days") == day("2026-12-15")
    assert next_working_day(day("2026-10-01")) == day("2026-10-08")
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(day("2026-10-08"), -1)
    with pytest.raises(ValueError, match="forwards"):
        term_end(day("2026-10-08"), -1)


@pytest.mark.law("L2")
def test_hours_run_from_the_instant_through_nights_and_holidays() -> None:
    start = datetime(2026, 12, 10, 16, 0, 0, tzinfo=SHANGHAI)
    assert hours_after(start, 24) == datetime(2026, 12, 11, 16, 0, 0, tzinfo=SHANGHAI)
    holiday = datetime(2026, 9, 30, 18, 0, tzinfo=SHANGHAI)
    assert hours_after(holiday, 48) - holiday == timedelta(hours=48)


@pytest.mark.law("L2")
def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        hours_after(datetime(2026, 12, 10, 16), 1)
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 12, 10, 16))


@pytest.mark.law("L12")
def test_dates_apart_are_counted_on_the_calendar_of_china() -> None:
    published = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
    assert dates_apart(published, datetime(2026, 12, 8, 9, 0, tzinfo=SHANGHAI)) == 7
    assert dates_apart(published, datetime(2026, 12, 9, 0, 0, tzinfo=SHANGHAI)) == 8
