"""What changed between two versions, field by field, for the desk and the history."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask_babel import gettext as _

from marketplace.showcase.listings import labels
from marketplace.showcase.listings.content import ListingContent, PatentFacts
from marketplace.web.filters import yuan

LONG = ("summary", "summary_en", "problem", "solution", "advantage", "economics", "defects",
        "price_note", "base_price_basis")  # fmt: skip
_TOKENS = re.compile(r"[A-Za-z0-9.]+|\s+|.", re.DOTALL)
LONGEST_DIFF = 4_000


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed field. ``parts`` are (op, text) with op keep, del or ins."""

    field: str
    label: str
    parts: tuple[tuple[str, str], ...]


def differences(before: ListingContent, after: ListingContent) -> list[Difference]:
    """Every field that differs, in the order of the form."""
    return [*_changed(before, after), *_patent(before.patent, after.patent)]


def _changed(before: ListingContent, after: ListingContent) -> Iterator[Difference]:
    for one in fields(ListingContent):
        if one.name in ("kind", "patent", "extra", "source_url"):
            continue
        old, new = getattr(before, one.name), getattr(after, one.name)
        if old != new:
            parts = _texts(old, new) if one.name in LONG else _whole(
                words(one.name, old), words(one.name, new)
            )  # fmt: skip
            yield Difference(one.name, str(labels.FIELDS.get(one.name, one.name)), parts)


def _patent(before: PatentFacts | None, after: PatentFacts | None) -> Iterator[Difference]:
    for one in fields(PatentFacts):
        old = getattr(before, one.name) if before else ""
        new = getattr(after, one.name) if after else ""
        if (old or "") != (new or ""):
            label = str(labels.FIELDS.get(one.name, one.name))
            yield Difference(one.name, label, _whole(words(one.name, old), words(one.name, new)))


def _whole(old: str, new: str) -> tuple[tuple[str, str], ...]:
    parts = (
        [("del", old), ("keep", " "), ("ins", new)] if old and new else [("del", old), ("ins", new)]
    )
    return tuple((op, text) for op, text in parts if text)


def _texts(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """A difference by words and characters; two whole texts where they are very long."""
    if len(old) + len(new) > LONGEST_DIFF:
        return _whole(old, new)
    first, second = _TOKENS.findall(old), _TOKENS.findall(new)
    parts: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            parts.append(("keep", "".join(first[a:b])))
            continue
        if b > a:
            parts.append(("del", "".join(first[a:b])))
        if d > c:
            parts.append(("ins", "".join(second[c:d])))
    return tuple(parts)


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "pricing_mode": labels.pricing,
    "transfer_modes": lambda value: labels.ways(value, ()),
    "licence_kinds": lambda value: labels.ways(("licence",), value),
    "legal_status": labels.status,
    "step": labels.step,
    "industries": labels.industries,
    "files": lambda value: str(_("%(count)s files", count=len(value))),
    "price_minor": yuan,
    "base_price_minor": yuan,
}
_GROUPS = ("owners", "overlays", "licences", "first_refusal")


def words(name: str, value: Any) -> str:
    """A field's value as a person reads it."""
    if value is None or value in ("", (), False):
        return ""
    if name in _WORDS:
        return _WORDS[name](value)
    if name in _GROUPS:
        return "; ".join(_row(name, one) for one in value)
    if value is True:
        return str(_("yes"))
    return "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _row(name: str, row: Any) -> str:
    if name == "owners":
        share = "" if row.share_hundredths is None else f" {row.share_hundredths / 100:g}%"
        return f"{row.name}{share}"
    if name == "overlays":
        return f"{labels.overlay(row.kind)} {row.holder}".strip()
    if name == "licences":
        return f"{labels.licence(row.kind)} {row.licensee}".strip()
    return f"{row.name} ({labels.GROUNDS.get(row.ground, row.ground)})"
