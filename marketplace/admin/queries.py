"""Reads for the administrators' pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.identity.people import queries as people
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.jobs import JobRow
from marketplace.kernel.options import OPTIONS, Option, OptionRow
from marketplace.kernel.outbox import OutboxRow
from marketplace.web.exports import safe_cell
from marketplace.web.filters import moment_seconds
from marketplace.web.pagination import Slice, cut, decode

PAGE = 50


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the reader of the audit log asked for; empty texts mean everything."""

    action: str = ""
    thing: str = ""
    thing_id: str = ""
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry as the log page shows it."""

    seq: int
    at: datetime
    user_id: int | None
    user_name: str
    via: str
    action: str
    thing: str
    thing_id: str
    why: str
    facts: dict[str, Any]
    hash: str


COLUMNS = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.user_id,
    AuditEntry.via,
    AuditEntry.action,
    AuditEntry.thing,
    AuditEntry.thing_id,
    AuditEntry.why,
    AuditEntry.facts,
    AuditEntry.hash,
)


def audit_log(db: Session, asked: AuditFilter, cursor: str | None) -> Slice[AuditLine]:
    """The newest entries that match, by key."""
    query = _matching(asked).order_by(AuditEntry.seq.desc()).limit(PAGE + 1)
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(AuditEntry.seq < key[0])
    lines = _lines(db, query)
    return cut(lines, size=PAGE, keys=[[line.seq] for line in lines])


def _matching(asked: AuditFilter) -> Select[Any]:
    query = select(*COLUMNS)
    for column, value in (
        (AuditEntry.action, asked.action),
        (AuditEntry.thing, asked.thing),
        (AuditEntry.thing_id, asked.thing_id),
        (AuditEntry.user_id, asked.user_id),
    ):
        if value:
            query = query.where(column == value)
    return query


def _lines(db: Session, query: Select[Any]) -> list[AuditLine]:
    rows = db.execute(query).all()
    names = people.person_names(db, {row.user_id for row in rows if row.user_id})
    return [
        AuditLine(
            row.seq,
            row.at,
            row.user_id,
            names.get(row.user_id, ""),
            *row[3:],
        )
        for row in rows
    ]


def audit_csv(db: Session, asked: AuditFilter) -> Iterator[str]:
    """The matching entries as CSV, oldest first; no cell begins a formula (T19)."""
    header = ("seq", "at", "user_id", "user", "via", "action", "thing", "thing_id", "why", "facts")
    yield "\ufeff" + _csv_row([*header, "hash"])
    for line in _lines(db, _matching(asked).order_by(AuditEntry.seq).limit(100_000)):
        facts = json.dumps(line.facts, ensure_ascii=False, sort_keys=True)
        yield _csv_row(
            [
                line.seq,
                moment_seconds(line.at),
                line.user_id,
                line.user_name,
                line.via,
                line.action,
                line.thing,
                line.thing_id,
                line.why,
                facts,
                line.hash,
            ]
        )


def _csv_row(cells: list[object] | tuple[object, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class OptionLine:
    """A threshold with its value in force."""

    option: Option
    value: int
    changed_at: datetime | None
    changed_by: str


def option_lines(db: Session) -> list[OptionLine]:
    """Every threshold, changed or not."""
    rows = {row.key: row for row in db.scalars(select(OptionRow))}
    names = people.person_names(db, {row.changed_by for row in rows.values()})
    return [
        OptionLine(
            known,
            rows[key].value if key in rows else known.default,
            rows[key].changed_at if key in rows else None,
            names.get(rows[key].changed_by, "") if key in rows else "",
        )
        for key, known in OPTIONS.items()
    ]


@dataclass(frozen=True, slots=True)
class StuckLine:
    """A delivery that failed at least once and is still owed."""

    id: int
    event: str
    consumer: str
    occurred_at: datetime
    due_at: datetime
    attempts: int
    error: str | None


def stuck(db: Session) -> list[StuckLine]:
    """Deliveries that failed and are still owed, oldest first."""
    query = (
        select(
            OutboxRow.id,
            OutboxRow.event,
            OutboxRow.consumer,
            OutboxRow.occurred_at,
            OutboxRow.due_at,
            OutboxRow.attempts,
            OutboxRow.error,
        )
        .where(OutboxRow.done_at.is_(None), OutboxRow.error.is_not(None))
        .order_by(OutboxRow.id)
        .limit(200)
    )
    return [StuckLine(*row) for row in db.execute(query)]


def sweeps(db: Session) -> list[JobRow]:
    """Every periodic job with its last run."""
    return list(db.scalars(select(JobRow).order_by(JobRow.name)))
