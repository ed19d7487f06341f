"""The number check: every valid and invalid number of the rule book, recognised by its shape."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from marketplace.service.tools import words
from marketplace.service.tools.forms import LINES
from marketplace.service.tools.numbers import read_number
from marketplace.web.messages import TEXTS
from tests.integration.identity.acting import post

TODAY = date(2026, 11, 22)
RULES = Path(__file__).resolve().parents[3] / "rules"
VALID = [
    ("202010123456.2", "application", "202010123456.2"),
    ("202110123468.X", "application", "202110123468.X"),
    ("ZL201310699744.2", "application", "201310699744.2"),
    ("专利号：ＺＬ２０１３１０６９９７４４．２", "application", "201310699744.2"),
    ("2010 8006 3196.9", "application", "201080063196.9"),
    ("95115608X", "application", "95115608.X"),
    ("97101765.4", "application", "97101765.4"),
    ("88100001", "application", "88100001"),
    ("CN112345678A", "publication", "CN112345678A"),
    ("公开号 CN 306123456 S", "publication", "CN306123456S"),
    ("CN100378905C", "publication", "CN100378905C"),
    ("CN1234567A", "publication", "CN1234567A"),
    ("12100000470095016Q", "credit_code", "12100000470095016Q"),
    ("统一社会信用代码:9133 0000 7125 6057 5g", "credit_code", "91330000712560575G"),
    ("F16C", "ipc", "F16C"),
    ("f16c19/06", "ipc", "F16C 19/06"),
    ("A61K 31/4709 (2006.01)", "ipc", "A61K 31/4709"),
    ("F16C0019060000", "ipc", "F16C 19/06"),
    ("08-06", "locarno", "08-06"),
    ("LOC(14)Cl.08-06", "locarno", "08-06"),
    ("33200", "agency", "33200"),
]
INVALID = [
    ("202010123456.3", "application", "wrong_check", "202010123456.2"),
    ("202010123456", "application", "missing_check", "202010123456.2"),
    ("202040123456.7", "application", "unknown_type", ""),
    ("95115608.1", "application", "wrong_check", "95115608.X"),
    ("CN212345678A", "publication", "kind_mismatch", ""),
    ("CN112345678Z", "publication", "unknown_kind_code", ""),
    ("CN12345678A", "publication", "bad_length", ""),
    ("91330000712560575H", "credit_code", "wrong_check", "91330000712560575G"),
    ("9133O000712560575G", "credit_code", "letter_not_used", "91330000712560575G"),
    ("9133000071256057G", "credit_code", "bad_length", ""),
    ("000000000000000000", "credit_code", "all_zero", ""),
    ("I16C 19/06", "ipc", "unknown_section", ""),
    ("F16C 19", "ipc", "group_incomplete", "F16C 19/00"),
    ("33-01", "locarno", "unknown_class", ""),
    ("99001", "agency", "unknown_province", ""),
]


@pytest.mark.parametrize(("typed", "kind", "canonical"), VALID)
def test_a_right_number_is_recognised_and_brought_into_its_normal_form(typed, kind, canonical):
    found = read_number(typed, TODAY)
    assert (found.kind, found.canonical) == (kind, canonical)
    assert found.state in ("ok", "warn")


@pytest.mark.parametrize(("typed", "kind", "code", "suggestion"), INVALID)
def test_a_wrong_number_is_refused_with_the_right_one_named(typed, kind, code, suggestion):
    found = read_number(typed, TODAY)
    assert (found.kind, found.state) == (kind, "bad")
    assert found.notes[0].code == f"tools.{kind}.{code}"
    assert found.suggestion == suggestion
    assert found.canonical == ""


@pytest.mark.law("L68")
def test_zl_before_a_number_is_noted_for_it_stands_only_while_the_patent_is_in_force():
    found = read_number("ZL201310699744.2", TODAY)
    assert [note.code for note in found.notes] == ["tools.number.zl_only_in_force"]
    assert found.state == "warn"


def test_odd_numbers_are_right_with_a_note():
    assert read_number("88100001.5", TODAY).notes[0].code == "tools.number.check_dropped"
    ahead = read_number("203010123456.1", TODAY)
    assert ahead.notes[0].code in ("tools.number.year_ahead", "tools.application.wrong_check")


@pytest.mark.threat("T8")
def test_an_identity_card_number_is_neither_checked_nor_repeated():
    found = read_number("330624199003071236", TODAY)
    assert found.notes[0].code == "tools.number.identity_card"
    assert "330624199003071236" not in repr(found)


@pytest.mark.parametrize("typed", ["轴承保持架", "???", "x" * 500, "12", "-", "。", "ZL", "CN"])
def test_whatever_is_pasted_is_answered(typed):
    found = read_number(typed, TODAY)
    assert found.state == "bad"
    assert found.notes


def test_every_refusal_of_the_rules_has_its_own_sentence():
    names = ("patent_numbers", "publication_numbers", "credit_code", "ipc", "agency_codes")
    source = "".join((RULES / f"{name}.py").read_text(encoding="utf-8") for name in names)
    known = {code for table in words.BY_KIND.values() for code in table}
    assert set(re.findall(r'NumberRefused\(\s*"(\w+)"', source)) <= known | {"missing_kind_code"}
    for kind, table in words.BY_KIND.items():
        for code in table:
            assert f"tools.{kind}.{code}" in TEXTS


def test_the_page_checks_many_lines_at_once_and_loses_nothing(client):
    typed = "201310699744.2\n\n91330000712560575H\n<b>F16C 19</b>\n330624199003071236"
    answer = post(client, "/service/numbers?lang=en", {"numbers": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "4 numbers read" in page
    assert "The check character should be G, not H." in page
    assert "91330000712560575G" in page
    assert "<b>F16C" not in page  # what was typed is text
    results = page.split('id="results"')[1]
    assert "330624199003071236" not in results
    assert page.count('data-number-state="bad"') == 3


def test_more_than_two_hundred_lines_are_refused_and_kept(client):
    typed = "\n".join(["33200"] * (LINES + 1))
    answer = post(client, "/service/numbers?lang=en", {"numbers": typed})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "These are 201 lines; 200 are taken at once." in page
    assert page.count("33200") >= LINES
    assert post(client, "/service/numbers", {"numbers": " \n"}).status_code == 422
