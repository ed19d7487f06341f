"""One normal form of text (NFKC, simplified characters) that remembers where it came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Normal:
    """``text`` in normal form; ``origin[i]`` is the place of character i in the original.

    ``origin`` is None while places are the same, and has one more entry for the end otherwise.
    """

    text: str
    origin: tuple[int, ...] | None

    def place(self, index: int) -> int:
        """The place in the original of a place in the normal form."""
        return index if self.origin is None else self.origin[index]


@cache
def _to_simplified() -> Callable[[str], str]:
    import opencc  # noqa: PLC0415  loaded late: only who searches pays for it

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def simplified(text: str) -> str:
    """``text`` with traditional characters made simplified, of the same length.

    A phrase rule that changes the length is not used, so that places stay true.
    """
    if text.isascii():
        return text
    converted = _to_simplified()(text)
    if len(converted) == len(text):
        return converted
    convert = _to_simplified()
    single = (convert(char) for char in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, single, strict=True))


def normalise(text: str) -> Normal:
    """``text`` in NFKC with simplified characters; case is kept for the splitting of codes."""
    composed = unicodedata.normalize("NFKC", text)
    if len(composed) == len(text):
        # Nearly all texts: full-width signs change, places do not.
        return Normal(simplified(composed), None)
    pieces: list[str] = []
    origin: list[int] = []
    for start, end in _clusters(text):
        piece = unicodedata.normalize("NFKC", text[start:end])
        pieces.append(piece)
        origin.extend([start] * len(piece))
    origin.append(len(text))
    return Normal(simplified("".join(pieces)), tuple(origin))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of a base character with the marks that combine with it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or not unicodedata.combining(text[index]):
            spans.append((start, index))
            start = index
    return spans if text else []


def folded(text: str) -> str:
    """The normal form without case and outer space, for comparing whole strings."""
    return normalise(text).text.casefold().strip()
