"""Reads any pasted number: which kind it is, its normal form, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from rules import credit_code, ipc, ipc_names
from rules.agency_codes import parse_agency_code, parse_attorney_licence
from rules.contract_numbers import parse_contract_number
from rules.identity_card import parse_identity_card
from rules.number_checks import number_findings
from rules.patent_numbers import NumberWarning, parse_application_number
from rules.publication_numbers import parse_publication_number
from rules.refusals import NumberRefused
from rules.typed_text import digits_of, plain

LONGEST = 80
_LABEL = re.compile(r"[^\x00-\x7f]+[:#]?|^[A-Z .]*NO\.?[:#]?|^[:#]+")
_IPC = re.compile(r"[A-Z]\d{2}[A-Z](\d|$)|[A-Z]\d{2}[A-Z]\W")
_LOCARNO = re.compile(r"(LOC.*|\d{1,2}-\d{1,2})")
_PUBLICATION = re.compile(r"(CN)?\d{5,10}[A-WYZ]\d?|CN\d{5,10}[A-Z]\d?")
_LENGTHS = {5: "agency", 11: "attorney", 14: "contract", 16: "contract", 18: "credit_code"}


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence about a number: ``code`` of the registered texts and its facts."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One line read. ``state``: ok, warn, bad. ``suggestion``: the right number, if computable.

    ``facts``: what the number tells, by stable names (patent_kind, year, pct, stage, levels,
    name, region, organisation_code, owner_kind).
    """

    typed: str
    kind: str
    state: str
    canonical: str = ""
    suggestion: str = ""
    notes: tuple[Note, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)


Found = tuple[str, tuple[NumberWarning, ...], Mapping[str, object]]


def read_number(typed: str, today: date) -> Reading:
    """Recognise and check one line; never raises for what people paste."""
    if len(typed) > LONGEST:
        return Reading(typed[:LONGEST], "", "bad", notes=(Note("tools.number.too_long"),))
    bare = _LABEL.sub("", plain(typed))
    if _is_identity_card(bare, today):
        return Reading("…", "", "bad", notes=(Note("tools.number.identity_card"),))
    kind = recognise(bare)
    if not kind:
        return Reading(typed, "", "bad", notes=(Note("tools.number.unknown"),))
    try:
        canonical, warnings, facts = READERS[kind](typed if kind == "ipc" else bare)
    except NumberRefused as refusal:
        note = Note(f"tools.{kind}.{refusal.code}", refusal.facts)
        suggestion = str(refusal.facts.get("suggestion", ""))
        return Reading(typed, kind, "bad", suggestion=suggestion, notes=(note,))
    notes = [Note(f"tools.number.{one.code}", one.facts) for one in warnings]
    if kind == "application":
        notes += _about_application(bare, today)
    state = "warn" if notes else "ok"
    return Reading(typed, kind, state, canonical, notes=tuple(notes), facts=facts)


def recognise(bare: str) -> str:
    """The kind of a number by its shape alone, "" for none."""
    compact = digits_of(bare)
    if _IPC.match(bare):
        return "ipc"
    if _LOCARNO.fullmatch(bare):
        return "locarno"
    if len(compact) == 18 and compact.isalnum():
        return "credit_code"
    if _PUBLICATION.fullmatch(compact):
        return "publication"
    if compact.isdigit() and len(compact) in _LENGTHS:
        return _LENGTHS[len(compact)]
    if re.fullmatch(r"[A-Z0-9]{15,20}", compact) and compact[:2] in credit_code.KINDS:
        return "credit_code"
    if re.fullmatch(r"(ZL|CN)*[.:]?\d{6,13}(\.?[0-9X?])?", compact):
        return "application"
    return ""


def _is_identity_card(bare: str, today: date) -> bool:
    try:
        parse_identity_card(bare, today)
    except NumberRefused:
        return False
    return True


def _application(text: str) -> Found:
    number = parse_application_number(text)
    facts = {"patent_kind": number.kind, "year": number.year, "pct": number.is_pct}
    return number.canonical, number.warnings, facts


def _about_application(text: str, today: date) -> list[Note]:
    number = parse_application_number(text)
    found = [
        Note(f"tools.number.{one.code}", one.facts) for one in number_findings(number, today=today)
    ]
    return [*found, Note("tools.number.zl_only_in_force")] if number.zl_prefix else found


def _publication(text: str) -> Found:
    number = parse_publication_number(text)
    return number.canonical, (), {"patent_kind": number.kind, "stage": number.stage}


def _credit_code(text: str) -> Found:
    code = credit_code.parse_credit_code(text)
    facts = {
        "owner_kind": credit_code.KINDS.get(code.kind),
        "region": code.region,
        "organisation_code": f"{code.organisation_code[:8]}-{code.organisation_code[8]}",
    }
    return code.canonical, code.warnings, facts


def _ipc(text: str) -> Found:
    symbol = ipc.parse_ipc(_LABEL.sub("", text.strip()))
    names = (ipc_names.name_of(symbol.canonical, "zh"), ipc_names.name_of(symbol.canonical, "en"))
    return symbol.canonical, (), {"levels": symbol.levels[:-1], "names": names}


def _locarno(text: str) -> Found:
    return ipc.parse_locarno(text), (), {}


def _agency(text: str) -> Found:
    return parse_agency_code(text).canonical, (), {}


def _attorney(text: str) -> Found:
    licence = parse_attorney_licence(text)
    return licence.canonical, licence.warnings, {"agency": licence.agency_code}


def _contract(text: str) -> Found:
    number = parse_contract_number(text)
    return number.canonical, number.warnings, {}


READERS: Mapping[str, Callable[[str], Found]] = {
    "application": _application,
    "publication": _publication,
    "credit_code": _credit_code,
    "ipc": _ipc,
    "locarno": _locarno,
    "agency": _agency,
    "attorney": _attorney,
    "contract": _contract,
}
