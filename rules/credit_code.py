"""统一社会信用代码 (GB 32100-2015) and the organisation code inside it (GB 11714)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stdnum.cn import uscc

from rules.patent_numbers import NumberWarning
from rules.provinces import PROVINCES
from rules.refusals import NumberRefused
from rules.typed_text import digits_of

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""No I, O, S, V, Z: they look like digits."""

LOOKALIKE: Mapping[str, str] = {"O": "0", "I": "1", "Z": "2", "S": "5"}
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
NATIONAL = "10"
"""Region 100000: registered by a national authority."""

KINDS: Mapping[str, tuple[str, str]] = {
    "11": ("机关", "Government body"),
    "12": ("事业单位", "Public institution"),
    "51": ("社会团体", "Association"),
    "52": ("民办非企业单位", "Private non-enterprise unit"),
    "53": ("基金会", "Foundation"),
    "91": ("企业", "Enterprise"),
    "92": ("个体工商户", "Individual business"),
    "93": ("农民专业合作社", "Farmers' cooperative"),
}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code that passed its check: 18 characters, kind (first two), region (3-8)."""

    canonical: str
    kind: str
    region: str
    organisation_code: str
    warnings: tuple[NumberWarning, ...] = field(default=(), compare=False)


def parse_credit_code(text: str) -> CreditCode:
    """Read a 统一社会信用代码; spaces, dashes, full width and lower case are accepted.

    Raises ``NumberRefused``: ``bad_length`` (length), ``all_zero``, ``letter_not_used`` (letter,
    position from 1, suggestion: the code with digits for look-alike letters when that passes),
    ``bad_form``, ``wrong_check`` (given, expected, suggestion). Warns:
    ``organisation_code_mismatch`` (given, expected), ``unknown_kind``, ``unknown_region``.
    """
    code = digits_of(text)
    if len(code) != 18:
        raise NumberRefused("bad_length", {"length": len(code)})
    if set(code) == {"0"}:
        raise NumberRefused("all_zero")
    _refuse_foreign_characters(code)
    expected = uscc.calc_check_digit(code[:17])
    if code[17] != expected:
        facts = {"given": code[17], "expected": expected, "suggestion": code[:17] + expected}
        raise NumberRefused("wrong_check", facts)
    return CreditCode(code, code[:2], code[2:8], code[8:17], _warnings(code))


def _refuse_foreign_characters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        if character in ALPHABET:
            continue
        if not (character.isascii() and character.isalpha()):
            raise NumberRefused("bad_form", {"character": character, "position": position})
        facts: dict[str, object] = {"letter": character, "position": position}
        if character in LOOKALIKE:
            facts["digit"] = LOOKALIKE[character]
        suggestion = "".join(LOOKALIKE.get(c, c) for c in code)
        if uscc.is_valid(suggestion):
            facts["suggestion"] = suggestion
        raise NumberRefused("letter_not_used", facts)
    if not code[2:8].isdecimal():
        raise NumberRefused("bad_form", {"character": code[2:8], "position": 3})


def _warnings(code: str) -> tuple[NumberWarning, ...]:
    found: list[NumberWarning] = []
    expected = organisation_check(code[8:16])
    if code[16] != expected:
        facts = {"given": code[16], "expected": expected}
        found.append(NumberWarning("organisation_code_mismatch", facts))
    if code[:2] not in KINDS:
        found.append(NumberWarning("unknown_kind", {"kind": code[:2]}))
    if code[2:4] not in PROVINCES and code[2:4] != NATIONAL:
        found.append(NumberWarning("unknown_region", {"region": code[2:8]}))
    return tuple(found)


def organisation_check(body: str) -> str:
    """The check of an organisation code's eight characters (GB 11714): A=10 … Z=35, 10 = X."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def organisation_code_warnings(text: str) -> tuple[NumberWarning, ...]:
    """Warnings for an organisation code like 71256057-5; a mismatch never refuses (section 2).

    Raises ``NumberRefused`` ``bad_form`` when it is not eight characters and a check.
    """
    code = digits_of(text)
    if len(code) != 9 or not (code.isascii() and code.isalnum()):
        raise NumberRefused("bad_form", {"given": code})
    expected = organisation_check(code[:8])
    if code[8] == expected:
        return ()
    facts = {"given": code[8], "expected": expected}
    return (NumberWarning("organisation_code_mismatch", facts),)
