"""Patent numbers are read in any spelling and refused with the right character named."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rules.number_checks import number_findings
from rules.patent_numbers import ApplicationNumber, check_character, parse_application_number
from rules.publication_numbers import parse_publication_number
from rules.refusals import NumberRefused
from tests.shared_data import shared


def refused(parse, text: str) -> NumberRefused:
    with pytest.raises(NumberRefused) as refusal:
        parse(text)
    return refusal.value


@pytest.mark.law("L51")
@pytest.mark.parametrize(
    ("text", "kind", "year", "is_pct"),
    [
        ("202010123456.2", "I", 2020, False),
        ("202221234567.1", "U", 2022, False),
        ("202330045678.1", "D", 2023, False),
        ("202680000123.6", "I", 2026, True),
        ("202110123468.X", "I", 2021, False),
        ("201080063196.9", "I", 2010, True),
        ("201310699744.2", "I", 2013, False),
        ("95115608.X", "I", 1995, False),
        ("97101765.4", "I", 1997, False),
        ("98805245.8", "I", 1998, True),
        ("02115535.6", "I", 2002, False),
        ("88100001", "I", 1988, False),
    ],
)
def test_the_valid_numbers_of_the_rule_book_pass(
    text: str, kind: str, year: int, is_pct: bool
) -> None:
    number = parse_application_number(text)
    assert number == ApplicationNumber(text, kind, year, is_pct)
    assert not number.zl_prefix
    assert number.warnings == ()


@pytest.mark.law("L51")
@pytest.mark.parametrize(
    "text",
    [
        "2013106997442",
        "ZL201310699744.2",
        "zl 2013 1069 9744.2",
        "ＺＬ２０１３１０６９９７４４．２",
        "专利号：ZL 201310699744.2",
        "专利号ZL2013-1069-9744.2",
        "申请号:201310699744.2",
        "CN201310699744.2",
        "201310699744。2",
        "201310699744·2",
        "\u200b201310699744.2\ufeff",
        "专利申请号：２０１３１０６９９７４４.2",
        "国家专利号: ZL.201310699744.2",
    ],
)
def test_every_usual_spelling_is_the_same_number(text: str) -> None:
    number = parse_application_number(text)
    assert number.canonical == "201310699744.2"
    assert number == parse_application_number("201310699744.2")
    assert number.zl_prefix is ("ZL" in text.upper().replace(" ", "") or "ＺＬ" in text)


@pytest.mark.law("L51")
@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("202010123456.3", "wrong_check", {"expected": "2", "suggestion": "202010123456.2"}),
        ("202110123468.1", "wrong_check", {"expected": "X"}),
        ("95115608.1", "wrong_check", {"given": "1", "expected": "X"}),
        ("202040123456.?", "unknown_type", {"type": "4"}),
        ("202040123456.1", "unknown_type", {"type": "4"}),
        ("202010123456", "missing_check", {"expected": "2", "suggestion": "202010123456.2"}),
        ("202010123456.", "missing_check", {"expected": "2"}),
        ("95115608", "missing_check", {"expected": "X"}),
        ("88800001", "unknown_type", {"type": "8"}),
        ("200210123456.1", "bad_year", {"year": "2002"}),
        ("04100001.1", "bad_year", {"year": "04"}),
        ("CN112345678A", "publication_number", {}),
        ("20201012345", "bad_form", {}),
        ("2020101234562X", "bad_form", {}),
        ("2O2010123456.2", "bad_form", {}),
        ("٢٠٢٠١٠١٢٣٤٥٦.2", "bad_form", {}),
        ("专利号：", "empty", {}),
        ("  ", "empty", {}),
    ],
)
def test_a_wrong_number_is_refused_with_its_reason(text: str, code: str, facts: dict) -> None:
    refusal = refused(parse_application_number, text)
    assert refusal.code == code
    assert facts.items() <= refusal.facts.items()


@pytest.mark.law("L51")
def test_numbers_before_1989_have_no_check_and_a_given_one_is_dropped() -> None:
    number = parse_application_number("88100001.5")
    assert number.canonical == "88100001"
    assert [warning.code for warning in number.warnings] == ["check_dropped"]
    assert number.warnings[0].facts == {"given": "5"}


def test_ten_is_written_x() -> None:
    assert check_character("202110123468") == "X"
    assert check_character("95115608") == "X"
    assert check_character("201310699744") == "2"


def test_all_real_numbers_pass() -> None:
    numbers = json.loads(shared("data/ref/cn_app_numbers_checked.json").read_text("utf-8"))
    read = [parse_application_number(text) for text in numbers]
    assert len(read) >= 190
    assert all(text.endswith(number.canonical) for text, number in zip(numbers, read, strict=True))


@pytest.mark.law("L68")
def test_zl_is_shown_only_while_in_force() -> None:
    number = parse_application_number("ZL201310699744.2")
    assert number.label(in_force=True) == "ZL201310699744.2"
    assert number.label(in_force=False) == "201310699744.2"
    found = number_findings(number, in_force=False)
    assert [(one.code, one.severity) for one in found] == [("zl_not_in_force", "warn")]
    assert number_findings(number, in_force=True) == ()
    bare = parse_application_number("201310699744.2")
    assert number_findings(bare, in_force=False) == ()


@pytest.mark.law("L51")
def test_a_number_of_another_kind_blocks() -> None:
    number = parse_application_number("202221234567.1")
    found = number_findings(number, listing_kind="I")
    assert [(one.code, one.blocks) for one in found] == [("kind_differs", True)]
    assert number_findings(number, listing_kind="U") == ()


@pytest.mark.law("L51")
def test_another_filing_year_only_warns_it_may_be_a_divisional() -> None:
    number = parse_application_number("202110123468.X")
    found = number_findings(number, filed=date(2019, 5, 1))
    assert [(one.code, one.blocks) for one in found] == [("year_differs", False)]
    assert number_findings(number, filed=date(2021, 5, 1)) == ()


@pytest.mark.law("L51")
def test_an_old_form_filed_after_september_2003_warns() -> None:
    number = parse_application_number("03223456.2")
    assert number_findings(number, filed=date(2003, 9, 30)) == ()
    found = number_findings(number, filed=date(2003, 10, 1))
    assert [(one.code, one.blocks) for one in found] == [("old_form_after_2003", False)]


@pytest.mark.law("L51")
def test_a_number_of_a_coming_year_blocks() -> None:
    number = parse_application_number("202680000123.6")
    assert [one.code for one in number_findings(number, today=date(2025, 12, 31))] == ["year_ahead"]
    assert number_findings(number, today=date(2026, 1, 1)) == ()


@pytest.mark.law("L51")
@pytest.mark.parametrize(
    ("text", "canonical", "kind", "stage"),
    [
        ("CN112345678A", "CN112345678A", "I", "published"),
        ("CN112345678B", "CN112345678B", "I", "granted"),
        ("CN212345678U", "CN212345678U", "U", "granted"),
        ("CN306123456S", "CN306123456S", "D", "granted"),
        ("CN100378905C", "CN100378905C", "I", "granted"),
        ("CN1234567A", "CN1234567A", "I", "published"),
        ("CN1030001A", "CN1030001A", "I", "published"),
        ("CN2030001U", "CN2030001U", "U", "granted"),
        ("CN3003001S", "CN3003001S", "D", "granted"),
        ("CN112345678B8", "CN112345678B8", "I", "corrected"),
        ("CN212345678Y2", "CN212345678Y2", "U", "kept_in_part"),
        ("公开号：ＣＮ１１２３４５６７８Ａ", "CN112345678A", "I", "published"),
        ("cn 112345678 a", "CN112345678A", "I", "published"),
        ("112345678A", "CN112345678A", "I", "published"),
    ],
)
def test_publication_numbers_are_read(text: str, canonical: str, kind: str, stage: str) -> None:
    number = parse_publication_number(text)
    assert (number.canonical, number.kind, number.stage) == (canonical, kind, stage)


@pytest.mark.law("L51")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN212345678A", "kind_mismatch"),
        ("CN112345678U", "kind_mismatch"),
        ("CN112345678S", "kind_mismatch"),
        ("CN112345678Z", "unknown_kind_code"),
        ("CN112345678A0", "unknown_kind_code"),
        ("CN12345678A", "bad_length"),
        ("CN112345678", "missing_kind_code"),
        ("CN201220013880.2", "application_number"),
        ("95115608.X", "application_number"),
        ("95115608X", "application_number"),
        ("US1234567A", "bad_form"),
        ("CN٢12345678U", "bad_form"),
        ("", "bad_form"),
    ],
)
def test_wrong_publication_numbers_are_refused(text: str, code: str) -> None:
    assert refused(parse_publication_number, text).code == code
