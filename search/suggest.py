"""Autocomplete by characters, pinyin and initials, and the reading of pinyin in queries."""

from __future__ import annotations

import re

from search.model import Suggestion
from search.normal import folded
from search.terms import Term, TermTable

_LETTERS = re.compile(r"[a-z]+$")
#: Pinyin of one character is too short to mean a word.
_SHORTEST_SPELLING = 4
_LONGEST_SPELLING = 40
_MOST_READINGS = 4
_MOST_WORDS = 4
_LONGEST_PREFIX = 40


def suggest(table: TermTable, prefix: str, most: int) -> tuple[Suggestion, ...]:
    """Words that begin with ``prefix``: as written first, then by pinyin, then by initials."""
    text = folded(prefix)[:_LONGEST_PREFIX]
    if not text or most < 1:
        return ()
    found: dict[str, Term] = {}
    spelling = re.sub(r"[\s'’]", "", text)
    for column, key in (("text", text), ("pinyin", spelling), ("initials", spelling)):
        if column == "text" or _LETTERS.match(key):
            for term in table.beginning(column, key, most):
                found.setdefault(term.text, term)
    ranked = sorted(found.values(), key=lambda term: _rank(term, text, spelling))
    return tuple(Suggestion(term.shown, term.kind, term.records) for term in ranked[:most])


def _rank(term: Term, text: str, spelling: str) -> tuple[int, int, int, str]:
    exact = term.text == text or term.pinyin == spelling
    return (0 if exact else 1, -term.records, len(term.text), term.text)


def read_pinyin(table: TermTable, spelling: str) -> tuple[tuple[str, ...], ...]:
    """What a spelling may mean: whole words ("zhoucheng" → 轴承), or a row of words.

    "gundongzhoucheng" is read as known words one after the other, the fewest first.
    """
    if not _SHORTEST_SPELLING <= len(spelling) <= _LONGEST_SPELLING or not _LETTERS.match(spelling):
        return ()
    whole = _han_words(table, spelling, _MOST_READINGS)
    if whole:
        return tuple((word,) for word in whole)
    row = _row_of_words(table, spelling)
    return (row,) if row else ()


def _han_words(table: TermTable, spelling: str, most: int) -> list[str]:
    words = (term.text for term in table.spelled(spelling, most) if not term.text.isascii())
    return [word for word in words if len(word) > 1]


def _row_of_words(table: TermTable, spelling: str) -> tuple[str, ...]:
    best: list[tuple[str, ...] | None] = [None] * (len(spelling) + 1)
    best[0] = ()
    for end in range(_SHORTEST_SPELLING, len(spelling) + 1):
        for start in range(end - _SHORTEST_SPELLING + 1):
            before = best[start]
            if before is None or len(before) >= _MOST_WORDS:
                continue
            held = best[end]
            if held is not None and len(held) <= len(before) + 1:
                continue
            words = _han_words(table, spelling[start:end], 1)
            if words:
                best[end] = (*before, words[0])
    return best[-1] or ()
