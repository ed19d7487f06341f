"""What ``marketplace fee`` answers: one case or a file of cases as plain dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from rules.fee_clock import FeeCase, FeeState, fee_state
from rules.fee_schedule import Reduction
from rules.holidays import Calendar
from rules.patent_numbers import PatentKind
from rules.refusals import FeeRefused

FIELDS = frozenset({"kind", "filed", "granted", "paid", "reduction", "today"})
_KINDS: Mapping[str, PatentKind] = {"I": "I", "U": "U", "D": "D"}
_REDUCTIONS: Mapping[str, Reduction] = {"85": "85", "70": "70", "OPEN": "open"}
_NOTHING = frozenset({"", "-", "0", "NONE", "NULL"})


def run_one(
    record: Mapping[str, object], *, today: date | None = None, calendar: Calendar | None = None
) -> dict[str, object]:
    """The fee state of one record {kind, filed, granted, paid, reduction, today}.

    ``today`` is used when the record has none. The answer has state, next_year, due, fee,
    surcharge, restoration, total (whole CNY, ISO date, None when nothing is owed), and
    ``ignored`` with the names of fields it does not know, so that a misspelt one is seen.
    Without ``granted`` a record that names ``paid`` is taken as granted, else as pending.
    Raises ``FeeRefused`` (``missing``, ``bad_date``, ``bad_kind``, ``bad_filed``, ``bad_paid``,
    ``bad_reduction``, ``granted_before_filed``).
    """
    asked = _date(record, "today") or today
    if asked is None:
        raise FeeRefused("missing", {"field": "today"})
    answer = as_dict(fee_state(read_case(record), asked, calendar=calendar))
    ignored = sorted(str(key) for key in record.keys() - FIELDS)
    return answer | {"ignored": ignored} if ignored else answer


def read_case(record: Mapping[str, object]) -> FeeCase:
    """The case a record describes; raises ``FeeRefused`` like ``run_one``."""
    kind = _KINDS.get(str(record.get("kind", "")).strip().upper())
    if kind is None:
        raise FeeRefused("bad_kind", {"kind": record.get("kind")})
    filed = _date(record, "filed")
    if filed is None:
        raise FeeRefused("missing", {"field": "filed"})
    return FeeCase(kind, filed, _date(record, "granted"), _paid(record), _reductions(record))


def as_dict(state: FeeState) -> dict[str, object]:
    """The printed fields of a state, ready for JSON."""
    return {
        "state": state.state,
        "next_year": state.next_year,
        "due": state.due.isoformat() if state.due else None,
        "fee": state.fee,
        "surcharge": state.surcharge,
        "restoration": state.restoration,
        "total": state.total,
    }


def run_batch(
    lines: Iterable[str], *, today: date | None = None, calendar: Calendar | None = None
) -> Iterator[dict[str, object]]:
    """One answer per JSON line, in order; a bad line gives ``{"error": code, …facts}``.

    Blank lines are skipped. The caller ends with status 1 when any answer has ``error``.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield run_one(_record(line), today=today, calendar=calendar)
        except FeeRefused as refusal:
            facts = {key: _plain(value) for key, value in refusal.facts.items()}
            yield {"error": refusal.code, "line": number, **facts}


def _record(line: str) -> Mapping[str, object]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise FeeRefused("bad_json") from error
    if not isinstance(record, dict):
        raise FeeRefused("bad_json")
    return record


def _is_nothing(value: object) -> bool:
    return value is None or str(value).strip().upper() in _NOTHING


def _date(record: Mapping[str, object], name: str) -> date | None:
    value = record.get(name)
    if value in (None, "", "-"):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FeeRefused("bad_date", {"field": name, "value": value}) from error


def _paid(record: Mapping[str, object]) -> int | None:
    value = record.get("paid")
    if value in (None, "", "-"):
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not (text.isascii() and text.isdecimal()):
        raise FeeRefused("bad_paid", {"paid": value})
    return int(text)


def _reductions(record: Mapping[str, object]) -> tuple[Reduction, ...]:
    value = record.get("reduction")
    entries = value if isinstance(value, list) else [value]
    found: list[Reduction] = []
    for entry in entries:
        if _is_nothing(entry):
            continue
        reduction = _REDUCTIONS.get(str(entry).strip().rstrip("%").strip().upper())
        if reduction is None:
            raise FeeRefused("bad_reduction", {"reduction": entry})
        found.append(reduction)
    return tuple(found)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
