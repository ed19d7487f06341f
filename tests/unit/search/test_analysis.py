"""The analysis chain: words, variants, places, and the fingerprint."""

from __future__ import annotations

import subprocess
import sys

import pytest

from search import analysis
from search.analysis import analyse, index_terms
from search.contents import CHARACTER_MARK, contents
from search.normal import normalise
from tests.unit.search.conftest import record


def surfaces(text: str) -> list[str]:
    return [word.surface for word in analyse(text).words]


def test_traditional_and_full_width_text_gives_the_same_words() -> None:
    assert surfaces("軸承潤滑脂ＡＢＣ１２") == surfaces("轴承润滑脂abc12")


def test_sub_words_share_the_place_of_their_word() -> None:
    (word,) = analyse("滚动轴承").words
    assert set(word.variants) == {"滚动", "轴承"}
    assert word.parts == ("滚动", "轴承")
    assert (word.start, word.end) == (0, 4)


def test_codes_are_kept_whole_and_split() -> None:
    whole = {word.surface: word for word in analyse("5G-NR与LiFePO4及CamelCase").words}
    assert whole["5gnr"].parts == ("5g", "nr")
    assert {"li", "fe", "po"} <= set(whole["lifepo4"].variants)
    assert {"camel", "case"} <= set(whole["camelcase"].variants)


@pytest.mark.parametrize("text", ["20kW", "20 kW", "２０ＫＷ", "20\u3000kw"])
def test_a_number_and_its_unit_are_one_word(text: str) -> None:
    assert surfaces(text) == ["20kw"]


def test_an_english_word_carries_its_stem() -> None:
    plural, singular = analyse("Bearings").words[0], analyse("bearing").words[0]
    assert plural.surface == "bearings"
    assert plural.variants == singular.variants == ("bear",)


def test_the_county_s_own_words_stay_whole() -> None:
    assert surfaces("新昌") == ["新昌"]
    assert "圆锥滚子轴承" in surfaces("高精度圆锥滚子轴承")


def test_places_lead_back_to_the_original_even_when_characters_multiply() -> None:
    text = "温度−5℃，㎡面积，軸承"
    found = analyse(text)
    word = next(word for word in found.words if word.surface == "轴承")
    start, end = found.normal.place(word.start), found.normal.place(word.end)
    assert text[start:end] == "軸承"


def test_the_normal_form_keeps_a_combining_mark_with_its_letter() -> None:
    assert normalise("e\u0301tude ℃").text == "étude °C"


@pytest.mark.parametrize(
    "text",
    [
        "新昌轴承的滚动軸承自動控制系统，5G-NR与LiFePO4，20 kW电机 bearings WiFi-6。人工智能，机器视觉",
        "一种基于超低碳高硼的高温耐磨堆焊合金材料（WC-Co）及其制备方法①②",
        "T恤〇三𠮷ABC",
        "",
        " \n",
        "。",
    ],
)
def test_the_fast_way_of_the_index_gives_the_same_terms(text: str) -> None:
    words = analyse(text).words
    slow = {term for word in words for term in (word.surface, *word.variants)}
    assert set(index_terms(text).terms) == slow


def test_every_neighbouring_pair_of_characters_is_a_term() -> None:
    text = "轴承套圈超精加工自动上料装置"
    terms = contents(record("a", text)).terms
    assert all(text[at : at + 2] in terms for at in range(len(text) - 1))
    assert all(CHARACTER_MARK + character in terms for character in text)


def test_a_title_word_counts_more_than_a_word_of_the_body() -> None:
    terms = contents(record("a", "轴承", body="润滑")).terms
    assert terms["轴承"] == 3.0
    assert terms["润滑"] == 0.5


def test_the_fingerprint_changes_with_the_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    before = analysis.fingerprint()
    analysis.fingerprint.cache_clear()
    monkeypatch.setattr(analysis, "CHAIN", analysis.CHAIN + 1)
    try:
        assert analysis.fingerprint() != before
    finally:
        analysis.fingerprint.cache_clear()


def test_two_processes_agree_on_words_and_fingerprint() -> None:
    code = (
        "from search.analysis import analyse, fingerprint; "
        "print(fingerprint(), analyse('协作机器人谐波减速器5G-NR bearings').words)"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(told) == 1


def test_heavy_libraries_load_late_and_pinyin_never_in_a_reader() -> None:
    code = (
        "import sys, tempfile, pathlib\n"
        "from search.engine import open_backend\n"
        "from search.model import Query\n"
        "early = [m for m in ('rjieba', 'opencc', 'pypinyin', 'snowballstemmer') if m in sys.modules]\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "reader = open_backend(folder)\n"
        "page = reader.search(Query(text='zhoucheng 轴成'))\n"
        "reader.suggest('zhou', 5)\n"
        "print(early, 'pypinyin' in sys.modules, page.total)\n"
    )
    import tempfile
    from pathlib import Path

    from search.engine import open_backend
    from search.model import Change

    with tempfile.TemporaryDirectory() as folder:
        writer = open_backend(Path(folder), writable=True)
        writer.apply([Change.put(record("a", "轴承"))], 1)
        told = subprocess.run(
            [sys.executable, "-c", code, folder], capture_output=True, text=True, check=True
        ).stdout
        writer.close()
    assert told.strip() == "[] False 1"
