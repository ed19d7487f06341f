"""Other names of a thing across Chinese and English: curated pairs, and a learned lexicon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from search.analysis import stem
from search.lexicon import Lexicon
from search.normal import folded
from search.synonym_pairs import PAIRS

#: How much a curated and a learned translation count beside the word itself.
CURATED_WEIGHT, LEARNED_WEIGHT = 0.9, 0.8
#: The longest English name in words.
LONGEST_NAME = 4


def english_key(words: Iterable[str]) -> str:
    """The stems of an English name, by which it is looked up."""
    return " ".join(stem(word) for word in words)


def _english_words(name: str) -> list[str]:
    return folded(name).replace("-", " ").split()


@dataclass(frozen=True)
class Synonyms:
    """Looks a word up in both directions.

    ``to_chinese``: English key → Chinese names; ``to_english``: Chinese name → English names;
    ``others``: Chinese name → other Chinese names of the same thing.
    """

    to_chinese: Mapping[str, tuple[str, ...]]
    to_english: Mapping[str, tuple[str, ...]]
    others: Mapping[str, tuple[str, ...]]
    lexicon: Lexicon = field(default_factory=Lexicon.empty)

    @classmethod
    def curated(
        cls,
        pairs: Iterable[tuple[tuple[str, ...], tuple[str, ...]]] = PAIRS,
        *,
        lexicon: Lexicon | None = None,
    ) -> Synonyms:
        """The pairs written for this project, or others, with a learned lexicon beside them."""
        to_chinese: dict[str, dict[str, None]] = defaultdict(dict)
        to_english: dict[str, dict[str, None]] = defaultdict(dict)
        others: dict[str, dict[str, None]] = defaultdict(dict)
        for chinese, english in pairs:
            for name in chinese:
                others[name].update(dict.fromkeys(other for other in chinese if other != name))
                to_english[folded(name)].update(dict.fromkeys(english))
                for other in english:
                    to_chinese[english_key(_english_words(other))][name] = None
        return cls(
            {key: tuple(names) for key, names in to_chinese.items()},
            {key: tuple(names) for key, names in to_english.items()},
            {key: tuple(names) for key, names in others.items() if names},
            lexicon or Lexicon.empty(),
        )

    @classmethod
    def none(cls) -> Synonyms:
        """No other names at all."""
        return cls({}, {}, {})

    def chinese_for(self, words: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        """Chinese names of an English name with their weights; learned ones for single words."""
        key = english_key(words)
        names = dict.fromkeys(self.to_chinese.get(key, ()), CURATED_WEIGHT)
        if len(words) == 1:
            for name, chance in self.lexicon.to_chinese.get(key, ()):
                names.setdefault(name, LEARNED_WEIGHT * chance)
        return tuple(names.items())

    def english_for(self, name: str) -> tuple[tuple[str, ...], ...]:
        """English names of a Chinese name, each as its words."""
        return tuple(tuple(_english_words(each)) for each in self.to_english.get(name, ()))

    def others_for(self, name: str) -> tuple[str, ...]:
        """Other Chinese names of the same thing."""
        return self.others.get(name, ())

    @property
    def size(self) -> int:
        """How many Chinese names are known."""
        return len(self.to_english)
