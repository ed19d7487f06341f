"""The fee command's answers: the fields a script reads, and errors on their line."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rules.fee_cli import run_batch, run_one
from rules.refusals import FeeRefused

F13 = {
    "kind": "I",
    "filed": "2018-05-12",
    "granted": "2021-03-02",
    "paid": 8,
    "reduction": "85",
    "today": "2026-07-27",
}


def test_one_case_prints_whole_yuan_and_iso_dates() -> None:
    assert run_one(F13) == {
        "state": "grace 3",
        "next_year": 9,
        "due": "2026-05-12",
        "fee": 300,
        "surcharge": 200,
        "restoration": 0,
        "total": 500,
    }


def test_nothing_owed_is_null() -> None:
    answer = run_one({"kind": "U", "filed": "2016-12-01", "paid": 10, "today": "2026-11-30"})
    assert answer["state"] == "paid_up"
    assert [answer[key] for key in ("next_year", "due", "fee", "surcharge", "total")] == [None] * 5


@pytest.mark.parametrize("reduction", [85, "85", "85%", [85], ["85", "open"]])
def test_reductions_are_read_in_any_usual_form(reduction: object) -> None:
    assert run_one(F13 | {"reduction": reduction})["fee"] == 300


@pytest.mark.parametrize("reduction", [None, "", "-", 0, []])
def test_no_reduction_is_read_in_any_usual_form(reduction: object) -> None:
    assert run_one(F13 | {"reduction": reduction})["fee"] == 2000


def test_open_licence_and_lower_case_kind_are_accepted() -> None:
    assert run_one(F13 | {"reduction": "OPEN", "kind": "i"})["fee"] == 1700


def test_today_comes_from_the_caller_when_the_record_has_none() -> None:
    bare = {key: value for key, value in F13.items() if key != "today"}
    assert run_one(bare, today=date(2026, 7, 27))["state"] == "grace 3"
    with pytest.raises(FeeRefused) as refusal:
        run_one(bare)
    assert (refusal.value.code, refusal.value.facts) == ("missing", {"field": "today"})


def test_a_misspelt_field_is_named() -> None:
    assert run_one(F13 | {"payed": 9})["ignored"] == ["payed"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "P"}, "bad_kind"),
        ({"kind": None}, "bad_kind"),
        ({"filed": None}, "missing"),
        ({"filed": "12.05.2018"}, "bad_date"),
        ({"today": "2026-02-30"}, "bad_date"),
        ({"paid": "eight"}, "bad_paid"),
        ({"paid": -1}, "bad_paid"),
        ({"paid": 8.5}, "bad_paid"),
        ({"paid": True}, "bad_paid"),
        ({"paid": 21}, "bad_paid"),
        ({"reduction": 50}, "bad_reduction"),
        ({"reduction": {"a": 1}}, "bad_reduction"),
        ({"granted": "2018-05-11"}, "granted_before_filed"),
        ({"filed": "1984-01-01"}, "bad_filed"),
        ({"filed": ["2018-05-12"]}, "bad_date"),
    ],
)
def test_bad_facts_are_refused_with_a_code(changes: dict, code: str) -> None:
    with pytest.raises(FeeRefused) as refusal:
        run_one(F13 | changes)
    assert refusal.value.code == code


def test_a_batch_keeps_its_order_and_its_errors_on_their_line() -> None:
    lines = [
        json.dumps(F13),
        "{broken",
        "",
        "[1]",
        json.dumps(F13 | {"paid": 99}),
        json.dumps(F13 | {"granted": "2018-05-11"}),
        json.dumps(F13 | {"today": "2026-05-12"}),
    ]
    answers = list(run_batch(lines))
    assert [answer.get("state", answer.get("error")) for answer in answers] == [
        "grace 3",
        "bad_json",
        "bad_json",
        "bad_paid",
        "granted_before_filed",
        "due_today",
    ]
    assert answers[3]["line"] == 5
    json.dumps(answers)
