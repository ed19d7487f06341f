"""What a listing says: one frozen value, kept as JSON in every version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, Literal, get_args, get_origin, get_type_hints

ListingKind = Literal["patent", "achievement"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A right holder. ``share_hundredths`` is his share in hundredths of a percent."""

    name: str
    share_hundredths: int | None = None
    credit_code: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Something that lies on the right: a pledge, a preservation, a suspension … (section 5)."""

    kind: str
    holder: str = ""
    since: date | None = None
    until: date | None = None
    amount_minor: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LicenceGranted:
    """A licence given before; it survives an assignment (L57)."""

    kind: str
    licensee: str = ""
    area: str = ""
    use: str = ""
    until: date | None = None
    sublicence: bool = False


@dataclass(frozen=True, slots=True)
class FirstRefusal:
    """Who must be asked first: completer, commissioner or co-developer (L53)."""

    name: str
    ground: str = "completer"


@dataclass(frozen=True, slots=True)
class PatentFacts:
    """The right itself. ``number`` is the canonical application number without ZL.

    ``patent_kind`` is I, U or D; ``legal_status`` a patent state of section 5, looked up on
    ``status_checked_on``; ``last_paid_year`` the last patent year paid; ``reduction`` 85, 70,
    open or empty; ``first_fee_year`` from the registration notice beats the computed one (U8).
    """

    number: str
    patent_kind: str = "I"
    filed_on: date | None = None
    granted_on: date | None = None
    legal_status: str = "granted"
    status_checked_on: date | None = None
    status_source: str = ""
    last_paid_year: int | None = None
    reduction: str = ""
    first_fee_year: int | None = None
    has_evaluation_report: bool = False
    divisional: bool = False


@dataclass(frozen=True, slots=True)
class ListingContent:
    """All that the seller states, in the values of ``rules.enumerations``.

    Texts are plain; ``files`` are ids in the order shown; amounts are fen. ``pricing_mode``
    auction or sealed: ``price_minor`` is the start price wished for.
    """

    kind: ListingKind
    title: str
    title_en: str = ""
    summary: str = ""
    summary_en: str = ""
    problem: str = ""
    solution: str = ""
    advantage: str = ""
    economics: str = ""
    industries: tuple[str, ...] = ()
    cluster: str = ""
    ipc: tuple[str, ...] = ()
    locarno: tuple[str, ...] = ()
    trl: int | None = None
    step: str = ""
    keywords: tuple[str, ...] = ()

    patent: PatentFacts | None = None
    owners: tuple[Owner, ...] = ()
    inventors: tuple[str, ...] = ()
    service_result: bool = False
    overlays: tuple[Overlay, ...] = ()
    licences: tuple[LicenceGranted, ...] = ()
    first_refusal: tuple[FirstRefusal, ...] = ()
    defects: str = ""

    transfer_modes: tuple[str, ...] = ()
    licence_kinds: tuple[str, ...] = ()
    pricing_mode: str = "negotiated"
    price_minor: int | None = None
    base_price_minor: int | None = None
    base_price_basis: str = ""
    price_note: str = ""
    contact_policy: str = "broker"

    files: tuple[int, ...] = ()
    source_url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Facts of an imported record that have no field here, by their names in the source."""

    @property
    def number(self) -> str | None:
        """The canonical application number, where there is one."""
        return (self.patent.number or None) if self.patent else None


def to_json(content: ListingContent) -> dict[str, Any]:
    """The content as JSON values; empty fields are left out, so that versions stay small."""
    stored = {}
    for name in _names(ListingContent):
        value = getattr(content, name)
        if value or (value == 0 and value is not False):
            stored[name] = value if type(value) in _ATOMS else _plain(value)
    return stored


_ATOMS = frozenset({str, int, bool, type(None)})


_NAMES: dict[type[Any], tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(one.name for one in fields(kind))
    return _NAMES[kind]


def _plain(value: Any) -> Any:
    """A value as JSON; written for speed, since an import runs it for every cell."""
    if type(value) in _ATOMS:
        return value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return {name: _plain(getattr(value, name)) for name in _names(type(value))}


def from_json(stored: Mapping[str, Any]) -> ListingContent:
    """The content of a stored version; fields that it does not name have their defaults."""
    content: ListingContent = _value(ListingContent, stored)
    return content


_HINTS: dict[type, dict[str, Any]] = {}


def _value(kind: type[Any], stored: Mapping[str, Any]) -> Any:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    hints = _HINTS[kind]
    return kind(**{name: _typed(hints[name], value) for name, value in stored.items()
                   if name in hints})  # fmt: skip


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    options = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple:
        return tuple(_typed(options[0], one) for one in value)
    if options and not isinstance(hint, type) and get_origin(hint) not in (Literal, Mapping):
        hint = options[0] if len(options) == 1 else hint
    if isinstance(value, Mapping) and isinstance(hint, type) and is_dataclass(hint):
        return _value(hint, value)
    return date.fromisoformat(value) if hint is date else value


def digest(stored: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a stored content."""
    body = json.dumps(stored, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()
