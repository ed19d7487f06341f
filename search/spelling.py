"""Did you mean: same pinyin first, then the nearest word by edits, over the index's own words."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from search.analysis import Analysed, analyse
from search.stopwords import STOP_WORDS
from search.terms import TermTable

#: Longer texts are sentences; they are not corrected.
LONGEST_TEXT = 48
LONGEST_RUN = 24
LONGEST_WINDOW = 7
_MOST_SPELLINGS = 16
#: What a correction costs beside words that stand: the cheapest row of words wins.
_KNOWN, _STOP, _SEEN, _SAME_SOUND, _NEAR_SHAPE, _UNKNOWN = 1.0, 1.2, 2.2, 2.0, 3.0, 4.0

#: How many records contain a term.
Frequency = Callable[[str], int]


@dataclass(frozen=True)
class _Choice:
    cost: float
    text: str
    unknown: bool = False


def _cheapest(run: str, choose: Callable[[str], _Choice | None]) -> _Choice:
    """The cheapest way to cover ``run`` with windows; characters may stay as they are."""
    best = [_Choice(0.0, "")]
    for end in range(1, len(run) + 1):
        last = best[end - 1]
        choices = [_Choice(last.cost + _UNKNOWN, last.text + run[end - 1], unknown=True)]
        for start in range(max(0, end - LONGEST_WINDOW), end):
            window = choose(run[start:end])
            if window is not None:
                before = best[start]
                cost, text = before.cost + window.cost, before.text + window.text
                doubtful = before.unknown or window.unknown
                choices.append(_Choice(cost, text, unknown=doubtful))
        best.append(min(choices, key=lambda choice: choice.cost))
    return best[-1]


class Speller:
    """Corrects queries by the words of one term table."""

    def __init__(self, table: TermTable) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._mark = (-1, -1)
        self._by_length: dict[int, list[str]] = {}
        self._by_sound: dict[int, dict[str, str]] = {}
        self._records: dict[str, int] = {}
        self._readings: dict[str, tuple[str, ...]] = {}

    def correct(self, text: str, frequency: Frequency) -> str | None:
        """``text`` with unknown words replaced by the likeliest known ones, None if none is."""
        if len(text) > LONGEST_TEXT:
            return None
        self._load()
        found = analyse(text)
        plain = found.normal.text
        pieces: list[str] = []
        place = 0
        for start, end, kind in _spans(found):
            pieces.append(plain[place:start])
            part = plain[start:end]
            pieces.append(
                self._han(part, frequency) if kind == "han" else self._latin(part, frequency)
            )
            place = end
        pieces.append(plain[place:])
        corrected = "".join(pieces).strip()
        return corrected if corrected.casefold() != plain.strip().casefold() else None

    def _load(self) -> None:
        """Reads the vocabulary again when the table has changed."""
        with self._lock:
            mark = self._table.mark()
            if mark == self._mark:
                return
            by_length: dict[int, list[str]] = defaultdict(list)
            by_sound: dict[int, dict[str, str]] = defaultdict(dict)
            records: dict[str, int] = {}
            for term in self._table.vocabulary():
                records[term.text] = term.records
                by_length[len(term.text)].append(term.text)
                if not term.text.isascii():
                    by_sound[len(term.pinyin)].setdefault(term.pinyin, term.text)
            self._by_length, self._by_sound, self._records = by_length, by_sound, records
            self._mark = mark

    def _han(self, run: str, frequency: Frequency) -> str:
        """The cheapest row of known and corrected words that covers the run."""
        if len(run) > LONGEST_RUN:
            return run
        segmented = {word.surface for word in analyse(run).words}

        def standing(window: str) -> float | None:
            """What it costs to let the window stand as a word; None when it is none."""
            if window in STOP_WORDS:
                return _STOP
            if window in self._records or window in segmented:
                known = frequency(window) > 0 and len(window) > 1
                return (_KNOWN if window in self._records else _SEEN) if known else None
            return None

        heard = _cheapest(run, lambda window: self._heard(window, standing))
        if not heard.unknown:
            return heard.text
        seen = _cheapest(run, lambda window: self._best(window, standing))
        return seen.text

    def _heard(self, window: str, standing: Callable[[str], float | None]) -> _Choice | None:
        cost = standing(window)
        if cost is not None:
            # Only the segmenter thinks that it is a word: worth looking for a likelier one.
            return _Choice(cost, window, unknown=cost == _SEEN)
        sound = self._same_sound(window) if len(window) > 1 else None
        return _Choice(_SAME_SOUND, sound) if sound is not None else None

    def _best(self, window: str, standing: Callable[[str], float | None]) -> _Choice | None:
        """The cheaper of letting or hearing the window and of looking for a similar word."""
        heard = self._heard(window, standing)
        if heard is not None and not heard.unknown:
            return heard
        choices = [each for each in (heard, self._looked(window)) if each is not None]
        return min(choices, key=lambda each: each.cost, default=None)

    def _looked(self, window: str) -> _Choice | None:
        shape = self._nearest(window) if len(window) >= 3 else None
        return _Choice(_NEAR_SHAPE, shape) if shape is not None else None

    def _same_sound(self, window: str) -> str | None:
        """The most used word that is pronounced like the window and as long."""
        best: str | None = None
        for spelling in self._spellings(window):
            word = self._by_sound.get(len(spelling), {}).get(spelling)
            if word is None or word == window or len(word) != len(window):
                continue
            if best is None or self._records[word] > self._records[best]:
                best = word
        return best

    def _spellings(self, window: str) -> Iterator[str]:
        each = [self._reading(character) for character in window]
        for syllables in itertools.islice(itertools.product(*each), _MOST_SPELLINGS):
            yield "".join(syllables)

    def _reading(self, character: str) -> tuple[str, ...]:
        known = self._readings.get(character)
        if known is None:
            known = self._readings[character] = self._table.readings(character)
        return known

    def _nearest(self, window: str) -> str | None:
        """The most used word one edit away."""
        near: list[tuple[int, str]] = []
        for length in (len(window), len(window) + 1, len(window) - 1):
            words = self._by_length.get(length, [])
            found = _near(window, words, 1)
            near.extend((self._records[word], word) for word, _ in found)
        if not near:
            return None
        return max(near, key=lambda pair: (len(pair[1]) == len(window), pair[0]))[1]

    def _latin(self, word: str, frequency: Frequency) -> str:
        surface = word.casefold()
        if len(surface) < 4 or frequency(surface) or surface in STOP_WORDS:
            return word
        cutoff = 1 if len(surface) < 8 else 2
        near: list[tuple[float, int, str]] = []
        for length in range(len(surface) - cutoff, len(surface) + cutoff + 1):
            words = [each for each in self._by_length.get(length, []) if each.isascii()]
            found = _near(surface, words, cutoff)
            near.extend((distance, -self._records[each], each) for each, distance in found)
        if near:
            return min(near)[2]
        return self._pinyin(surface) or word

    def _pinyin(self, surface: str) -> str | None:
        """The Han word whose pinyin is one edit away from a mistyped pinyin."""
        near: list[tuple[float, int, str]] = []
        for length in (len(surface) - 1, len(surface), len(surface) + 1):
            sounds = self._by_sound.get(length, {})
            found = _near(surface, sounds.keys(), 1)
            for spelling, distance in found:
                word = sounds[spelling]
                near.append((distance, -self._records[word], word))
        return min(near)[2] if near else None


def _near(word: str, words: Collection[str], most: int) -> list[tuple[str, float]]:
    """Up to eight of ``words`` at most so many edits away, each with its distance."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  only a mistyped query pays for it
    from rapidfuzz.process import extract  # noqa: PLC0415  as above

    found = extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=8)
    return [(each, distance) for each, distance, _ in found]


def _spans(found: Analysed) -> list[tuple[int, int, str]]:
    """The Han runs and Latin words of a text in order."""
    latin = [(word.start, word.end, "latin") for word in found.words if word.kind == "latin"]
    return sorted([*latin, *((start, end, "han") for start, end in found.runs)])
