"""The fee clock answers the 51 cases of the rule book and the questions around them."""

from __future__ import annotations

from datetime import date

import pytest

from rules.fee_clock import FeeCase, due_date, fee_state, months_late, patent_year, surcharge
from rules.fee_plan import (
    cost_plan,
    lapses_before,
    licence_may_run_to,
    remaining_life,
    year_strip,
)
from rules.fee_schedule import OTHER_FEES, fee_of_year, full_fee, term_years
from rules.holidays import read_calendar
from rules.refusals import FeeRefused

CASES = """
F1 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-01-05 | 9 | 2026-05-12 | 2000 + 0 = 2000 | ok
F2 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-05-12 | 9 | 2026-05-12 | 2000 + 0 = 2000 | due_today
F3 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-05-13 | 9 | 2026-05-12 | 2000 + 0 = 2000 | grace 1
F4 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-06-12 | 9 | 2026-05-12 | 2000 + 0 = 2000 | grace 1
F5 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-06-13 | 9 | 2026-05-12 | 2000 + 100 = 2100 | grace 2
F6 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-07-12 | 9 | 2026-05-12 | 2000 + 100 = 2100 | grace 2
F7 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-07-13 | 9 | 2026-05-12 | 2000 + 200 = 2200 | grace 3
F8 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-08-13 | 9 | 2026-05-12 | 2000 + 300 = 2300 | grace 4
F9 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-09-13 | 9 | 2026-05-12 | 2000 + 400 = 2400 | grace 5
F10 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-10-13 | 9 | 2026-05-12 | 2000 + 500 = 2500 | grace 6
F11 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-11-12 | 9 | 2026-05-12 | 2000 + 500 = 2500 | grace 6
F12 | I | 2018-05-12 | 2021-03-02 | - | 8 | 2026-11-13 | 9 | 2026-05-12 | 2000 + 500 + 1000 = 3500 | lapsed
F13 | I | 2018-05-12 | 2021-03-02 | 85 | 8 | 2026-07-27 | 9 | 2026-05-12 | 300 + 200 = 500 | grace 3
F14 | I | 2018-05-12 | 2021-03-02 | 70 | 8 | 2026-07-27 | 9 | 2026-05-12 | 600 + 200 = 800 | grace 3
F15 | I | 2018-05-12 | 2021-03-02 | 85 | 11 | 2029-03-01 | 12 | 2029-05-12 | 600 + 0 = 600 | due_soon
F16 | I | 2018-05-12 | 2021-03-02 | 85 | 12 | 2030-03-01 | 13 | 2030-05-12 | 6000 + 0 = 6000 | due_soon
F17 | I | 2018-05-12 | 2021-03-02 | open | 12 | 2030-03-01 | 13 | 2030-05-12 | 5100 + 0 = 5100 | due_soon
F18 | I | 2018-05-12 | 2021-03-02 | 85,open | 8 | 2026-01-05 | 9 | 2026-05-12 | 300 + 0 = 300 | ok
F19 | I | 2018-05-12 | 2021-03-02 | - | 3 | 2021-04-01 | 4 | 2021-05-12 | 1200 + 0 = 1200 | due_soon
F20 | I | 2020-02-29 | 2022-08-16 | - | 5 | 2025-02-28 | 6 | 2025-02-28 | 1200 + 0 = 1200 | due_today
F21 | I | 2020-02-29 | 2022-08-16 | - | 5 | 2025-03-01 | 6 | 2025-02-28 | 1200 + 0 = 1200 | grace 1
F22 | I | 2020-02-29 | 2022-08-16 | - | 5 | 2025-03-29 | 6 | 2025-02-28 | 1200 + 60 = 1260 | grace 2
F23 | I | 2020-02-29 | 2022-08-16 | - | 8 | 2028-02-29 | 9 | 2028-02-29 | 2000 + 0 = 2000 | due_today
F24 | I | 2020-02-29 | 2022-08-16 | - | 8 | 2028-08-30 | 9 | 2028-02-29 | 2000 + 500 + 1000 = 3500 | lapsed
F25 | U | 2018-08-31 | 2019-04-10 | - | 8 | 2027-02-28 | 9 | 2026-08-31 | 2000 + 500 = 2500 | grace 6
F26 | U | 2018-08-31 | 2019-04-10 | - | 8 | 2026-10-01 | 9 | 2026-08-31 | 2000 + 100 = 2100 | grace 2
F27 | U | 2019-11-28 | 2020-07-07 | - | 6 | 2026-05-28 | 7 | 2025-11-28 | 1200 + 300 = 1500 | grace 6
F28 | U | 2019-11-28 | 2020-07-07 | 85 | 6 | 2026-02-28 | 7 | 2025-11-28 | 180 + 120 = 300 | grace 3
F29 | U | 2019-11-28 | 2020-07-07 | 85 | 6 | 2026-03-01 | 7 | 2025-11-28 | 180 + 180 = 360 | grace 4
F30 | U | 2016-12-01 | 2017-06-20 | 85 | 9 | 2025-11-28 | 10 | 2025-12-01 | 300 + 0 = 300 | due_soon
F31 | U | 2016-12-01 | 2017-06-20 | 85 | 10 | 2026-11-30 | - | - | - | paid_up
F32 | U | 2016-12-01 | 2017-06-20 | 85 | 10 | 2026-12-01 | - | - | - | expired
F33 | U | 2022-03-15 | 2022-09-30 | 70 | 4 | 2026-11-20 | 5 | 2026-03-15 | 270 + 225 + 1000 = 1495 | lapsed
F34 | D | 2021-05-31 | 2021-11-02 | - | 9 | 2030-05-31 | 10 | 2030-05-31 | 2000 + 0 = 2000 | due_today
F35 | D | 2021-05-31 | 2021-11-02 | - | 10 | 2031-05-31 | - | - | - | expired
F36 | D | 2021-06-01 | 2021-11-02 | 85 | 10 | 2031-05-20 | 11 | 2031-06-01 | 3000 + 0 = 3000 | due_soon
F37 | D | 2021-06-01 | 2022-07-05 | 85 | 10 | 2031-05-20 | 11 | 2031-06-01 | 450 + 0 = 450 | due_soon
F38 | D | 2021-06-01 | 2022-07-05 | 85 | 14 | 2035-07-02 | 15 | 2035-06-01 | 3000 + 150 = 3150 | grace 2
F39 | D | 2021-06-01 | 2022-07-05 | - | 15 | 2036-05-30 | - | - | - | paid_up
F40 | D | 2021-06-01 | 2022-07-05 | - | 15 | 2036-06-01 | - | - | - | expired
F41 | I | 2010-11-26 | 2014-12-03 | - | 15 | 2025-11-26 | 16 | 2025-11-26 | 8000 + 0 = 8000 | due_today
F42 | I | 2010-11-26 | 2014-12-03 | - | 15 | 2026-04-27 | 16 | 2025-11-26 | 8000 + 2000 = 10000 | grace 6
F43 | U | 2023-03-20 | 2025-01-07 | - | 2 | 2025-03-20 | 3 | 2025-03-20 | 600 + 0 = 600 | due_today
F44 | I | 2006-11-23 | 2010-05-05 | - | 19 | 2025-11-24 | 20 | 2025-11-23 | 8000 + 0 = 8000 | due_today (moved)
F45 | I | 2006-11-23 | 2010-05-05 | - | 20 | 2026-11-22 | - | - | - | paid_up
F46 | I | 2006-11-23 | 2010-05-05 | - | 20 | 2026-11-23 | - | - | - | expired
F47 | I | 2018-05-10 | 2021-03-02 | - | 8 | 2026-05-11 | 9 | 2026-05-10 | 2000 + 0 = 2000 | due_today (moved)
F48 | I | 2018-05-10 | 2021-03-02 | - | 8 | 2026-06-11 | 9 | 2026-05-10 | 2000 + 100 = 2100 | grace 2
F49 | U | 2019-04-01 | 2019-12-03 | - | 7 | 2026-10-08 | 8 | 2026-04-01 | 1200 + 300 = 1500 | grace 6 (moved)
F50 | U | 2019-04-01 | 2019-12-03 | - | 7 | 2026-10-09 | 8 | 2026-04-01 | 1200 + 300 + 1000 = 2500 | lapsed
F51 | I | 2024-01-31 | 2026-05-12 | 85 | 3 | 2027-03-01 | 4 | 2027-01-31 | 180 + 60 = 240 | grace 2
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in CASES.strip().splitlines()]


def day(text: str) -> date:
    return date.fromisoformat(text)


def case(filed: str = "2018-05-12", kind: str = "I", **more) -> FeeCase:
    return FeeCase(kind, day(filed), **({"granted": day("2021-03-02")} | more))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_cases_of_the_rule_book(row: list[str]) -> None:
    _, kind, filed, granted, reduction, paid, today, year, due, amount, state = row
    reductions = () if reduction == "-" else tuple(reduction.split(","))
    patent = FeeCase(kind, day(filed), day(granted), int(paid), reductions)
    answer = fee_state(patent, day(today))
    assert answer.state + (" (moved)" if answer.moved else "") == state
    if year == "-":
        assert (answer.next_year, answer.due, answer.fee, answer.total) == (None,) * 4
        return
    terms, _, total = amount.partition(" = ")
    fee, late, restoration = ([int(term) for term in terms.split(" + ")] + [0])[:3]
    assert (answer.next_year, answer.due) == (int(year), day(due))
    assert (answer.fee, answer.surcharge, answer.restoration) == (fee, late, restoration)
    assert answer.total == int(total) == fee + late + restoration


def test_all_fifty_one_cases_are_here() -> None:
    assert [row[0] for row in ROWS] == [f"F{n}" for n in range(1, 52)]


def test_the_fees_of_a_whole_life_add_up_to_the_published_sums() -> None:
    assert sum(full_fee("I", year) for year in range(1, 21)) == 82_300
    assert sum(full_fee("U", year) for year in range(1, 11)) == 11_200
    assert sum(full_fee("D", year) for year in range(1, 16)) == 26_200
    with pytest.raises(ValueError, match="no fee"):
        full_fee("I", 21)
    with pytest.raises(ValueError, match="from 1"):
        full_fee("I", 0)


def test_designs_live_fifteen_years_only_if_filed_from_june_2021() -> None:
    assert term_years("D", day("2021-05-31")) == 10
    assert term_years("D", day("2021-06-01")) == 15
    assert (term_years("I", day("2021-06-01")), term_years("U", day("2021-06-01"))) == (20, 10)


def test_a_lapsed_right_ended_on_the_due_date() -> None:
    answer = fee_state(case(paid=8), day("2026-11-13"))
    assert (answer.ended_on, answer.in_force, answer.in_grace) == (day("2026-05-12"), False, False)


def test_the_last_day_to_pay_is_told_for_each_band() -> None:
    assert fee_state(case(paid=8), day("2026-01-05")).payable_until == day("2026-05-12")
    late = fee_state(FeeCase("U", day("2018-08-31"), day("2019-04-10"), 8), day("2027-02-28"))
    assert late.payable_until == day("2027-03-01")
    assert late.grace_ends == day("2027-02-28")
    assert not late.moved


def test_between_a_free_due_date_and_the_next_working_day_the_fee_is_in_time() -> None:
    patent = FeeCase("I", day("2018-10-01"), day("2021-03-02"), 8)
    assert not fee_state(patent, day("2026-10-01")).moved
    answer = fee_state(patent, day("2026-10-04"))
    assert (answer.state, answer.moved) == ("due_today", True)
    assert answer.payable_until == day("2026-10-08")
    assert fee_state(patent, day("2026-10-09")).state == "grace 1"


def test_an_own_holiday_table_moves_the_last_day() -> None:
    table = read_calendar('{"2026": {"holidays": ["2026-05-12"]}}')
    answer = fee_state(case(paid=8), day("2026-05-13"), calendar=table)
    assert (answer.state, answer.moved) == ("due_today", True)


def test_ninety_days_before_the_due_date_it_is_due_soon() -> None:
    assert fee_state(case(paid=8), day("2026-02-10")).state == "ok"
    assert fee_state(case(paid=8), day("2026-02-11")).state == "due_soon"


def test_a_pending_application_owes_nothing() -> None:
    pending = FeeCase("I", day("2024-01-31"))
    assert fee_state(pending, day("2026-05-12")).state == "pending"
    assert fee_state(pending, day("2026-05-12")).total is None
    before = case(paid=None)
    assert fee_state(before, day("2021-03-01")).state == "pending"
    assert not fee_state(pending, day("2026-05-12")).in_force


def test_without_paid_all_years_whose_due_date_has_passed_count_as_paid() -> None:
    assert fee_state(case(), day("2026-05-12")).next_year == 9
    assert fee_state(case(), day("2026-05-12")).state == "due_today"
    assert fee_state(case(), day("2026-05-13")).next_year == 10
    assert fee_state(case(), day("2021-03-02")).next_year == 4
    assert fee_state(case(), day("2038-05-11")).state == "paid_up"
    assert fee_state(case("2018-05-10"), day("2026-05-11")).state == "due_today"


def test_the_year_of_grant_is_paid_at_registration() -> None:
    assert fee_state(case(paid=0), day("2021-04-01")).next_year == 4
    noticed = case(paid=0, first_fee_year=2)  # U8: the notice beats the computed year
    assert fee_state(noticed, day("2021-04-01")).next_year == 3


def test_paid_without_a_grant_date_counts_as_granted() -> None:
    answer = fee_state(FeeCase("I", day("2018-05-12"), paid=8), day("2026-01-05"))
    assert (answer.state, answer.next_year, answer.total) == ("ok", 9, 2000)
    reduced = FeeCase("I", day("2018-05-12"), paid=10, reductions=("85",))
    assert fee_state(reduced, day("2028-05-01")).fee == 4000  # grant year unknown: full


def test_a_right_past_its_term_is_expired_even_if_it_lapsed_before() -> None:
    answer = fee_state(FeeCase("U", day("2016-12-01"), day("2017-06-20"), 5), day("2027-01-01"))
    assert (answer.state, answer.total) == ("expired", None)
    assert answer.ended_on == day("2021-12-01")
    full = fee_state(FeeCase("U", day("2016-12-01"), day("2017-06-20"), 10), day("2027-01-01"))
    assert full.ended_on == day("2026-12-01")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"kind": "X"}, "bad_kind"),
        ({"granted": date(2018, 5, 11)}, "granted_before_filed"),
        ({"paid": 21}, "bad_paid"),
        ({"paid": -1}, "bad_paid"),
        ({"filed": "1985-03-31"}, "bad_filed"),
        ({"filed": "2201-01-01", "granted": None}, "bad_filed"),
    ],
)
def test_contradicting_facts_are_refused(facts: dict, code: str) -> None:
    with pytest.raises(FeeRefused) as refusal:
        case(**facts)
    assert refusal.value.code == code


@pytest.mark.law("L66")
def test_the_open_licence_takes_fifteen_percent_and_never_adds_to_the_other() -> None:
    assert fee_of_year("I", 13, reductions=("open",)) == 5100
    assert fee_of_year("I", 9, reductions=("85", "open"), grant_year=3) == 300
    assert fee_of_year("I", 13, reductions=("85", "open"), grant_year=3) == 5100


def test_months_late_end_on_the_same_day_number() -> None:
    due = day("2026-08-31")
    assert months_late(due, due) == 0
    assert months_late(due, day("2026-09-30")) == 1
    assert months_late(due, day("2026-10-01")) == 2
    assert months_late(due, day("2027-02-28")) == 6
    assert months_late(due, day("2027-03-01")) == 7


def test_the_surcharge_stops_at_a_quarter_of_the_full_fee() -> None:
    assert [surcharge("I", 9, months=months) for months in range(9)] == [
        *(0, 0, 100, 200, 300, 400, 500),
        *(500, 500),
    ]


def test_patent_years_begin_at_filing() -> None:
    assert patent_year(day("2018-05-12"), day("2018-05-12")) == 1
    assert patent_year(day("2018-05-12"), day("2019-05-11")) == 1
    assert patent_year(day("2018-05-12"), day("2019-05-12")) == 2
    assert due_date(day("2020-02-29"), 2) == day("2021-02-28")


def test_the_strip_shows_every_year_with_its_state() -> None:
    strip = year_strip(case(paid=8), day("2026-06-13"))
    assert len(strip) == 20
    states = [year.state for year in strip]
    assert states == ["before_grant"] * 2 + ["paid"] * 6 + ["due"] + ["future"] * 11
    assert [year.year for year in strip if year.is_current] == [9]
    assert (strip[8].fee, strip[8].begins, strip[8].ends) == (
        2000,
        day("2026-05-12"),
        day("2027-05-12"),
    )
    lapsed = year_strip(case(paid=8), day("2026-11-13"))
    assert [year.state for year in lapsed][8:] == ["lost"] * 12
    pending = year_strip(FeeCase("U", day("2024-01-31")), day("2026-05-12"))
    assert {year.state for year in pending} == {"future"}
    assert len(pending) == 10
    expired = year_strip(FeeCase("U", day("2016-12-01"), day("2017-06-20"), 10), day("2027-01-01"))
    assert {year.state for year in expired} == {"paid"}


def test_the_life_that_is_left_is_counted_in_years_months_and_days() -> None:
    left = remaining_life(case(), day("2026-05-12"))
    assert (left.years, left.months, left.days) == (12, 0, 4383)
    nearly = remaining_life(case(), day("2038-05-11"))
    assert (nearly.years, nearly.months, nearly.days) == (0, 0, 1)
    over = remaining_life(case(), day("2038-05-12"))
    assert (over.years, over.months, over.days) == (0, 0, 0)


def test_the_cost_plan_shows_a_buyer_the_full_fee() -> None:
    plan = cost_plan(case(paid=17, reductions=("85",)), day("2035-01-01"))
    assert [(fee.year, fee.fee, fee.full) for fee in plan.fees] == [
        (18, 8000, 8000),
        (19, 8000, 8000),
        (20, 8000, 8000),
    ]
    reduced = cost_plan(case(paid=11, reductions=("85",)), day("2029-06-13"))
    assert (reduced.fees[0].fee, reduced.fees[0].full) == (600, 4000)
    assert reduced.surcharge_today == 200
    assert (reduced.total, reduced.buyer_total) == (58_600, 62_000)
    assert cost_plan(case(paid=8), day("2026-11-13")).fees == ()
    assert cost_plan(case(paid=20), day("2037-11-13")).fees == ()


def test_the_cost_plan_of_an_application_begins_after_the_present_year() -> None:
    plan = cost_plan(FeeCase("U", day("2024-01-31")), day("2026-05-12"))
    assert plan.fees[0].year == 4
    assert plan.buyer_total == 2 * 900 + 3 * 1200 + 2 * 2000


def test_a_lapse_before_a_deadline_is_foreseen() -> None:
    assert lapses_before(case(paid=8), day("2026-06-13"), deadline=day("2026-11-13"))
    assert not lapses_before(case(paid=8), day("2026-06-13"), deadline=day("2026-11-12"))
    assert lapses_before(case(paid=8), day("2026-11-13"), deadline=day("2026-11-13"))
    assert not lapses_before(
        FeeCase("I", day("2024-01-31")), day("2026-06-13"), deadline=day("2030-01-01")
    )
    assert lapses_before(case(paid=20), day("2038-01-01"), deadline=day("2038-06-01"))


@pytest.mark.law("L56")
def test_a_licence_ends_at_the_latest_on_the_last_day_of_life() -> None:
    assert licence_may_run_to(FeeCase("U", day("2018-08-31"))) == day("2028-08-30")


def test_other_fees_are_listed_by_kind() -> None:
    assert OTHER_FEES["examination"] == {"I": 2500}
    assert OTHER_FEES["owner_change"]["U"] == 200
