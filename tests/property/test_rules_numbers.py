"""Numbers, days and amounts keep their promises for every input."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.amounts import LARGEST_MINOR, capitals, parse_amount
from rules.banned_words import find
from rules.credit_code import ALPHABET, parse_credit_code
from rules.days import (
    add_months,
    add_working_days,
    end_of,
    is_working_day,
    local_date,
    next_working_day,
    start_of,
    term_end,
)
from rules.identity_card import parse_identity_card
from rules.ipc import parse_ipc, parse_ipc_prefix
from rules.patent_numbers import check_character, parse_application_number
from rules.publication_numbers import parse_publication_number
from rules.refusals import NumberRefused, Refused

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@st.composite
def application_numbers(draw: st.DrawFn) -> str:
    if draw(st.booleans()):
        head = f"{draw(st.integers(2003, 2099))}{draw(st.sampled_from('12389'))}"
        digits = head + f"{draw(st.integers(0, 9_999_999)):07d}"
    else:
        year = draw(st.sampled_from([*range(89, 100), 0, 1, 2, 3]))
        digits = f"{year:02d}{draw(st.sampled_from('12389'))}{draw(st.integers(0, 99_999)):05d}"
    return f"{digits}.{check_character(digits)}"


@given(application_numbers(), st.sampled_from(["", "ZL", "CN", "专利号：", "zl "]), st.booleans())
def test_any_spelling_of_a_number_reads_back_the_same(number: str, head: str, wide: bool) -> None:
    text = head + (number.replace(".", "") if wide else number)
    spelt = "".join(chr(ord(c) + 0xFEE0) if wide and c.isdigit() else c for c in text)
    read = parse_application_number(spelt)
    assert read.canonical == number
    assert parse_application_number(read.canonical) == read


@pytest.mark.law("L51")
@given(application_numbers(), st.data())
def test_one_changed_digit_never_reads_as_the_same_number(number: str, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    changed = number[:place] + other + number[place + 1 :]
    try:
        read = parse_application_number(changed)
    except NumberRefused:
        return
    # Weights 2 and 2, 3 and 3 … stand ten places apart: eleven is prime, so a single changed
    # digit always breaks the sum; only a number of the years without check can pass.
    assert read.canonical != number
    assert read.year < 1989


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    readers = (
        parse_application_number,
        parse_publication_number,
        parse_credit_code,
        parse_ipc,
        parse_ipc_prefix,
        lambda value: parse_identity_card(value, date(2026, 12, 1)),
        parse_amount,
    )
    for reader in readers:
        with suppress(Refused):  # any other exception fails the test
            reader(text)
    for one in find(text):
        assert text[one.offset :].startswith(one.word)


@given(st.text("0123456789XZLCN.-?年", max_size=20))
def test_what_an_application_reader_accepts_is_canonical(text: str) -> None:
    try:
        read = parse_application_number(text)
    except NumberRefused:
        return
    assert read.canonical.isascii()
    assert parse_application_number(read.canonical).canonical == read.canonical


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["11", "12", "51", "52", "53", "91", "92", "93"]))
    region = f"{draw(st.sampled_from([11, 31, 33, 44]))}{draw(st.integers(0, 9999)):04d}"
    body = kind + region + draw(st.text(ALPHABET, min_size=9, max_size=9))
    try:
        parse_credit_code(body + "0")
    except NumberRefused as refusal:
        return str(refusal.facts["suggestion"])
    return body + "0"


@pytest.mark.law("L69")
@given(credit_codes(), st.data())
def test_one_changed_character_of_a_credit_code_is_refused(code: str, data: st.DataObject) -> None:
    assert parse_credit_code(code).canonical == code
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([c for c in ALPHABET if c != code[place]]))
    with pytest.raises(NumberRefused):
        parse_credit_code(code[:place] + other + code[place + 1 :])


@given(
    st.sampled_from("ABCDEFGH"),
    st.integers(1, 99),
    st.sampled_from("BCDFGHJKLMNPQRSTVW"),
    st.integers(1, 9999),
    st.text("0123456789", min_size=2, max_size=6),
)
def test_symbols_read_back_from_their_normal_and_padded_form(
    section: str, class_: int, letter: str, main: int, sub: str
) -> None:
    symbol = parse_ipc(f"{section}{class_:02d}{letter}{main}/{sub}")
    assert parse_ipc(symbol.canonical) == symbol
    assert symbol.levels[-1] == symbol.canonical
    assert all(symbol.canonical.startswith(level) for level in symbol.levels)
    assume(len(sub) == 2 or not sub.endswith("0"))
    padded = f"{section}{class_:02d}{letter}{main:04d}{sub.ljust(6, '0')}"
    assert parse_ipc(padded) == symbol


@given(st.integers(0, LARGEST_MINOR))
def test_capitals_read_back_as_the_same_amount(minor: int) -> None:
    words = capitals(minor)
    assert "零零" not in words
    assert read_capitals(words) == minor


def read_capitals(words: str) -> int:
    """An independent reader of 人民币大写."""
    digits = "零壹贰叁肆伍陆柒捌玖"
    units = {"拾": 10, "佰": 100, "仟": 1000}
    whole, _, rest = words.partition("元") if "元" in words else ("", "", words)
    total = section = high = digit = 0
    for sign in whole:
        if sign in digits:
            digit = digits.index(sign)
        elif sign in units:
            section, digit = section + digit * units[sign], 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            high, total, section, digit = (total + section + digit) * 10**8, 0, 0, 0
    fen = (high + total + section + digit) * 100
    for sign, value in (("角", 10), ("分", 1)):
        place = rest.find(sign)
        fen += digits.index(rest[place - 1]) * value if place > 0 else 0
    return fen


@given(st.integers(0, LARGEST_MINOR))
def test_written_amounts_are_read_to_the_fen(minor: int) -> None:
    plain = f"{minor // 100}.{minor % 100:02d}"
    assert parse_amount(plain) == minor
    assert parse_amount(f"￥{minor // 100:,}.{minor % 100:02d}元") == minor


@pytest.mark.law("L1")
@given(DAYS, st.integers(0, 400), st.sampled_from(["days", "months", "years"]))
def test_a_term_ends_on_a_working_day_not_before_its_nominal_end(
    start: date, n: int, unit: str
) -> None:
    n = n if unit == "days" else n // 20
    nominal = term_end(start, n, unit, moves=False)
    end = term_end(start, n, unit)
    assert is_working_day(end)
    assert nominal <= end <= nominal + timedelta(days=12)
    assert not any(is_working_day(nominal + timedelta(days=k)) for k in range((end - nominal).days))


@pytest.mark.law("L1")
@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_months_never_run_backwards_and_keep_the_day_number(start: date, a: int, b: int) -> None:
    assert (add_months(start, a) <= add_months(start, b)) or a > b
    landed = add_months(start, a)
    assert landed.day == start.day or (landed + timedelta(days=1)).day == 1


@pytest.mark.law("L1")
@given(DAYS, st.integers(1, 30))
def test_the_nth_working_day_has_n_working_days_behind_it(start: date, n: int) -> None:
    end = add_working_days(start, n)
    passed = [start + timedelta(days=k) for k in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day) for day in passed) == n
    assert next_working_day(end) == end


@pytest.mark.law("L1")
@given(DAYS)
def test_a_day_of_china_is_half_open(day: date) -> None:
    assert local_date(start_of(day)) == day
    assert local_date(end_of(day) - timedelta(microseconds=1)) == day
    assert local_date(end_of(day)) == day + timedelta(days=1)
    assert end_of(day) - start_of(day) == timedelta(hours=24)
