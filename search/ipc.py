"""The tree of patent classification symbols, as far as a search needs it."""

from __future__ import annotations

import re
from functools import lru_cache

_SYMBOL = re.compile(r"([A-H])(?:(\d{2})(?:([A-Z])(?:(\d{1,4})(?:/(\d{2,6}))?)?)?)?$")


def canonical(symbol: str) -> str:
    """``symbol`` without spaces and leading zeros of the group: "h01m 010/0525" → "H01M10/0525"."""
    text = re.sub(r"\s+", "", symbol).upper()
    found = _SYMBOL.match(text)
    if not found or found[4] is None:
        return text
    group = str(int(found[4]))
    tail = f"/{found[5]}" if found[5] else ""
    return f"{found[1]}{found[2]}{found[3]}{group}{tail}"


def lineage(symbol: str) -> tuple[str, ...]:
    """The symbol's ancestors from the section down and itself: H, H01, H01M, H01M10, H01M10/0525.

    What is no IPC symbol (a Locarno class) is its own lineage.
    """
    text = canonical(symbol)
    found = _SYMBOL.match(text)
    if not found:
        return (text,) if text else ()
    steps = [found[1]]
    for part in (2, 3, 4):
        if found[part] is None:
            return tuple(steps)
        steps.append(steps[-1] + found[part])
    return (*steps, text) if found[5] and found[5] != "00" else tuple(steps)


@lru_cache(maxsize=65_536)
def parent(symbol: str) -> str:
    """The symbol one step up; the empty string above a section."""
    steps = lineage(symbol)
    return steps[-2] if len(steps) > 1 else ""
