"""Highlighting gives segments of the original text."""

from __future__ import annotations

import pytest

from search.highlight import ELLIPSIS, highlight, snippet
from search.model import Query
from tests.unit.search.conftest import Indexed, market


def marked(text: str, *marks: str) -> list[str]:
    return [segment.text for segment in highlight(text, marks) if segment.marked]


def test_segments_joined_are_the_text() -> None:
    text = "<b>軸承</b>與滾動軸承，Bearings & ℃"
    segments = highlight(text, ("轴承", "bear"))
    assert "".join(segment.text for segment in segments) == text
    assert [segment.text for segment in segments if segment.marked] == ["軸承", "軸承", "Bearings"]


def test_overlapping_marks_are_merged() -> None:
    assert marked("圆锥滚子轴承", "滚子轴承", "圆锥滚子", "轴承") == ["圆锥滚子轴承"]


def test_latin_marks_are_whole_words() -> None:
    assert marked("the bear bears a bearskin", "bear") == ["bear", "bears"]
    assert marked("5G-NR 与 LiFePO4", "5gnr", "lifepo4") == ["5G-NR", "LiFePO4"]


def test_a_snippet_shows_where_the_marks_are() -> None:
    text = "无关的开头。" * 40 + "此处轴承采用陶瓷滚动体，噪声低。" + "无关的结尾。" * 40
    segments = snippet(text, ("轴承", "噪声"), length=60)
    assert [segment.text for segment in segments if segment.marked] == ["轴承", "噪声"]
    assert segments[0].text == segments[-1].text == ELLIPSIS
    assert sum(len(segment.text) for segment in segments) <= 62


def test_a_short_or_unmarked_text_is_shown_from_its_beginning() -> None:
    assert [each.text for each in snippet("轴承", ("齿轮",))] == ["轴承"]
    long = snippet("字" * 300, ("齿轮",), length=100)
    assert [each.text for each in long] == ["字" * 100, ELLIPSIS]
    assert highlight("", ("轴承",)) == ()


@pytest.mark.parametrize("text", ["bearing", "zhoucheng", "轴承", "軸承"])
def test_the_page_says_what_to_mark(indexed: Indexed, text: str) -> None:
    page = indexed(market()).search(Query(text=text))
    assert "轴承" in marked("一种高精度圆锥滚子轴承", *page.marks)
