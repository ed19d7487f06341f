"""Learns which Chinese words stand for an English word from titles that exist in both languages.

IBM Model 1 (Brown et al. 1993): each Chinese word of a title was caused by one word of the English
title; five rounds of expectation and maximisation settle which. Function words are left out.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from search.analysis import analyse, stem
from search.stopwords import STOP_WORDS

FORMAT = 1
Table = Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class Lexicon:
    """English stem → Chinese words with their chance, the best first."""

    to_chinese: Table

    @classmethod
    def empty(cls) -> Lexicon:
        """A lexicon that knows nothing."""
        return cls({})

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """The lexicon of a file that ``save`` wrote; ValueError for another format."""
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.get("format") != FORMAT:
            raise ValueError("lexicon_format")
        rows: dict[str, list[list[float | str]]] = data["to_chinese"]
        table = {
            word: tuple((str(name), float(chance)) for name, chance in names)
            for word, names in rows.items()
        }
        return cls(table)

    def save(self, path: Path) -> None:
        """Writes the lexicon beside the index, in one step."""
        beside = path.with_suffix(".new")
        text = json.dumps({"format": FORMAT, "to_chinese": self.to_chinese}, ensure_ascii=False)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)


@dataclass(frozen=True)
class Training:
    """How a lexicon is learned: rounds, what is kept of a word's translations."""

    rounds: int = 5
    keep: int = 4
    least_chance: float = 0.08
    least_count: int = 2
    longest_title: int = 24


def learn_lexicon(pairs: Iterable[tuple[str, str]], training: Training | None = None) -> Lexicon:
    """The lexicon of ``pairs`` (English title, Chinese title); about 20 s for 67,000 titles."""
    how = training or Training()
    corpus = [
        (english, chinese)
        for english, chinese in (_words(*pair) for pair in pairs)
        if english and chinese and max(len(english), len(chinese)) <= how.longest_title
    ]
    chance = _first_guess(corpus)
    for _ in range(how.rounds):
        chance = _one_round(corpus, chance)
    return Lexicon(_kept(chance, corpus, how))


def _words(english: str, chinese: str) -> tuple[list[str], list[str]]:
    stems = [
        stem(word.surface)
        for word in analyse(english).words
        if word.kind == "latin" and word.surface not in STOP_WORDS and len(word.surface) > 1
    ]
    names = [name for name in _chinese_words(chinese) if name not in STOP_WORDS and len(name) > 1]
    return stems, names


def _chinese_words(text: str) -> Iterator[str]:
    for word in analyse(text).words:
        if word.kind == "han":
            yield from word.parts or (word.surface,)


Chances = dict[str, dict[str, float]]
Corpus = list[tuple[list[str], list[str]]]


def _first_guess(corpus: Corpus) -> Chances:
    together: dict[str, Counter[str]] = defaultdict(Counter)
    for english, chinese in corpus:
        for word in set(english):
            together[word].update(set(chinese))
    return {
        word: {name: count / names.total() for name, count in names.items()}
        for word, names in together.items()
    }


def _one_round(corpus: Corpus, chance: Chances) -> Chances:
    count: dict[str, dict[str, float]] = {
        word: dict.fromkeys(row, 0.0) for word, row in chance.items()
    }
    for english, chinese in corpus:
        for name in chinese:
            weights = [chance[word][name] for word in english]
            total = sum(weights)
            if total <= 0.0:
                continue
            for word, weight in zip(english, weights, strict=True):
                count[word][name] += weight / total
    for row in count.values():
        total = sum(row.values()) or 1.0
        for name in row:
            row[name] /= total
    return count


def _kept(
    chance: Chances, corpus: Corpus, how: Training
) -> dict[str, tuple[tuple[str, float], ...]]:
    seen = Counter(word for english, _ in corpus for word in english)
    table: dict[str, tuple[tuple[str, float], ...]] = {}
    for word, row in chance.items():
        if seen[word] < how.least_count:
            continue
        best = sorted(row.items(), key=lambda item: (-item[1], item[0]))[: how.keep]
        kept = tuple((name, round(share, 3)) for name, share in best if share >= how.least_chance)
        if kept:
            table[word] = kept
    return table
