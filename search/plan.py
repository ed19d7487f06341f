"""Turns a query text into concepts: what must be found, and all the ways it may be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from search.analysis import Analysed, Word, analyse
from search.contents import CHARACTER_MARK, CODE_MARK
from search.model import Expansion
from search.numbers import lookups
from search.stopwords import STOP_WORDS
from search.synonyms import CURATED_WEIGHT, LONGEST_NAME, Synonyms

#: More words than this are cut off (the page says so).
MOST_CONCEPTS = 60
#: How ways of writing count beside the word as it was typed.
PAIRS_WEIGHT, PARTS_WEIGHT, STEM_WEIGHT, ENGLISH_WEIGHT, PINYIN_WEIGHT = 0.6, 0.5, 0.9, 0.8, 0.8
OTHER_NAME_WEIGHT, LOOSE_WEIGHT = 0.6, 0.5
#: How much two neighbouring characters add when they are neighbours in the record too: this finds
#: what the segmenter cut otherwise there and rewards words that stand together.
PAIR_WEIGHT = 0.9
LONGEST_PINYIN = 4

#: Reads a pinyin spelling ("zhoucheng") as words, best first; empty when it is none.
PinyinReader = Callable[[str], Sequence[tuple[str, ...]]]


@dataclass(frozen=True)
class Way:
    """Terms that must all be there for a concept to be found this way."""

    terms: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Concept:
    """One word of the query with all its ways, the typed one first.

    ``loose`` ways (a part of the word) bring a record among the partial matches only.
    """

    word: str
    ways: tuple[Way, ...]
    loose: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A query ready to run. ``pairs`` only raise the rank, they decide nothing."""

    concepts: tuple[Concept, ...]
    pairs: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    shortened: bool = False

    @property
    def terms(self) -> frozenset[str]:
        """Every index term that the plan asks for."""
        ways = (way for each in self.concepts for way in (*each.ways, *each.loose))
        return frozenset({term for way in ways for term in way.terms} | set(self.pairs))

    @property
    def marks(self) -> tuple[str, ...]:
        """What to highlight: words as typed and their other names."""
        seen: dict[str, None] = {}
        for concept in self.concepts:
            for way in (*concept.ways, *concept.loose):
                for term in way.terms:
                    seen[term.removeprefix(CHARACTER_MARK)] = None
        return tuple(seen)


def no_pinyin(_spelling: str) -> Sequence[tuple[str, ...]]:
    """A reader that knows no pinyin."""
    return ()


class Planner:
    """Makes plans; holds the synonyms and the pinyin reader."""

    def __init__(self, synonyms: Synonyms, read_pinyin: PinyinReader = no_pinyin) -> None:
        self._synonyms = synonyms
        self._read_pinyin = read_pinyin

    def plan(self, text: str, *, translate: bool = True) -> Plan:
        """The plan of a plain query."""
        found = analyse(text)
        words = _content_words(found.words)
        concepts: dict[str, Concept] = {}
        expansions: list[Expansion] = []
        position = 0
        while position < len(words):
            taken = self._concept_at(words, position, found.normal.text, translate=translate)
            position += taken.length
            concepts.setdefault(taken.concept.word, taken.concept)
            expansions.extend(taken.expansions)
        kept = tuple(concepts.values())
        return Plan(
            kept[:MOST_CONCEPTS],
            pairs=tuple(dict.fromkeys(_pairs(found))),
            codes=tuple(CODE_MARK + form for form in lookups(text)),
            expansions=tuple(dict.fromkeys(expansions)),
            shortened=len(kept) > MOST_CONCEPTS,
        )

    def _concept_at(
        self, words: list[Word], position: int, text: str, *, translate: bool
    ) -> _Taken:
        word = words[position]
        if word.kind == "han":
            return self._han(words, position, text, translate=translate)
        if word.kind == "latin":
            return self._latin(words, position, translate=translate)
        ways = [Way((word.surface,), 1.0)]
        if word.parts:
            ways.append(Way(word.parts, PARTS_WEIGHT))
        return _Taken(Concept(word.surface, tuple(ways)), 1)

    def _han(self, words: list[Word], position: int, text: str, *, translate: bool) -> _Taken:
        word = words[position]
        ways = [Way((word.surface,), 1.0), *_han_ways(word, text)]
        expansions: tuple[Expansion, ...] = ()
        if translate:
            english = self._synonyms.english_for(word.surface)
            others = self._synonyms.others_for(word.surface)
            ways.extend(Way(_latin_terms(name), ENGLISH_WEIGHT) for name in english)
            for other in others:
                ways.extend(_name_ways(other, OTHER_NAME_WEIGHT))
            if english or others:
                shown = (*others, *(" ".join(name) for name in english))
                expansions = (Expansion(word.surface, shown, "synonyms"),)
        inner = (Way((part,), LOOSE_WEIGHT) for part in word.variants if len(part) > 1)
        return _Taken(Concept(word.surface, tuple(ways), tuple(inner)), 1, expansions)

    def _latin(self, words: list[Word], position: int, *, translate: bool) -> _Taken:
        run = _latin_run(words, position)
        if not translate:
            return _Taken(Concept(run[0].surface, _typed_ways(run[:1])), 1)
        for length in range(min(len(run), LONGEST_NAME), 0, -1):
            names = self._synonyms.chinese_for(tuple(word.surface for word in run[:length]))
            if names:
                return _translated(run[:length], names)
        for length in range(min(len(run), LONGEST_PINYIN), 0, -1):
            readings = self._read_pinyin("".join(word.surface for word in run[:length]))
            if readings:
                return _read(run[:length], readings)
        return _Taken(Concept(run[0].surface, _typed_ways(run[:1])), 1)


