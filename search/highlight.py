"""Marks what was found in a text: segments for the template, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Analysed, analyse

ELLIPSIS = "…"
#: A snippet begins this many characters before its first mark, at a border if there is one near.
_BEFORE = 20
_BORDERS = "。；;！!？?，,、. \n"


@dataclass(frozen=True)
class Segment:
    """A piece of the original text, marked or not."""

    text: str
    marked: bool


def spans(text: str, marks: Iterable[str]) -> list[tuple[int, int]]:
    """The places of the marks in the original text, merged and in order.

    Han marks are found as they stand, in traditional writing too; others as whole words, by stem.
    """
    found = analyse(text)
    plain = found.normal.text
    places: list[tuple[int, int]] = []
    others: set[str] = set()
    for mark in marks:
        if mark.isascii() or not _is_han(mark):
            others.add(mark)
        else:
            places.extend(_occurrences(plain, mark))
    places.extend(_words(found, others))
    return _merged([(found.normal.place(start), found.normal.place(end)) for start, end in places])


def _is_han(mark: str) -> bool:
    return all(character >= "\u3007" for character in mark)


def _occurrences(plain: str, mark: str) -> list[tuple[int, int]]:
    places = []
    at = plain.find(mark)
    while mark and at >= 0:
        places.append((at, at + len(mark)))
        at = plain.find(mark, at + 1)
    return places


def _words(found: Analysed, terms: set[str]) -> list[tuple[int, int]]:
    return [
        (word.start, word.end)
        for word in found.words
        if word.kind != "han" and not terms.isdisjoint((word.surface, *word.variants))
    ]


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def highlight(text: str, marks: Sequence[str]) -> tuple[Segment, ...]:
    """The whole text in segments; their texts joined are the text."""
    return _segments(text, spans(text, marks), 0, len(text))


def snippet(text: str, marks: Sequence[str], *, length: int = 160) -> tuple[Segment, ...]:
    """The piece of about ``length`` characters with the most different marks, in segments.

    Cut ends carry an ellipsis.
    """
    places = spans(text, marks)
    start = _best_start(text, places, length)
    end = min(len(text), start + length)
    segments = list(_segments(text, places, start, end))
    if start > 0:
        segments.insert(0, Segment(ELLIPSIS, marked=False))
    if end < len(text):
        segments.append(Segment(ELLIPSIS, marked=False))
    return tuple(segments)


def _best_start(text: str, places: list[tuple[int, int]], length: int) -> int:
    if len(text) <= length or not places:
        return 0
    best = max(range(len(places)), key=lambda at: (_different(text, places, at, length), -at))
    start = max(0, min(places[best][0] - _BEFORE, len(text) - length))
    for at in range(start, places[best][0]):
        if at > 0 and text[at - 1] in _BORDERS:
            return at
    return start


def _different(text: str, places: list[tuple[int, int]], first: int, length: int) -> int:
    """How many different marked strings a window has that begins before mark ``first``."""
    limit = places[first][0] - _BEFORE + length
    return len({text[start:end] for start, end in places[first:] if end <= limit})


def _segments(
    text: str, places: list[tuple[int, int]], start: int, end: int
) -> tuple[Segment, ...]:
    made: list[Segment] = []
    at = start
    for first, last in places:
        first, last = max(first, start), min(last, end)  # noqa: PLW2901  clipped to the window
        if first >= last:
            continue
        if first > at:
            made.append(Segment(text[at:first], marked=False))
        made.append(Segment(text[first:last], marked=True))
        at = last
    if at < end:
        made.append(Segment(text[at:end], marked=False))
    return tuple(made)
