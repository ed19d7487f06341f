"""The fee clock as a page: cases of the rule book, shareable addresses, errors at the field."""

from __future__ import annotations

import re
from datetime import date

import pytest

from marketplace.service.tools.fees import answer
from rules.fee_clock import FeeCase

CASES = [  # kind, filed, granted, paid, reduction, today → state, to pay, next year (section 3)
    ("F1", "I", "2018-05-12", "2021-03-02", "8", "", "2026-01-05", "In order", "2,000.00", 9),
    ("F2", "I", "2018-05-12", "2021-03-02", "8", "", "2026-05-12", "Due today", "2,000.00", 9),
    ("F5", "I", "2018-05-12", "2021-03-02", "8", "", "2026-06-13", "late period", "2,100.00", 9),
    ("F12", "I", "2018-05-12", "2021-03-02", "8", "", "2026-11-13", "Lapsed", "3,500.00", 9),
    ("F13", "I", "2018-05-12", "2021-03-02", "8", "85", "2026-07-27", "late period", "500.00", 9),
    ("F17", "I", "2018-05-12", "2021-03-02", "12", "open", "2030-03-01", "Due soon", "5,100.00", 13),
    ("F29", "U", "2019-11-28", "2020-07-07", "6", "85", "2026-03-01", "late period", "360.00", 7),
    ("F37", "D", "2021-06-01", "2022-07-05", "10", "85", "2031-05-20", "Due soon", "450.00", 11),
]  # fmt: skip


def ask(client, **typed: str):
    return client.get("/service/fees", query_string={"lang": "en", **typed})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_the_page_answers_the_cases_of_the_rule_book(client, case):
    _name, kind, filed, granted, paid, reduction, today, state, amount, year = case
    found = ask(
        client, kind=kind, filed=filed, granted=granted, paid=paid, reduction=reduction, today=today
    )
    page = found.get_data(as_text=True)
    assert found.status_code == 200
    assert state in page.split('id="answer"')[1].split("</h2>")[0]
    assert f"¥{amount}" in page
    assert f"year {year}" in page


def test_an_expired_patent_owes_nothing_and_has_no_plan(client):
    page = ask(
        client, kind="U", filed="2016-12-01", granted="2017-06-20", paid="10", today="2026-12-01"
    ).get_data(as_text=True)
    assert "The term is over" in page
    assert "nothing more is owed" in page
    assert 'id="plan"' not in page


def test_a_pending_application_owes_no_yearly_fee(client):
    page = ask(client, kind="I", filed="2025-03-03", today="2026-11-22").get_data(as_text=True)
    assert "no yearly fees are owed" in page
    assert "as if the patent were granted today" in page


def test_the_strip_shows_every_year_of_the_patent(client):
    page = ask(
        client, kind="I", filed="2018-05-12", granted="2021-03-02", paid="8", today="2026-01-05"
    ).get_data(as_text=True)
    strip = page.split('<ol class="strip"')[1].split("</ol>")[0]
    assert strip.count("<li") == 20
    assert strip.count('<span class="vh">Year ') == 20
    assert "due-now" in strip


def test_the_plan_shows_what_the_owner_and_what_a_buyer_would_pay():
    case = FeeCase("I", date(2018, 5, 12), date(2021, 3, 2), 8, ("85",))
    found = answer(case, date(2026, 1, 5))
    assert [line.year for line in found.plan] == [9, 10, 11, 12, 13]
    assert found.plan_minor == (300 + 600 * 3 + 6000) * 100
    assert found.plan_full_minor == (2000 + 4000 * 3 + 6000) * 100
    assert found.rest == 7
    assert found.total_full_minor - found.plan_full_minor == (6000 * 2 + 8000 * 5) * 100
    assert found.days_left == 127


def test_the_address_of_an_answer_can_be_shared(client):
    page = ask(client, kind="I", filed="2018/5/12", granted="20210302", paid="8",
               today="2026-01-05").get_data(as_text=True)  # fmt: skip
    copied = re.search(r'data-copy="([^"]+)"', page)
    assert copied
    again = client.get(copied.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert "¥2,000.00" in again


def test_without_a_day_the_answer_is_for_today(client, clock):
    page = ask(client, kind="U", filed="2022-03-15", granted="2022-09-30").get_data(as_text=True)
    today = clock().astimezone().date()
    assert f"reckoned for {today.year}" in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"kind": "I", "filed": ""}, "Please enter the filing date."),
        ({"kind": "I", "filed": "1984-12-31"}, "no filing date lies before it"),
        ({"kind": "I", "filed": "2018-05-12", "granted": "2017-01-01"},
         "The grant cannot lie before the filing date 2018-05-12."),
        ({"kind": "U", "filed": "2018-05-12", "paid": "11"}, "has the years 1 to 10"),
        ({"kind": "D", "filed": "2018-05-12", "paid": "15"}, "has the years 1 to 10"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_at_the_field_and_nothing_typed_is_lost(
    client, typed, message
):
    found = ask(client, **typed)
    page = found.get_data(as_text=True)
    assert found.status_code == 422
    assert message in page
    assert "data-error-summary" in page
    if typed["filed"]:
        assert f'value="{typed["filed"]}"' in page
    assert 'id="answer"' not in page


@pytest.mark.parametrize("typed", [{"kind": "X", "filed": "2018-05-12"},
                                   {"kind": "I", "filed": "2018-13-45"},
                                   {"kind": "I", "filed": "2018-05-12", "paid": "three"},
                                   {"kind": "I", "filed": "2018-05-12", "reduction": "99"}])  # fmt: skip
def test_bad_input_never_ends_in_a_fault(client, typed):
    assert ask(client, **typed).status_code == 422


def test_the_tools_need_neither_account_nor_database(client, ctx):
    from sqlalchemy import event

    seen: list[str] = []
    listener = lambda _c, _cur, statement, *_more: seen.append(statement)  # noqa: E731
    event.listen(ctx.engine, "before_cursor_execute", listener)
    for path in ("/service/", "/service/fees", "/service/numbers", "/service/capitals"):
        assert client.get(path).status_code == 200
    event.remove(ctx.engine, "before_cursor_execute", listener)
    assert seen == []
