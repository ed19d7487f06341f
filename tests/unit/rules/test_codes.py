"""Codes of organisations, persons, agencies and contracts."""

from __future__ import annotations

from datetime import date

import pytest

from rules.agency_codes import parse_agency_code, parse_attorney_licence
from rules.contract_numbers import parse_contract_number
from rules.credit_code import (
    organisation_check,
    organisation_code_warnings,
    parse_credit_code,
)
from rules.identity_card import parse_identity_card
from rules.refusals import NumberRefused

TODAY = date(2026, 12, 1)


@pytest.mark.law("L69")
@pytest.mark.parametrize(
    ("text", "kind", "region"),
    [
        ("12100000470095016Q", "12", "100000"),
        ("91330000712560575G", "91", "330000"),
        ("914403001922038216", "91", "440300"),
        ("11330600002577014T", "11", "330600"),
        ("91330624MA2BE3XK9X", "91", "330624"),
        ("92330624MA29U7RT0U", "92", "330624"),
        ("5233062450987654XX", "52", "330624"),
        ("91330624MA20002030", "91", "330624"),  # remainder 0 gives check 0
    ],
)
def test_the_credit_codes_of_the_rule_book_pass(text: str, kind: str, region: str) -> None:
    code = parse_credit_code(text)
    assert (code.canonical, code.kind, code.region, code.warnings) == (text, kind, region, ())


@pytest.mark.law("L69")
@pytest.mark.parametrize(
    "text",
    ["91330000 712560575g", "９１３３００００７１２５６０５７５Ｇ", "9133-0000-7125-6057-5G"],
)
def test_a_credit_code_is_read_in_any_spelling(text: str) -> None:
    assert parse_credit_code(text).canonical == "91330000712560575G"


@pytest.mark.law("L69")
@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        (
            "91330000712560575H",
            "wrong_check",
            {"given": "H", "expected": "G", "suggestion": "91330000712560575G"},
        ),
        (
            "9133O000712560575G",
            "letter_not_used",
            {"letter": "O", "position": 5, "digit": "0", "suggestion": "91330000712560575G"},
        ),
        ("9I330000712560575G", "letter_not_used", {"letter": "I", "digit": "1"}),
        ("91330000712560575V", "letter_not_used", {"letter": "V", "position": 18}),
        ("9133000071256057G", "bad_length", {"length": 17}),
        ("", "bad_length", {"length": 0}),
        ("0" * 18, "all_zero", {}),
        ("91330000712560575!", "bad_form", {"character": "!", "position": 18}),
        ("9133A000712560575G", "bad_form", {"position": 3}),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(text: str, code: str, facts: dict) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_credit_code(text)
    assert refusal.value.code == code
    assert facts.items() <= refusal.value.facts.items()


def test_a_letter_without_a_passing_replacement_has_no_suggestion() -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_credit_code("9133O00071256O575H")
    assert "suggestion" not in refusal.value.facts


def with_check(first_seventeen: str) -> str:
    with pytest.raises(NumberRefused) as refusal:
        parse_credit_code(first_seventeen + "0")
    return str(refusal.value.facts["suggestion"])


@pytest.mark.law("L69")
def test_a_wrong_inner_organisation_code_only_warns() -> None:
    code = parse_credit_code(with_check("91330000712560574"))
    assert [warning.code for warning in code.warnings] == ["organisation_code_mismatch"]
    assert code.warnings[0].facts == {"given": "4", "expected": "5"}


@pytest.mark.law("L69")
def test_an_unknown_kind_or_region_only_warns() -> None:
    code = parse_credit_code(with_check("A1990000712560575"))
    assert [warning.code for warning in code.warnings] == ["unknown_kind", "unknown_region"]


def test_organisation_codes_have_their_own_check() -> None:
    assert organisation_check("71256057") == "5"
    assert organisation_check("MA200006") == "X"
    assert organisation_code_warnings("71256057-5") == ()
    assert organisation_code_warnings("MA200006-X") == ()
    warned = organisation_code_warnings("71256057-4")
    assert [(one.code, one.facts["expected"]) for one in warned] == [
        ("organisation_code_mismatch", "5")
    ]
    with pytest.raises(NumberRefused):
        organisation_code_warnings("7125605-5")


@pytest.mark.law("L69")
@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("330624199003071236", date(1990, 3, 7)),
        ("330624200002290029", date(2000, 2, 29)),
        ("33062419790520019X", date(1979, 5, 20)),
        ("33062419790520019x", date(1979, 5, 20)),
    ],
)
def test_identity_cards_are_read_and_masked(text: str, born: date) -> None:
    card = parse_identity_card(text, TODAY)
    assert card.born == born
    assert card.masked == f"330{'*' * 13}{text[-2:].upper()}"
    assert text[6:14] not in repr(card)


@pytest.mark.law("L69")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330624199003071235", "wrong_check"),
        ("330624198502290017", "no_such_date"),
        ("330624900307123", "old_form"),
        ("33062419900307123", "bad_length"),
        ("33062419900307123Y", "bad_form"),
        ("X30624199003071236", "bad_form"),
    ],
)
def test_wrong_identity_cards_are_refused_without_showing_them(text: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_identity_card(text, TODAY)
    assert refusal.value.code == code
    assert text not in str(refusal.value)


@pytest.mark.law("L69")
def test_a_birth_date_in_the_future_is_refused() -> None:
    assert parse_identity_card("330624199003071236", date(1990, 3, 7)).born == date(1990, 3, 7)
    with pytest.raises(NumberRefused) as refusal:
        parse_identity_card("330624199003071236", date(1990, 3, 6))
    assert refusal.value.code == "date_in_future"


@pytest.mark.parametrize("text", ["33200", "11127", "31100", "72001", "３３２００"])
def test_agency_codes_pass_with_a_known_province(text: str) -> None:
    assert len(parse_agency_code(text).canonical) == 5


@pytest.mark.parametrize(
    ("text", "code"),
    [("99001", "unknown_province"), ("3320", "bad_form"), ("3320A", "bad_form"), ("", "bad_form")],
)
def test_wrong_agency_codes_are_refused(text: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_agency_code(text)
    assert refusal.value.code == code


def test_an_attorney_of_another_agency_warns() -> None:
    assert parse_attorney_licence("33200123456", employer_code="33200").warnings == ()
    assert parse_attorney_licence("33200123456").agency_code == "33200"
    warned = parse_attorney_licence("33200123456", employer_code="11127").warnings
    assert [one.code for one in warned] == ["other_agency"]
    with pytest.raises(NumberRefused):
        parse_attorney_licence("3320012345")
    with pytest.raises(NumberRefused):
        parse_attorney_licence("99001123456")


@pytest.mark.law("L47")
def test_contract_numbers_have_sixteen_or_fourteen_digits() -> None:
    assert parse_contract_number("2026330624000123").warnings == ()
    older = parse_contract_number("16330601000123")
    assert older.parts == ("16", "33", "06", "01", "000123")
    assert older.warnings == ()
    odd = parse_contract_number("2026-3306")
    assert [one.code for one in odd.warnings] == ["unusual_length"]
    for wrong in ("", "2026A30624000123"):
        with pytest.raises(NumberRefused):
            parse_contract_number(wrong)