@dataclass(frozen=True)
class _Taken:
    """A concept with the number of words it took and what to tell the visitor."""

    concept: Concept
    length: int
    expansions: tuple[Expansion, ...] = ()


def _content_words(words: tuple[Word, ...]) -> list[Word]:
    """The words without stop words; all of them when nothing else is there."""
    kept = [word for word in words if word.surface not in STOP_WORDS]
    return kept or list(words)


def _latin_run(words: list[Word], position: int) -> list[Word]:
    run = []
    for word in words[position:]:
        if word.kind != "latin":
            break
        run.append(word)
    return run


def _typed_ways(words: Sequence[Word]) -> tuple[Way, ...]:
    typed = tuple(word.surface for word in words)
    stems = _latin_terms(typed, words)
    return (Way(typed, 1.0),) if stems == typed else (Way(typed, 1.0), Way(stems, STEM_WEIGHT))


def _latin_terms(surfaces: tuple[str, ...], words: Sequence[Word] = ()) -> tuple[str, ...]:
    """The stems of English words as the index holds them."""
    analysed = words or [word for surface in surfaces for word in analyse(surface).words]
    return tuple(word.variants[0] if word.variants else word.surface for word in analysed)


def _han_ways(word: Word, text: str) -> Iterator[Way]:
    surface = word.surface
    if len(surface) == 1:
        neighbours = _neighbours(word, text)
        for pair in neighbours:
            yield Way((pair,), PAIRS_WEIGHT)
        if not neighbours:
            yield Way((CHARACTER_MARK + surface,), 1.0)
    if len(surface) >= 3:
        pairs = tuple(surface[index : index + 2] for index in range(len(surface) - 1))
        yield Way(tuple(dict.fromkeys(pairs)), PAIRS_WEIGHT)
    if word.parts:
        yield Way(word.parts, PARTS_WEIGHT)


def _neighbours(word: Word, text: str) -> list[str]:
    """The pairs that a single character forms with the Han characters beside it."""
    pairs = []
    if word.start > 0 and _is_han(text[word.start - 1]):
        pairs.append(text[word.start - 1 : word.end])
    if word.end < len(text) and _is_han(text[word.end]):
        pairs.append(text[word.start : word.end + 1])
    return pairs


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character == "\u3007" or character >= "\U00020000"


def _pairs(found: Analysed) -> Iterator[str]:
    """Every two neighbouring Han characters, across the borders of words too."""
    for start, end in found.runs:
        for at in range(start, end - 1):
            yield found.normal.text[at : at + 2]


def _translated(words: list[Word], names: tuple[tuple[str, float], ...]) -> _Taken:
    ways = list(_typed_ways(words))
    for name, weight in names:
        ways.extend(_name_ways(name, weight))
    typed = " ".join(word.surface for word in words)
    shown = tuple(name for name, _ in names)
    source = "synonyms" if names[0][1] >= CURATED_WEIGHT else "lexicon"
    return _Taken(Concept(typed, tuple(ways)), len(words), (Expansion(typed, shown, source),))


def _name_ways(name: str, weight: float) -> list[Way]:
    """Ways of a Chinese name: as one word, or as its words together."""
    found = analyse(name)
    ways = [Way(tuple(word.surface for word in found.words), weight)]
    if len(found.words) == 1:
        ways.extend(
            Way(way.terms, way.weight * weight)
            for way in _han_ways(found.words[0], found.normal.text)
        )
    return ways


def _read(words: list[Word], readings: Sequence[tuple[str, ...]]) -> _Taken:
    """A concept that was typed in pinyin, with the Chinese words it may stand for."""
    ways = list(_typed_ways(words))
    for reading in readings:
        if len(reading) == 1:
            ways.extend(_name_ways(reading[0], PINYIN_WEIGHT))
        else:
            ways.append(Way(reading, PINYIN_WEIGHT))
    typed = "".join(word.surface for word in words)
    shown = tuple("".join(reading) for reading in readings)
    expansion = Expansion(typed, shown, "pinyin")
    return _Taken(Concept(typed, tuple(dict.fromkeys(ways))), len(words), (expansion,))


def likeness(title: str) -> Plan:
    """The plan that finds records with a similar title: any of its words, parts of words too."""
    found = analyse(title)
    terms: dict[str, None] = {}
    for word in _content_words(found.words):
        terms.update(dict.fromkeys((word.surface, *word.variants)))
    concepts = tuple(Concept(term, (Way((term,), 1.0),)) for term in terms)
    return Plan(concepts[:MOST_CONCEPTS], pairs=tuple(dict.fromkeys(_pairs(found))))
