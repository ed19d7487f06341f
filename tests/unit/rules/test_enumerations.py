"""The enumerations hold the rule book's values with texts in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import rules
from rules.articles import LAWS, article_text
from rules.enumerations import (
    APPLICATIONS,
    CONTRACT_KINDS,
    ENDED,
    IN_FORCE,
    LICENCE_KINDS,
    ORGANISATION_FLAGS,
    ORGANISATION_KINDS,
    OVERLAYS,
    PRICING,
    STATES,
    STEPS,
    STRATEGIC_INDUSTRIES,
    SUBJECT_MATTERS,
    TECHNOLOGY_FIELDS,
    TRANSFER_MODES,
    TRL,
    LicenceKind,
    Overlay,
    PatentState,
    SubjectMatter,
    TransferMode,
    contract_kind_of,
    maturity_findings,
    may_follow,
    overlays_in,
    state_of_case_word,
    step_of_trl,
    step_of_word,
)

TABLES = [
    (TRANSFER_MODES, 6),
    (LICENCE_KINDS, 6),
    (SUBJECT_MATTERS, 3),
    (CONTRACT_KINDS, 8),
    (PRICING, 4),
    (TRL, 9),
    (STEPS, 5),
    (STRATEGIC_INDUSTRIES, 9),
    (TECHNOLOGY_FIELDS, 11),
    (ORGANISATION_KINDS, 18),
    (ORGANISATION_FLAGS, 4),
]


@pytest.mark.parametrize(("table", "size"), TABLES)
def test_every_term_has_both_texts_and_its_own_value(table, size: int) -> None:
    assert len(table) == size
    assert all(term.value == value and term.zh and term.en for value, term in table.items())
    assert len({term.zh for term in table.values()}) == size
    assert all(re.search("[一-鿿]", term.text("zh")) for term in table.values())
    assert all(term.text("en").isascii() for term in table.values())


def test_the_tables_speak_of_the_same_values_as_the_enums() -> None:
    assert set(TRANSFER_MODES) == set(TransferMode)
    assert set(LICENCE_KINDS) == set(LicenceKind)
    assert set(SUBJECT_MATTERS) == set(SubjectMatter)
    assert set(STATES) == set(PatentState)
    assert set(OVERLAYS) == set(Overlay)


def test_the_states_are_parted_in_applications_rights_and_ended() -> None:
    assert set(PatentState) == APPLICATIONS | IN_FORCE | ENDED
    assert not APPLICATIONS & IN_FORCE
    assert {state for state in STATES if STATES[state].what == "patent"} == IN_FORCE


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("专利权维持", PatentState.GRANTED),
        ("等年费滞纳金", PatentState.GRACE),
        ("未缴年费终止，等恢复", PatentState.LAPSED_RESTORABLE),
        ("未缴年费终止,等恢复", PatentState.LAPSED_RESTORABLE),
        ("未缴年费终止失效", PatentState.LAPSED),
        ("届满终止失效", PatentState.EXPIRED),
        ("进入实审", PatentState.EXAMINATION),
        ("一通出案待答复", PatentState.EXAMINATION),
        ("等年登印费", PatentState.ALLOWED),
        ("逾期视撤，等恢复", PatentState.DEEMED_WITHDRAWN),
        ("驳回等复审请求", PatentState.REJECTED),
        ("无效宣告失效", PatentState.INVALID),
        ("案件状态：专利权维持", PatentState.GRANTED),
        ("授权 | 权利转移", PatentState.GRANTED),
        ("一案双申 | 实质审查", PatentState.EXAMINATION),
        ("撤回-视为撤回 | 一案双申", PatentState.DEEMED_WITHDRAWN),
        ("撤回-未指定类型", PatentState.WITHDRAWN),
        ("避免重复授权 | 一案双申", PatentState.ABANDONED),
        ("未授权", None),
        ("不明", None),
        ("", None),
    ],
)
def test_the_offices_case_words_are_understood(word: str, state: PatentState | None) -> None:
    assert state_of_case_word(word) is state


@pytest.mark.law("L63")
def test_overlays_are_read_from_status_texts() -> None:
    assert overlays_in("授权 | 质押") == {Overlay.PLEDGE}
    assert overlays_in("授权 | 许可；保全") == {Overlay.PLAIN_LICENCE, Overlay.PRESERVATION}
    assert overlays_in("授权") == frozenset()


def test_every_case_word_means_one_state() -> None:
    words = [word for rules_ in STATES.values() for word in (*rules_.case_words, rules_.zh)]
    by_state = {(word, state) for word in words for state in [state_of_case_word(word)]}
    assert len({word for word, _ in by_state}) == len(by_state)
    for state, rules_ in STATES.items():
        assert all(state_of_case_word(word) is state for word in rules_.case_words)


@pytest.mark.law("L67")
def test_states_follow_the_table_and_invalidity_may_come_after_the_end() -> None:
    assert may_follow(PatentState.GRANTED, PatentState.GRACE)
    assert may_follow(PatentState.GRACE, PatentState.GRANTED)
    assert may_follow(PatentState.LAPSED_RESTORABLE, PatentState.GRANTED)
    assert not may_follow(PatentState.LAPSED, PatentState.GRANTED)
    assert not may_follow(PatentState.FILED, PatentState.GRACE)
    assert not may_follow(PatentState.INVALID, PatentState.GRANTED)
    assert may_follow(PatentState.EXPIRED, PatentState.INVALID)


@pytest.mark.parametrize(
    ("level", "step"),
    [
        *((1, "research"), (3, "research"), (4, "sample"), (5, "small_trial")),
        *((6, "pilot"), (7, "pilot"), (8, "production"), (9, "production")),
    ],
)
def test_levels_belong_to_steps(level: int, step: str) -> None:
    assert step_of_trl(level).value == step
    assert maturity_findings(level, step) == ()


def test_a_level_and_a_step_that_do_not_fit_warn() -> None:
    found = maturity_findings(3, "production")
    assert [(one.code, one.severity) for one in found] == [("maturity_mismatch", "warn")]
    assert found[0].facts["expected"] == "research"
    assert maturity_findings(None, "production") == maturity_findings(3, None) == ()
    with pytest.raises(KeyError):
        step_of_trl(10)


def test_steps_are_read_from_the_words_of_either_list() -> None:
    for word, value in (("通过中试", "pilot"), ("中试", "pilot"), ("可以量产", "production")):
        term = step_of_word(word)
        assert term is not None
        assert term.value == value
    assert step_of_word("已上市") is None


@pytest.mark.law("L48")
def test_a_contribution_for_shares_is_registered_as_a_transfer() -> None:
    assert contract_kind_of(TransferMode.EQUITY) == "transfer"
    assert contract_kind_of(TransferMode.ASSIGNMENT) == "transfer"
    assert contract_kind_of(TransferMode.LICENCE) == "licence"
    assert contract_kind_of(TransferMode.JOINT) == "development_joint"
    assert {contract_kind_of(mode) for mode in TransferMode} <= set(CONTRACT_KINDS)


def test_every_article_the_code_cites_has_a_text() -> None:
    folder = Path(str(rules.__file__)).parent
    keys = re.compile(rf'"((?:{"|".join(LAWS)})\d+)"')
    cited = {key for path in folder.rglob("*.py") for key in keys.findall(path.read_text("utf-8"))}
    assert len(cited) > 20
    assert all(article_text(key).startswith("《") for key in cited if key != "AD9")
