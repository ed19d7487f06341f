"""The one analysis chain of index and query: text becomes words with positions and offsets.

NFKC → simplified characters → runs of Han, Latin, numbers with units, codes → words. A word has a
surface and variants that share its position: the sub-words of a Han word, the stem of a Latin one,
the parts of a code. The segmenter is loaded at the first call (33 MB).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from search.domain_words import DOMAIN_WORDS
from search.normal import Normal, normalise

#: Raised by hand whenever the chain changes in a way that versions below do not show.
CHAIN = 1

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_UNITS = (
    "mm|cm|dm|km|nm|[uμ]m|m|[mk]g|g|t|[mkg]?w|kwh|wh|[mk]?v|m?a|mah|[kmg]?hz|[kmg]?pa|bar"
    "|°c|℃|k|kn|n|rpm|ml|l|ms|s|min|h|db|ppm|%"
)
_NUMBER = rf"\d+(?:\.\d+)?\s?(?:{_UNITS})(?![-_/.]?[{_LETTER}0-9])"
_OTHER = (
    rf"(?P<number>(?i:{_NUMBER})|\d+\.\d+(?![{_LETTER}0-9.]))"
    rf"|(?P<code>[{_LETTER}0-9]+(?:[-_/.·+'][{_LETTER}0-9]+)*)"
)
_OTHER_RUN = re.compile(_OTHER)
_HAN_RUN = re.compile(f"[{_HAN}]+")
_RUNS = re.compile(f"(?P<han>[{_HAN}]+)|{_OTHER}")
_NOT_HAN = re.compile(rf"[^{_HAN}]")
_PLAIN_WORD = re.compile(rf"(?:[{_LETTER}][{_LETTER.replace('A-Z', '')}]*|[A-Z]+)$")
_PIECES = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SEPARATORS = re.compile(r"[-_/.·+'\s]+")


class Word(NamedTuple):
    """One position: ``surface`` and ``variants`` are index terms, places are in the normal text.

    ``parts`` are terms that together stand for the surface (a code's parts, a word's halves).
    """

    surface: str
    kind: str
    start: int
    end: int
    variants: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Analysed(NamedTuple):
    """A text with its words in order and the spans of its Han runs."""

    normal: Normal
    words: tuple[Word, ...]
    runs: tuple[tuple[int, int], ...]


def analyse(text: str) -> Analysed:
    """The words of ``text`` in order of place."""
    normal = normalise(text)
    plain = normal.text
    words: list[Word] = []
    runs: list[tuple[int, int]] = []
    han = _han_words(plain)
    for found in _RUNS.finditer(plain):
        start, end = found.span()
        if found.lastgroup == "han":
            runs.append((start, end))
            words.extend(han.get(start, ()))
        else:
            words.append(_other_word(found))
    return Analysed(normal, tuple(words), tuple(runs))


class IndexTerms(NamedTuple):
    """What the index needs of a text: every term as often as it stands there, and the runs."""

    terms: list[str]
    positions: int
    runs: list[str]


def index_terms(text: str) -> IndexTerms:
    """The terms of all words of ``analyse``, without places: several times as fast.

    ``positions`` counts other words one by one and Han characters by twos.
    """
    plain = normalise(text).text
    runs = _HAN_RUN.findall(plain)
    terms = [term for term in _segmenter().cut_for_search(" ".join(runs)) if term != " "]
    positions = (sum(map(len, runs)) + 1) // 2
    for found in _OTHER_RUN.finditer(plain):
        word = _other_word(found)
        terms.append(word.surface)
        terms.extend(word.variants)
        positions += 1
    return IndexTerms(terms, positions, runs)


def warm() -> None:
    """Loads the dictionaries now, so that processes forked later share them."""
    analyse("新昌")


@cache
def _segmenter() -> Any:
    import rjieba  # noqa: PLC0415  33 MB: only who searches pays for it

    for word in DOMAIN_WORDS:
        if len(word) > 1:
            rjieba.add_word(word, None, None)
    return rjieba


def _han_words(plain: str) -> dict[int, list[Word]]:
    """The Han words by the place where their run begins."""
    blank = _NOT_HAN.sub(" ", plain)
    if not blank.strip():
        return {}
    by_run: dict[int, list[Word]] = {}
    run_start = run_end = -1
    for surface, start, end, inner in _outer_words(_segmenter().tokenize(blank, "search")):
        if start != run_end:
            run_start = start
            by_run[run_start] = []
        run_end = end
        if not inner:
            by_run[run_start].append(Word(surface, "han", start, end))
            continue
        variants = tuple(dict.fromkeys(word for word, _, _ in inner))
        parts = _halves(start, end, inner)
        by_run[run_start].append(Word(surface, "han", start, end, variants, parts))
    return by_run


Span = tuple[str, int, int]


def _outer_words(spans: list[Span]) -> list[tuple[str, int, int, list[Span]]]:
    """The words that tile the text, each with the sub-words that came before it.

    The segmenter gives the sub-words of a word before the word, so the list is read backwards.
    """
    tiled: list[tuple[str, int, int, list[Span]]] = []
    inner: list[Span] = []
    for span in reversed(spans):
        if span[0].isspace():
            continue
        if not tiled or span[2] <= tiled[-1][1]:
            inner = []
            tiled.append((*span, inner))
        else:
            inner.append(span)
    tiled.reverse()
    return tiled


def _halves(start: int, end: int, inner: list[Span]) -> tuple[str, ...]:
    """Sub-words that tile the word from ``start`` to ``end``, long ones first; or nothing."""
    if start == end:
        return ()
    for surface, first, last in sorted(inner, key=lambda each: each[1] - each[2]):
        if first == start and last <= end:
            rest = _halves(last, end, inner)
            if last == end or rest:
                return (surface, *rest)
    return ()


def _other_word(found: re.Match[str]) -> Word:
    """The word of a run that is not Han."""
    if found.lastgroup == "number":
        return _number(found[0], *found.span())
    return _latin_or_code(found[0], *found.span())


def _number(text: str, start: int, end: int) -> Word:
    whole = re.sub(r"\s", "", text).casefold()
    value = re.match(r"[\d.]+", whole)
    bare = value[0] if value else whole
    return Word(whole, "number", start, end, (bare,) if bare != whole else ())


@cache
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer  # noqa: PLC0415  9 MB: only who searches pays for it

    stem: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The English stem of a case-folded word."""
    return _stemmer()(word)


def _latin_or_code(text: str, start: int, end: int) -> Word:
    if _PLAIN_WORD.match(text):
        surface = text.casefold()
        root = stem(surface)
        return Word(surface, "latin", start, end, (root,) if root != surface else ())
    parts = tuple(part.casefold() for part in _SEPARATORS.split(text) if part)
    whole = "".join(parts)
    variants = set(parts) if len(parts) > 1 else set()
    for part in _SEPARATORS.split(text):
        variants.update(piece.casefold() for piece in _PIECES.findall(part) if len(piece) > 1)
    variants.update(stem(variant) for variant in tuple(variants) if variant.isalpha())
    variants.discard(whole)
    return Word(whole, "code", start, end, tuple(sorted(variants)), parts if len(parts) > 1 else ())


@cache
def fingerprint() -> str:
    """What the terms of an index depend on; an index with another fingerprint is rebuilt."""
    seen = hashlib.sha256()
    for package in ("rjieba", "opencc", "snowballstemmer"):
        seen.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    seen.update(f"chain {CHAIN}\n".encode())
    seen.update("\n".join(DOMAIN_WORDS).encode())
    return seen.hexdigest()[:16]
