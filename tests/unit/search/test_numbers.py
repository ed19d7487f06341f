"""Numbers in any spelling meet the number in the record."""

from __future__ import annotations

import pytest

from search.ipc import canonical as canonical_symbol
from search.ipc import lineage, parent
from search.model import Query
from search.numbers import canonical, forms, lookups
from tests.unit.search.conftest import Indexed, market, record

SPELLINGS = [
    "ZL201810123456.7",
    "ZL 2018 1 0123456.7",
    "zl201810123456.7",
    "201810123456.7",
    "2018101234567",
    "201810123456",
    "２０１８１０１２３４５６．７",
    "ＺＬ２０１８１０１２３４５６．７",
    "专利号：ZL201810123456.7",
    "专利号 ZL 2018 1 0123456.7",
    "申请（专利）号:201810123456.7",
    "CN201810123456.7",
    "ZL-2018-1-0123456-7",
    "201810123456·7",
    "  201810123456.7  ",
    "patent no. ZL201810123456.7",
    "CN108123456A",
    "cn 108123456 a",
    "ＣＮ１０８１２３４５６Ａ",
    "公开号CN108123456A",
    "公开（公告）号：CN 108123456 A",
    "CN108123456",
    "108123456",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_in_any_spelling_goes_straight_to_its_record(
    indexed: Indexed, spelling: str
) -> None:
    page = indexed(market()).search(Query(text=spelling))
    assert page.number_hit == "listing:1"
    assert [hit.id for hit in page.hits] == ["listing:1"]


def test_an_old_number_with_an_x_is_found() -> None:
    assert canonical("95115608.x") == canonical("ＺＬ９５１１５６０８．Ｘ") == "95115608X"
    assert lookups("95115608.X") == ("95115608X", "95115608")


@pytest.mark.parametrize(
    "text", ["轴承", "20200131", "13800138000", "5G-NR", "", "2018", "x" * 100]
)
def test_what_is_no_patent_number_is_not_taken_for_one(text: str) -> None:
    assert canonical(text) is None


def test_a_wrong_check_character_still_finds_the_record_by_the_rest(indexed: Indexed) -> None:
    assert indexed(market()).search(Query(text="ZL201810123456.9")).number_hit == "listing:1"


def test_a_number_of_two_records_lists_both_and_jumps_to_neither(indexed: Indexed) -> None:
    backend = indexed(
        [
            record("a", "甲", codes=("CN108123456A",)),
            record("b", "乙", codes=("CN108123456B",)),
        ]
    )
    page = backend.search(Query(text="CN108123456"))
    assert {hit.id for hit in page.hits} == {"a", "b"}
    assert page.number_hit is None
    assert backend.search(Query(text="CN108123456B")).number_hit == "b"


def test_a_number_that_is_only_mentioned_is_found_as_text(indexed: Indexed) -> None:
    backend = indexed([record("a", "说明", summary="依据专利ZL201720001285.X实施")])
    page = backend.search(Query(text="ZL201720001285.X"))
    assert page.number == "201720001285X"
    assert page.number_hit is None
    assert [hit.id for hit in page.hits] == ["a"]


def test_a_number_does_not_lead_past_a_filter(indexed: Indexed) -> None:
    backend = indexed(
        [record("a", "甲", codes=("CN108123456A",), keys={"visibility": ("hidden",)})]
    )
    public = Query(text="CN108123456A", filters={"visibility": frozenset({"public"})})
    page = backend.search(public)
    assert (page.number_hit, page.hits, page.total) == (None, (), 0)


def test_foreign_and_unknown_numbers_are_kept_as_they_are() -> None:
    assert canonical("us 10,123,456 b2") == "US10123456B2"
    assert canonical("PCT/CN2018/123456") == "PCTCN2018123456"
    assert forms("XC-2026/00017") == ("XC202600017",)
    assert lookups("xc 2026 00017") == ("XC202600017",)


def test_a_symbol_has_its_lineage() -> None:
    assert lineage("h01m 010/0525") == ("H", "H01", "H01M", "H01M10", "H01M10/0525")
    assert lineage("F16C33/00") == ("F", "F16", "F16C", "F16C33")
    assert lineage("14-02") == ("14-02",)
    assert (parent("H01M10/0525"), parent("H01M10"), parent("H")) == ("H01M10", "H01M", "")
    assert canonical_symbol(" f16c 33 / 66 ") == "F16C33/66"
