"""Pinyin of words; needs pypinyin (55 MB), so only the process that writes the index calls it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

_FIRST, _LAST = 0x4E00, 0x9FA5


def _library() -> Any:
    import pypinyin  # noqa: PLC0415  55 MB: the indexer alone pays for it

    return pypinyin


@lru_cache(maxsize=65_536)
def spelled(word: str) -> tuple[str, ...]:
    """The syllables of a word without tones, ü as v; other characters stand as they are."""
    library = _library()
    return tuple(library.lazy_pinyin(word, style=library.Style.NORMAL, v_to_u=False))


def joined(word: str) -> str:
    """The spelling in one piece: 新昌 → "xinchang"."""
    return "".join(spelled(word)).casefold()


def initials(word: str) -> str:
    """The first letters: 新昌 → "xc"."""
    return "".join(syllable[0] for syllable in spelled(word) if syllable).casefold()


def readings() -> Iterator[tuple[str, str]]:
    """Every common character with each of its readings (at most three)."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  as above

    for point in range(_FIRST, _LAST + 1):
        for reading in str(pinyin_dict.get(point, "")).split(",")[:3]:
            if reading:
                yield chr(point), _toneless(reading)


def _toneless(reading: str) -> str:
    """lǜ → lv, zhòng → zhong."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(part for part in parts if not unicodedata.combining(part))
