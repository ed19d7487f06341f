"""Chinese publication and grant numbers: CN, digits, kind code; they carry no check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rules.patent_numbers import PatentKind, parse_application_number
from rules.refusals import NumberRefused
from rules.typed_text import digits_of

Stage = Literal["published", "granted", "corrected", "kept_in_part"]

FIRST_DIGIT: Mapping[str, str] = {
    "A": "1",
    "B": "1",
    "C": "1",
    "U": "2",
    "Y": "2",
    "S": "3",
    "D": "3",
}
_KINDS: Mapping[str, PatentKind] = {"1": "I", "2": "U", "3": "D"}
_PREFIXES = re.compile(
    r"^(?:公开\(公告\)号|公开号|公告号|公布号|授权公告号|申请公布号|PUBLICATIONNO\.?)?[:#]?"
)
_SHAPE = re.compile(r"(?:CN)?(?P<digits>\d+)(?P<letter>[A-Z])(?P<step>\d?)", re.ASCII)
_NO_KIND_CODE = re.compile(r"(?:CN)?[123](?:\d{6}|\d{8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PublicationNumber:
    """A publication number; ``canonical`` reads "CN112345678A", ``kind_code`` "A", "B8", …"""

    canonical: str
    digits: str
    kind_code: str
    kind: PatentKind
    stage: Stage


def parse_publication_number(text: str) -> PublicationNumber:
    """Read a publication or grant number (section 2).

    Raises ``NumberRefused``: ``application_number``, ``missing_kind_code``, ``bad_form``,
    ``unknown_kind_code`` (kind_code), ``bad_length`` (length: 7 or 9 are right),
    ``kind_mismatch`` (first_digit, kind_code, expected).
    """
    bare = _PREFIXES.sub("", digits_of(text))
    shape = _SHAPE.fullmatch(bare)
    if shape is None or (shape["letter"] == "X" and len(shape["digits"]) in {8, 12}):
        raise NumberRefused(_what_it_is(bare), {"given": bare})
    digits, letter, step = shape["digits"], shape["letter"], shape["step"]
    if letter not in FIRST_DIGIT or step == "0":
        raise NumberRefused("unknown_kind_code", {"kind_code": letter + step})
    if len(digits) not in {7, 9}:
        raise NumberRefused("bad_length", {"length": len(digits)})
    if digits[0] != FIRST_DIGIT[letter]:
        facts = {"first_digit": digits[0], "kind_code": letter, "expected": FIRST_DIGIT[letter]}
        raise NumberRefused("kind_mismatch", facts)
    code = letter + step
    return PublicationNumber(f"CN{digits}{code}", digits, code, _KINDS[digits[0]], _stage(code))


def _what_it_is(bare: str) -> str:
    try:
        parse_application_number(bare)
    except NumberRefused as refusal:
        if refusal.code in {"wrong_check", "missing_check", "unknown_type"}:
            return "application_number"
    else:
        return "application_number"
    return "missing_kind_code" if _NO_KIND_CODE.fullmatch(bare) else "bad_form"


def _stage(code: str) -> Stage:
    if code[1:] in {"8", "9"}:
        return "corrected"
    if code == "A":
        return "published"
    return "kept_in_part" if code[1:] else "granted"
