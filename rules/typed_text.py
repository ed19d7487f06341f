"""Brings typed or pasted numbers into one spelling before a format is read."""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile(r"[-\u2010-\u2015\u2212\u30fc]")
_DOTS = re.compile(r"[。·・•．]")
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """NFKC, upper case, no invisible characters, no space, one kind of dash and dot.

    Full-width digits and letters become ASCII (rule book section 2, "Normalise first").
    """
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Cc", "Zl", "Zp"})
    return _DOTS.sub(".", _DASHES.sub("-", _SPACES.sub("", visible))).upper()


def digits_of(text: str) -> str:
    """``plain`` without dashes: for codes in which a dash is only a separator."""
    return plain(text).replace("-", "")
