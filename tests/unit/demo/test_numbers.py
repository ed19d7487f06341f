"""Every code and number of the demo is well formed, and none was ever issued."""

from __future__ import annotations

import csv
import gzip
import re

import pytest

from marketplace.demo.content import filing_date, last_paid_year, rows
from rules.agency_codes import parse_agency_code
from rules.contract_numbers import parse_contract_number
from rules.credit_code import parse_credit_code
from rules.fee_clock import FeeCase, fee_state
from rules.ipc import parse_ipc, parse_locarno
from rules.patent_numbers import parse_application_number
from tests.shared_data import shared
from tests.unit.demo.conftest import LOADING_DAYS

PATENTS = [row["patent"] for row in rows("listing") if row["kind"] == "patent"]
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def test_every_credit_code_passes_both_checks():
    for row in rows("organisation"):
        code = parse_credit_code(row["code"])
        assert code.canonical == row["code"]
        # 31 (law firms) is real but not among the kinds of section 2
        assert {one.code for one in code.warnings} <= {"unknown_kind"}, row["key"]


def test_the_check_character_agrees_with_the_formula_written_out_again():
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    for row in rows("organisation"):
        total = sum(CHARACTERS.index(c) * w for c, w in zip(row["code"], weights, strict=False))
        assert row["code"][17] == CHARACTERS[(31 - total % 31) % 31], row["key"]


def test_no_organisation_is_a_real_one():
    assert len({row["code"] for row in rows("organisation")}) == len(rows("organisation"))
    for row in rows("organisation"):
        assert "00DE" in row["code"][8:16]  # no issued code has this organisation part
        assert row["email"].endswith(".example.com")
        assert re.fullmatch(r"138000000\d\d", row["phone"])


def test_the_patent_agencies_have_a_code_of_the_province():
    for row in rows("organisation"):
        if "patent" in row.get("services", ()):
            assert parse_agency_code(row["licence"]).canonical == row["licence"]


@pytest.mark.parametrize("patent", PATENTS, ids=lambda one: one["number"])
def test_a_patent_number_fits_its_kind_and_dates(patent):
    number = parse_application_number(patent["number"])
    assert number.canonical == patent["number"]
    assert not number.warnings
    assert number.kind == patent["kind"]
    assert number.year == patent["filed"].year
    assert number.digits[5] == "9"  # serials this high are never reached
    assert 2009 <= number.year <= 2025
    assert (patent["paid_policy"] == "none") == ("granted" not in patent)


def test_no_patent_number_is_listed_twice():
    assert len({patent["number"] for patent in PATENTS}) == len(PATENTS)
    assert {patent["kind"] for patent in PATENTS} == {"I", "U", "D"}


@pytest.mark.parametrize("today", LOADING_DAYS)
@pytest.mark.parametrize("patent", PATENTS, ids=lambda one: one["number"])
def test_the_fee_clock_says_what_the_policy_promises(patent, today):
    filed = filing_date(patent, today)
    assert filed.year == patent["filed"].year
    paid = last_paid_year(patent, today)
    if patent["paid_policy"] == "none":
        assert paid is None
        return
    assert filed < patent["granted"]
    state = fee_state(FeeCase(patent["kind"], filed, patent["granted"], paid), today).state
    expected = {"current": ("ok", "due_soon", "paid_up"), "due_soon": ("due_soon",),
                "grace": ("grace",), "lapsed": ("lapsed",)}  # fmt: skip
    assert state.partition(" ")[0] in expected[patent["paid_policy"]]


def test_every_policy_of_the_fee_clock_occurs():
    policies = {patent["paid_policy"] for patent in PATENTS}
    assert policies == {"current", "due_soon", "grace", "lapsed", "none"}


def test_designs_have_locarno_classes_and_all_others_ipc():
    for row in rows("listing"):
        is_design = row.get("patent", {}).get("kind") == "D"
        assert bool(row.get("locarno")) == is_design, row["key"]
        assert bool(row["ipc"]) != is_design, row["key"]
        for symbol in row.get("locarno", ()):
            assert parse_locarno(symbol) == symbol


def test_every_symbol_is_written_in_the_canonical_way():
    for row in (*rows("listing"), *({"key": d["key"], "ipc": [d["ipc"]]} for d in rows("deal"))):
        for symbol in row["ipc"]:
            parse_ipc(symbol)
            assert re.fullmatch(r"[A-H]\d\d[A-Z] \d{1,4}/\d{2,6}", symbol), row["key"]


def test_every_symbol_stands_in_the_real_scheme():
    known = set()
    for language in ("zh", "en"):
        with gzip.open(shared(f"data/ref/ipc_{language}.csv.gz"), "rt", encoding="utf-8") as file:
            known |= {line["code"] for line in csv.DictReader(file)}
    used = {symbol for row in rows("listing") for symbol in row["ipc"]}
    used |= {row["ipc"] for row in rows("deal")}
    assert {symbol for symbol in used if symbol.replace(" ", "") not in known} == set()


@pytest.mark.law("L47")
def test_registered_deals_have_sixteen_digits():
    numbers = [row["registration"] for row in rows("deal") if "registration" in row]
    assert len(numbers) >= 6
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert len(number) == 16
        assert not parse_contract_number(number).warnings
