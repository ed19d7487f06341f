"""IPC symbols and Locarno classes in every form they are pasted in."""

from __future__ import annotations

import csv
import gzip

import pytest

from rules.ipc import parse_ipc, parse_ipc_prefix, parse_locarno, split_symbols
from rules.ipc_names import CLUSTERS, clusters_of, ipc_names, name_of, subclasses_of
from rules.refusals import NumberRefused
from tests.shared_data import shared


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("F16C", "F16C"),
        ("F16C 19/06", "F16C 19/06"),
        ("f16c19/06", "F16C 19/06"),
        ("A61K31/4709", "A61K 31/4709"),
        ("F16C0019060000", "F16C 19/06"),
        ("F16C0019000000", "F16C 19/00"),
        ("A61K0031470900", "A61K 31/4709"),
        ("Ｆ１６Ｃ　１９／０６", "F16C 19/06"),
        ("F16C 19/06 (2006.01) I", "F16C 19/06"),
        ("F16C19/06(2006.01)", "F16C 19/06"),
        ("H01M 10/0525 2010.01", "H01M 10/0525"),
        ("F16C 019/06", "F16C 19/06"),
    ],
)
def test_symbols_take_their_normal_form(text: str, canonical: str) -> None:
    assert parse_ipc(text).canonical == canonical


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I16C 19/06", "unknown_section"),
        ("F1C", "bad_form"),
        ("F16C 19", "group_incomplete"),
        ("F16C 19/6", "bad_form"),
        ("F16C 0/06", "bad_form"),
        ("F16C 19/0600000", "bad_form"),
        ("F16", "bad_form"),
        ("", "bad_form"),
    ],
)
def test_wrong_symbols_are_refused(text: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_ipc(text)
    assert refusal.value.code == code


def test_a_bare_main_group_is_answered_with_a_suggestion() -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_ipc("F16C 19")
    assert refusal.value.facts == {"suggestion": "F16C 19/00"}


def test_a_symbol_knows_the_levels_above_it() -> None:
    assert parse_ipc("H01M10/0525").levels == ("H", "H01", "H01M", "H01M 10", "H01M 10/0525")
    assert parse_ipc("F16C").levels == ("F", "F16", "F16C")


@pytest.mark.parametrize(
    ("text", "normal"),
    [("h", "H"), ("h01", "H01"), ("H01M", "H01M"), ("h01m10", "H01M 10"), ("H01M 10/", "H01M 10")],
)
def test_a_prefix_is_read_at_each_level(text: str, normal: str) -> None:
    assert parse_ipc_prefix(text) == normal
    assert parse_ipc_prefix("H01M 10/0525") == "H01M 10/0525"


def test_pasted_lists_are_split() -> None:
    assert split_symbols("F16C19/06; F16C 33/58；A61K31/4709、\nH01M10/05 |") == (
        "F16C19/06",
        "F16C 33/58",
        "A61K31/4709",
        "H01M10/05",
    )


@pytest.mark.parametrize("text", ["08-06", "LOC(14)Cl.08-06", "LOC (14) Cl. 08-06", "０８－０６"])
def test_designs_have_a_locarno_class(text: str) -> None:
    assert parse_locarno(text) == "08-06"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("33-01", "unknown_class"),
        ("00-01", "unknown_class"),
        ("8-6", "bad_form"),
        ("08-00", "bad_form"),
        ("F16C", "bad_form"),
    ],
)
def test_wrong_locarno_classes_are_refused(text: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refusal:
        parse_locarno(text)
    assert refusal.value.code == code


def test_every_symbol_of_the_real_scheme_is_read_and_keeps_its_spelling() -> None:
    with gzip.open(shared("data/ref/ipc_zh.csv.gz"), "rt", encoding="utf-8") as lines:
        rows = [(row["code"], row["level"]) for row in csv.DictReader(lines)]
    assert len(rows) > 70_000
    # Five symbols of E01D 101 are cut short in the parsed file; no other may fail.
    whole = [code for code, _ in rows if not code.startswith("E01D101/")]
    assert len(rows) - len(whole) <= 15
    for code in whole:
        assert parse_ipc_prefix(code).replace(" ", "") == code
    known = {code for code, level in rows if level == "subclass"}
    listed = {code for code in ipc_names() if len(code) == 4}
    # The parsed file lacks a handful of subclasses that do exist (F16D and F25D among them).
    assert listed - known <= {"F16D", "F25D"}


def test_sections_and_at_least_sixty_subclasses_have_names_in_both_languages() -> None:
    names = ipc_names()
    assert {code for code in names if len(code) == 1} == set("ABCDEFGH")
    assert sum(len(code) == 4 for code in names) >= 60
    assert all(name.zh and name.en for name in names.values())
    assert len({name.zh for name in names.values()}) == len(names)


@pytest.mark.parametrize("cluster", CLUSTERS)
def test_every_cluster_has_its_subclasses(cluster: str) -> None:
    assert len(subclasses_of(cluster)) >= 10


def test_names_are_found_from_any_symbol() -> None:
    assert name_of("F16C 19/06") == "轴承与轴"
    assert name_of("F16C", "en") == "Bearings and shafts"
    assert name_of("E21B 7/00") == "固定建筑物"
    assert name_of("Z") is None
    assert clusters_of("F16C 33/58") == ("bearings", "automotive_parts")
    assert clusters_of("E21B") == ()
