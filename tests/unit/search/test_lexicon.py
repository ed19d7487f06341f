"""Learning translations from bilingual titles, and the measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.evaluate import gain_at, mean, recall_at, reciprocal_rank
from search.lexicon import Lexicon, Training, learn_lexicon
from search.model import Query
from search.synonyms import Synonyms
from tests.unit.search.conftest import record

TITLES = [
    ("Battery separators", "电池隔膜"), ("Battery housings", "电池外壳"), ("Motor housings", "电机外壳"),
    ("Motor control", "电机控制"), ("Control of the temperature", "温度的控制"),
    ("Temperature sensors", "温度传感器"), ("Sensors for batteries", "用于电池的传感器"),
]  # fmt: skip


def test_repeated_words_find_their_translation() -> None:
    lexicon = learn_lexicon(TITLES, Training(least_count=2))
    best = {word: names[0][0] for word, names in lexicon.to_chinese.items()}
    assert best["batteri"] == "电池"
    assert best["motor"] == "电机"
    assert best["control"] == "控制"
    assert best["sensor"] == "传感器"


def test_function_words_are_kept_out() -> None:
    lexicon = learn_lexicon(TITLES, Training(least_count=1, least_chance=0.0, keep=50))
    assert not {"of", "the", "for"} & set(lexicon.to_chinese)
    names = {name for row in lexicon.to_chinese.values() for name, _ in row}
    assert not {"的", "用于"} & names


def test_a_lexicon_survives_its_file(tmp_path: Path) -> None:
    lexicon = learn_lexicon(TITLES)
    lexicon.save(tmp_path / "lexicon.json")
    assert Lexicon.load(tmp_path / "lexicon.json") == lexicon
    (tmp_path / "lexicon.json").write_text('{"format": 0}')
    with pytest.raises(ValueError, match="lexicon_format"):
        Lexicon.load(tmp_path / "lexicon.json")


def test_a_learned_word_finds_the_chinese_record(tmp_path: Path) -> None:
    from search.engine import open_backend
    from search.model import Change

    lexicon = Lexicon({"frobnic": (("起球", 0.7), ("毛球", 0.2))})
    backend = open_backend(tmp_path, writable=True, synonyms=Synonyms.curated(lexicon=lexicon))
    backend.apply([Change.put(record("a", "防起球工艺")), Change.put(record("b", "齿轮"))], 1)
    assert [hit.id for hit in backend.search(Query(text="frobnication")).hits] == ["a"]
    backend.close()


def test_the_measures() -> None:
    ranked = ["a", "b", "c", "d"]
    assert recall_at(ranked, {"b", "x"}, 2) == 0.5
    assert recall_at(ranked, set(), 2) == 0.0
    assert gain_at(ranked, {"a": 2.0, "b": 1.0}, 4) == pytest.approx(1.0)
    assert gain_at(ranked, {"b": 2.0, "a": 1.0}, 4) == pytest.approx(
        (1 / 1 + 3 / 1.584962500721156) / (3 / 1 + 1 / 1.584962500721156)
    )
    assert gain_at(ranked, {}, 4) == 0.0
    assert reciprocal_rank(ranked, {"c"}) == pytest.approx(1 / 3)
    assert reciprocal_rank(ranked, {"x"}) == 0.0
    assert mean([]) == 0.0
