"""Amounts as people type them and as a contract writes them."""

from __future__ import annotations

import pytest

from rules.amounts import LARGEST_MINOR, AmountRefused, capitals, in_wan, parse_amount


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.5", 123_450),
        ("１２．５万", 12_500_000),
        ("12.5万", 12_500_000),
        ("1.2亿", 12_000_000_000),
        ("1.2亿元", 12_000_000_000),
        ("￥1,000", 100_000),
        ("¥ 1 000", 100_000),
        ("人民币100万元整", 100_000_000),
        ("5千元", 500_000),
        ("3百万", 300_000_000),
        ("0", 0),
        ("0.01", 1),
        (".5", 50),
        ("1.", 100),
        ("12.345万", 12_345_000),
        ("1,000,000.00", 100_000_000),
        ("30.0万元", 30_000_000),
        ("10000000000000", LARGEST_MINOR),
    ],
)
def test_typed_amounts_become_fen(text: str, minor: int) -> None:
    assert parse_amount(text) == minor


@pytest.mark.parametrize("text", ["面议", " 面 议 ", "价格面议", "negotiable"])
def test_negotiable_is_no_amount_and_no_error(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("-5", "negative"),
        ("－5", "negative"),
        ("0.001", "too_precise"),
        ("0.0000001万", "too_precise"),
        ("12,34", "bad_grouping"),
        ("1,2345", "bad_grouping"),
        ("30.0万元-100.0万元", "range"),
        ("10至20万", "range"),
        ("10000000000000.01", "too_large"),
        ("20万亿", "too_large"),
        ("1e5", "not_an_amount"),
        ("12万3", "not_an_amount"),
        ("1.2.3", "not_an_amount"),
        (".", "not_an_amount"),
        ("NaN", "not_an_amount"),
        ("٣", "not_an_amount"),
        ("壹佰", "not_an_amount"),
        ("USD 5", "not_an_amount"),
        ("1" * 50, "not_an_amount"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(AmountRefused) as refusal:
        parse_amount(text)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("minor", "words"),
    [
        (140_000_000, "壹佰肆拾万元整"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (15, "壹角伍分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (1_050, "壹拾元伍角整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_000_000, "壹拾万元整"),
        (10_500_000, "壹拾万伍仟元整"),
        (10_050_000, "壹拾万零伍佰元整"),
        (100_000_100, "壹佰万零壹元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_500_000, "壹亿零伍仟元整"),
        (10_001_000_100, "壹亿零壹万零壹元整"),
        (15_000_000_000, "壹亿伍仟万元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (100_005_000_000_000, "壹万亿零伍仟万元整"),
        (LARGEST_MINOR, "壹拾万亿元整"),
        (
            234_567_890_123_456,
            "贰万叁仟肆佰伍拾陆亿柒仟捌佰玖拾万壹仟贰佰叁拾肆元伍角陆分",
        ),
    ],
)
def test_amounts_are_written_in_capitals(minor: int, words: str) -> None:
    assert capitals(minor) == words


@pytest.mark.parametrize(("minor", "code"), [(-1, "negative"), (LARGEST_MINOR + 1, "too_large")])
def test_what_cannot_be_signed_is_not_written(minor: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refusal:
        capitals(minor)
    assert refusal.value.code == code


def test_wan_is_exact() -> None:
    assert in_wan(140_000_000) == "140万元"
    assert in_wan(12_500_000) == "12.5万元"
    assert in_wan(1_000_000) == "1万元"
    assert in_wan(999_950) == "9,999.5元"
    assert in_wan(123_456_789_000) == "123,456.789万元"
    assert in_wan(100_000_001) == "100.000001万元"
