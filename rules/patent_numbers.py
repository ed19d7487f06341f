"""Chinese patent application numbers: three forms, their check character, their refusals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.refusals import NumberRefused
from rules.typed_text import digits_of

PatentKind = Literal["I", "U", "D"]
"""I 发明, U 实用新型, D 外观设计."""

KIND_OF_TYPE: Mapping[str, PatentKind] = {"1": "I", "2": "U", "3": "D", "8": "I", "9": "U"}
PCT_TYPES = frozenset("89")
FIRST_TYPES = frozenset("123")
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
NEW_FORM_YEAR = 2003
"""The twelve-digit form is given out since 2003-10-01."""

_PREFIXES = re.compile(
    r"^(?:国家|中国)?(?:专利申请号|专利号|申请号|申请\(专利\)号|PATENTNO\.?|APPLICATIONNO\.?)?[:#]?"
)
_SHAPE = re.compile(r"(?P<digits>\d{12}|\d{8})(?P<dot>\.)?(?P<check>[\dX?])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class NumberWarning:
    """Something odd that does not refuse the number; ``code`` is stable."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ApplicationNumber:
    """An application number that passed its check.

    ``canonical`` is stored and compared ("202010123456.2"; 1985-88 "88100001" without check);
    ``year`` is the year of filing written in the number; ``zl_prefix`` tells that ZL was typed.
    Two spellings of one number are equal.
    """

    canonical: str
    kind: PatentKind
    year: int
    is_pct: bool
    zl_prefix: bool = field(default=False, compare=False)
    warnings: tuple[NumberWarning, ...] = field(default=(), compare=False)

    @property
    def digits(self) -> str:
        """The number without its check character."""
        return self.canonical.partition(".")[0]

    @property
    def is_new_form(self) -> bool:
        """True for the twelve-digit form in use since 2003-10-01."""
        return len(self.digits) == 12

    def label(self, *, in_force: bool) -> str:
        """How the number is shown: ZL only while the patent is in force (L68, 细则 101)."""
        return f"ZL{self.canonical}" if in_force else self.canonical


def check_character(digits: str) -> str:
    """The check of 12 or 8 digits: Σ digit x weight mod 11, 10 written X (section 2)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False))
    return "X" if total % 11 == 10 else str(total % 11)


def parse_application_number(text: str) -> ApplicationNumber:
    """Read an application or patent number in any usual spelling (section 2).

    Full width, spaces, dashes, 专利号:/申请号:/ZL/CN and a missing dot are accepted. Raises
    ``NumberRefused``: ``empty``, ``publication_number``, ``bad_form``, ``bad_year`` (year),
    ``unknown_type`` (type), ``missing_check`` (expected, suggestion), ``wrong_check`` (given,
    expected, suggestion).
    """
    bare, zl_prefix = _without_prefixes(text)
    shape = _shape(bare)
    digits, check = shape["digits"], shape["check"] or ""
    year = _year(digits)
    type_digit = digits[4] if len(digits) == 12 else digits[2]
    _refuse_unknown_type(type_digit, year)
    warnings: tuple[NumberWarning, ...] = ()
    if year < 1989:
        warnings = (NumberWarning("check_dropped", {"given": check}),) if check else ()
        canonical = digits
    else:
        canonical = _with_check(digits, check)
    kind, is_pct = KIND_OF_TYPE[type_digit], type_digit in PCT_TYPES
    return ApplicationNumber(canonical, kind, year, is_pct, zl_prefix, warnings)


def _without_prefixes(text: str) -> tuple[str, bool]:
    bare = _PREFIXES.sub("", digits_of(text))
    zl_prefix = False
    while bare.startswith(("ZL", "CN")):
        zl_prefix = zl_prefix or bare.startswith("ZL")
        bare = bare[2:].lstrip(".:")
    if not bare:
        raise NumberRefused("empty")
    return bare, zl_prefix


def _shape(bare: str) -> re.Match[str]:
    shape = _SHAPE.fullmatch(bare)
    if shape is not None:
        return shape
    if re.fullmatch(r"([0-9]{7}|[0-9]{9})[A-Z][0-9]?", bare) and not bare.endswith("X"):
        raise NumberRefused("publication_number", {"given": bare})
    raise NumberRefused("bad_form", {"given": bare})


def _year(digits: str) -> int:
    if len(digits) == 12:
        year = int(digits[:4])
        if NEW_FORM_YEAR <= year < 2100:
            return year
        raise NumberRefused("bad_year", {"year": digits[:4]})
    short = int(digits[:2])
    if short >= 85:
        return 1900 + short
    if short <= 3:
        return 2000 + short
    raise NumberRefused("bad_year", {"year": digits[:2]})


def _refuse_unknown_type(type_digit: str, year: int) -> None:
    known = FIRST_TYPES if year < 1989 else frozenset(KIND_OF_TYPE)
    if type_digit not in known:
        raise NumberRefused("unknown_type", {"type": type_digit})


def _with_check(digits: str, check: str) -> str:
    expected = check_character(digits)
    suggestion = f"{digits}.{expected}"
    if check in {"", "?"}:
        raise NumberRefused("missing_check", {"expected": expected, "suggestion": suggestion})
    if check != expected:
        facts = {"given": check, "expected": expected, "suggestion": suggestion}
        raise NumberRefused("wrong_check", facts)
    return suggestion
