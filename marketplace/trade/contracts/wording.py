"""From a standard form and facts to clauses; and what two versions differ in, word by word."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.trade.contracts.forms_of_law import PLACEHOLDER, Form, StandardClause

TO_FILL = "（待填写）"
_PIECE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%:/-]*|\s+|.", re.DOTALL)
_NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as a version keeps it. Texts are plain, typed words are never templates."""

    key: str
    heading: str
    text: str


def written(form: Form, facts: Mapping[str, Any], blanks: Mapping[str, str]) -> tuple[Clause, ...]:
    """The form's clauses for these facts; a line whose optional blank is empty is left out."""
    holds = frozenset(facts["holds"]) | {name for name, text in blanks.items() if text.strip()}
    found = (
        Clause(one.key, one.heading, _filled(one, form, facts, blanks))
        for one in form.clauses
        if one.belongs(holds)
    )
    return tuple(clause for clause in found if clause.text)


def _filled(
    clause: StandardClause, form: Form, facts: Mapping[str, Any], blanks: Mapping[str, str]
) -> str:
    lines = []
    for line in clause.text.split("\n"):
        names = PLACEHOLDER.findall(line)
        if any(name in form.optional and not blanks.get(name, "").strip() for name in names):
            continue
        lines.append(PLACEHOLDER.sub(lambda found: _value(found[1], facts, blanks), line))
    return "\n".join(line for line in lines if line.strip())


def _value(name: str, facts: Mapping[str, Any], blanks: Mapping[str, str]) -> str:
    if name in blanks:
        return blanks[name].strip() or TO_FILL
    return str(facts[name])


def rewritten(
    kept: Sequence[Clause], before: Sequence[Clause], after: Sequence[Clause]
) -> tuple[Clause, ...]:
    """``kept`` with every clause that nobody amended taken from ``after`` instead of ``before``.

    An amended clause keeps its words; a clause added by hand stays where it stood.
    """
    standard = {one.key: one for one in before}
    newest = {one.key: one for one in after}
    result = [
        newest.get(one.key, one) if standard.get(one.key) == one else one
        for one in kept
        if one.key in newest or standard.get(one.key) != one
    ]
    known = {one.key for one in (*kept, *before)}
    for place, one in enumerate(after):
        if one.key not in known:
            result.insert(min(place, len(result)), one)
    return tuple(result)


def numeral(number: int) -> str:
    """一, 二, … for the heading of a clause (up to 99)."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return (_NUMERALS[tens] if tens > 1 else "") + "十" + (_NUMERALS[ones] if ones else "")


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    body = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that stayed, came or went: ``same``, ``ins`` or ``del``."""

    kind: str
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """What changed, in whole words and numbers and single ideographs."""
    if old == new:
        return (Piece("same", new),) if new else ()
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    found: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(after[j1:j2])))
            continue
        if i1 < i2:
            found.append(Piece("del", "".join(before[i1:i2])))
        if j1 < j2:
            found.append(Piece("ins", "".join(after[j1:j2])))
    return tuple(found)
