"""What can be cleaned is cleaned here; every function is pure and says what it refuses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

_SPACES = re.compile(r"[ \t\u3000\xa0]+")
_BREAKS = re.compile(r"\n{3,}")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SEPARATORS = re.compile(r"[,，;；、|\n]+")


class Unclean(ValueError):
    """A value that cannot be cleaned; ``reason`` is a stable code."""

    def __init__(self, reason: str, **facts: object) -> None:
        self.reason, self.facts = reason, facts
        super().__init__(reason)


def text(value: Any) -> str:
    """One line or more of plain text: no control characters, single spaces, plain line breaks."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "、".join(text(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON and spreadsheets write 6 as 6.0
    plain = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in plain if one == "\n" or unicodedata.category(one)[0] != "C")
    lines = (_SPACES.sub(" ", line).strip() for line in kept.split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def line(value: Any) -> str:
    """A single line of plain text."""
    return " ".join(text(value).split())


def day(value: Any) -> date | None:
    """``2020-01-13``, ``2020/1/13``, ``2020年1月13日``, ``２０２０…``, ``20200113`` or empty.

    A glued time is dropped (``2020-01-1310:49:39.0`` is 2020-01-13). Raises Unclean.
    """
    found = days(value)
    if len(found) > 1:
        raise Unclean("more_than_one_date")
    return found[0] if found else None


def days(value: Any) -> list[date]:
    """Every date in a text, in order: ``2020-01-1310:45:44.0至2021-01-1310:45:46.0`` has two."""
    plain = unicodedata.normalize("NFKC", str(value or "")).strip()
    if not plain:
        return []
    parts = [re.split(r"\d{2}:\d{2}", part)[0] for part in re.split(r"至|~|—", plain)]
    found = [_first_date(part) for part in parts]
    if not all(found):
        raise Unclean("not_a_date", given=plain[:40])
    return [one for one in found if one]


def _first_date(part: str) -> date | None:
    # Two digits for the day: what follows them is a glued hour.
    match = re.match(r"\s*(\d{4})-(\d{2})-(\d{2})", part) or _DATE.search(part)
    match = match or _COMPACT.fullmatch(part.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def choices(value: Any, known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(values, unknown words) of a multi-select, also of one whose words were glued together.

    ``完全转让许可转让技术入股合作生产`` is four choices when all four are ``known``; the longest
    word at each place wins. Words are looked up as they stand after NFKC.
    """
    found: list[str] = []
    unknown: list[str] = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text(value))):
        words, rest = unglue(part.strip(), known)
        found += [known[word] for word in words]
        unknown += [rest] if rest else []
    return tuple(dict.fromkeys(found)), tuple(unknown)


def unglue(part: str, known: Mapping[str, str]) -> tuple[list[str], str]:
    """(known words, "") of a glued text, or ([], the text) when any part is unknown."""
    words: list[str] = []
    rest = part
    by_length = sorted(known, key=len, reverse=True)
    while rest:
        word = next((one for one in by_length if rest.startswith(one)), None)
        if word is None:
            return [], part  # half understood is not understood
        words.append(word)
        rest = rest[len(word) :].lstrip()
    return words, ""


def names(value: Any) -> tuple[str, ...]:
    """A list of names, given as a list or separated by the usual marks."""
    parts = value if isinstance(value, list | tuple) else _SEPARATORS.split(text(value))
    return tuple(dict.fromkeys(line(part) for part in parts if line(part)))


def first(values: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """The first of several possible columns that holds something; Unclean for a nested record."""
    for key in keys:
        value = values.get(key)
        if value in (None, "", []):
            continue
        parts = value if isinstance(value, list) else [value]
        if any(isinstance(part, dict | list) for part in parts):
            raise Unclean("not_a_text", column=key)
        return value
    return None
