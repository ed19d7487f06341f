"""Autocomplete and did-you-mean."""

from __future__ import annotations

import pytest

from search.backends.whoosh import WhooshBackend
from search.model import Change, Query
from tests.unit.search.conftest import Indexed, market, record


def texts(backend: WhooshBackend, prefix: str) -> list[str]:
    return [each.text for each in backend.suggest(prefix, 8)]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("轴", "轴承"), ("軸", "轴承"), ("zhou", "轴承"), ("zhoucheng", "轴承"), ("ZhouCheng", "轴承"),
        ("zc", "轴承"), ("xinchang", "新昌"), ("xin chang", "新昌"), ("xc", "新昌"), ("新", "新昌县皮尔轴承有限公司"),
        ("圆锥", "圆锥滚子轴承"), ("yuanzhui", "圆锥滚子轴承"), ("ＸＣ", "新昌"),
    ],
)  # fmt: skip
def test_words_are_suggested_by_characters_pinyin_and_initials(
    indexed: Indexed, prefix: str, expected: str
) -> None:
    backend = indexed([*market(), record("x", "新昌茶叶杀青机", applicant="新昌茶机厂")])
    assert expected in texts(backend, prefix)


def test_the_most_used_word_comes_first_with_its_count(indexed: Indexed) -> None:
    best = indexed(market()).suggest("zhouc", 3)[0]
    assert (best.text, best.count) == ("轴承", 3)


def test_a_withdrawn_record_takes_its_words_along(indexed: Indexed) -> None:
    backend = indexed(market())
    assert "谐波" in texts(backend, "xieb")
    backend.apply([Change("listing:5", None)], 2)
    assert texts(backend, "xieb") == []


def test_a_hidden_version_takes_its_words_along(indexed: Indexed) -> None:
    backend = indexed([record("a", "独一无二的榫卯机")])
    assert "榫卯" in " ".join(texts(backend, "榫"))
    hidden = record("a", "独一无二的榫卯机", version=2, keys={"visibility": ("hidden",)})
    backend.apply([Change.put(hidden)], 2)
    assert texts(backend, "榫") == []


@pytest.mark.parametrize("prefix", ["", "  ", "%", "_", "'", "\U0010ffff", "a" * 500])
def test_odd_prefixes_break_nothing(indexed: Indexed, prefix: str) -> None:
    assert isinstance(indexed(market()).suggest(prefix, 5), tuple)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("轴成", "轴承"), ("协波减速器", "谐波减速器"), ("微通稻换热器", "微通道换热器"), ("固太电池", "固态电池"),
        ("圆锥滚子轴乘", "圆锥滚子轴承"), ("喷气知机", "喷气织机"), ("圆锥滚子轴", "圆锥滚子轴"),
    ],
)  # fmt: skip
def test_a_mistyped_word_is_put_right(indexed: Indexed, typed: str, meant: str) -> None:
    page = indexed(market()).search(Query(text=typed))
    assert (page.did_you_mean or typed) == meant


def test_a_mistyped_english_or_pinyin_word_is_put_right(indexed: Indexed) -> None:
    backend = indexed([*market(), record("e", "Servo controller", title_en="Servo controller")])
    assert backend.search(Query(text="contrller")).did_you_mean == "controller"
    assert backend.search(Query(text="zhuocheng")).did_you_mean == "轴承"


def test_a_better_spelling_is_offered_only_if_it_finds_something_here(indexed: Indexed) -> None:
    backend = indexed(market())
    demands = Query(text="协波减速器", filters={"kind": frozenset({"demand"})})
    assert backend.search(demands).did_you_mean is None
    assert backend.search(Query(text="轴承")).did_you_mean is None
    assert backend.search(Query(text="完全不相干的一句话没有任何词")).did_you_mean is None
