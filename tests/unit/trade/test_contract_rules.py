"""The moves of a contract, its clause checks and the differences between two versions."""

from __future__ import annotations

import itertools

import pytest

from marketplace.kernel.errors import Conflict
from marketplace.trade.contracts.clause_checks import clause_findings
from marketplace.trade.contracts.states import FINAL, MOVES, Action, State, advance
from marketplace.trade.contracts.wording import (
    Clause,
    Piece,
    differences,
    numeral,
    rewritten,
)


@pytest.mark.parametrize(("state", "action"), list(itertools.product(State, Action)))
def test_every_move_is_in_the_table_or_refused(state, action):
    if (state, action) in MOVES:
        assert advance(state, action) is MOVES[state, action]
        return
    with pytest.raises(Conflict) as refused:
        advance(state, action)
    assert refused.value.code == "contracts.illegal_move"


def test_nothing_leads_on_from_a_sealed_or_void_contract():
    assert {state for state, _action in MOVES}.isdisjoint(FINAL)


def codes(text: str) -> list[str]:
    return [one.code for one in clause_findings([Clause("added-2", "补充", text)])]


@pytest.mark.law("L58")
@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("research_banned", "受让方不得对标的技术进行改进。"),
        ("research_banned", "乙方不得在本技术基础上进行新的研究开发。"),
        ("grant_back_one_sided", "受让人改进成果无偿归让与人。"),
        ("grant_back_one_sided", "被许可方完成的后续改进，应当免费许可许可方使用。"),
        ("grant_back_one_sided", "乙方作出的改进归甲方所有。"),
        ("other_sources_barred", "受让方不得从其他来源获得与标的类似的技术。"),
        ("other_sources_barred", "禁止乙方采用与标的竞争的技术。"),
        ("output_limited", "被许可方每年不得超过一万件的产量。"),
        ("output_limited", "乙方的销售价格由甲方决定。"),
        ("output_limited", "限制被许可方产品的出口市场。"),
        ("tied_in", "被许可方必须向许可方指定的单位购买原材料。"),
        ("tied_in", "乙方应当接受实施标的所非必需的设备和人员。"),
        ("validity_unchallengeable", "受让方不得对专利权的有效性提出异议。"),
        ("validity_unchallengeable", "被许可方放弃请求宣告无效的权利。"),
    ],
)
def test_the_six_cases_of_monopoly_are_warned_of(code, text):
    assert code in codes(text)


@pytest.mark.law("L58")
@pytest.mark.parametrize(
    "text",
    [
        "双方各自完成的后续改进，应当以合理对价相互许可对方使用。",
        "受让方改进成果许可转让方使用的，转让方按市场价格有偿取得，双方对等。",
        "各方单独作出的后续改进归改进方，对方在同等条件下优先受让。",
        "受让方应当按期付款。",
        "委托方提供的资料不得向第三人提供。",
        "产品一次合格率不低于98%。",
    ],
)
def test_fair_clauses_raise_no_warning(text):
    assert codes(text) == []


@pytest.mark.law("L54")
@pytest.mark.parametrize(
    "text",
    [
        "转让方不保证有效。",
        "转让方不保证所提供的技术完整、无误、有效。",
        "许可方对技术能否达到约定目标不作保证。",
        "甲方概不承诺标的达到约定的目标。",
    ],
)
def test_words_against_the_guarantee_are_warned_of(text):
    assert codes(text) == ["warranty_contradicted"]


@pytest.mark.law("L55")
def test_an_exclusive_sublicence_is_warned_of():
    assert codes("被许可方得授予第三人再许可，再许可为独占许可。") == ["sublicence_is_plain"]


def test_differences_are_words_numbers_and_ideographs():
    found = differences("年费由甲方缴纳 4,000 元", "年费由乙方缴纳 6,000 元")
    assert "".join(one.text for one in found if one.kind != "ins") == "年费由甲方缴纳 4,000 元"
    assert "".join(one.text for one in found if one.kind != "del") == "年费由乙方缴纳 6,000 元"
    assert Piece("del", "4,000") in found
    assert Piece("ins", "6,000") in found
    assert Piece("del", "甲") in found


def test_equal_texts_have_no_difference():
    assert differences("同", "同") == (Piece("same", "同"),)
    assert differences("", "") == ()


def test_filling_a_blank_rewrites_only_what_nobody_amended():
    before = (Clause("a", "甲", "一"), Clause("b", "乙", "二"), Clause("c", "丙", "三"))
    kept = (before[0], Clause("b", "乙", "改过"), before[2], Clause("added-2", "丁", "加的"))
    after = (Clause("a", "甲", "新一"), Clause("b", "乙", "新二"), Clause("d", "戊", "来的"))
    assert rewritten(kept, before, after) == (
        Clause("a", "甲", "新一"),
        Clause("b", "乙", "改过"),
        Clause("d", "戊", "来的"),
        Clause("added-2", "丁", "加的"),
    )


def test_headings_count_in_chinese():
    assert [numeral(n) for n in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]
