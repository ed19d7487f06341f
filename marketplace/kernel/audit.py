"""The audit log: who did what, when and why, append-only and chained by hash (I10, T23)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import DDL, JSON, Table, event, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import to_ms
from marketplace.kernel.db import Base
from marketplace.kernel.guards import append_only

GENESIS = "0" * 64


class AuditEntry(Base):
    """One change. The database refuses UPDATE and DELETE on this table by trigger."""

    __tablename__ = "kernel_audit"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(index=True)
    organisation_id: Mapped[int | None]
    via: Mapped[str]
    address: Mapped[str]
    request_id: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    thing: Mapped[str]
    thing_id: Mapped[str]
    why: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The one row that orders writers: the last sequence and its hash."""

    __tablename__ = "kernel_audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str]


append_only(cast("Table", AuditEntry.__table__))
event.listen(
    AuditHead.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        f"INSERT INTO kernel_audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}')"  # noqa: S608
    ),
)


@dataclass(frozen=True, slots=True)
class Note:
    """What a step wants remembered; becomes an AuditEntry at commit."""

    action: str
    thing: str
    thing_id: str
    why: str
    facts: Mapping[str, object]


def write(db: Session, notes: Sequence[Note], *, actor: Actor | None, at: datetime) -> None:
    """Append the notes to the chain, in order, inside the caller's transaction."""
    head = db.execute(
        select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
    ).one()  # the row is made by the migration that made the table
    seq, previous = head.seq, head.hash
    rows = []
    for note in notes:
        seq += 1
        row = _row(note, actor, at, seq)
        row["previous_hash"] = previous
        row["hash"] = previous = entry_hash(previous, row)
        rows.append(row)
    db.execute(insert(AuditEntry), rows)
    db.execute(
        update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=previous),
        execution_options={"synchronize_session": False},
    )


def _row(note: Note, actor: Actor | None, at: datetime, seq: int) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": at,
        "user_id": actor.user_id if actor else None,
        "organisation_id": actor.organisation_id if actor else None,
        "via": actor.via if actor else "system",
        "address": actor.address if actor else "",
        "request_id": actor.request_id if actor else "",
        "action": note.action,
        "thing": note.thing,
        "thing_id": note.thing_id,
        "why": note.why,
        "facts": dict(note.facts),
    }


def entry_hash(previous: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the entry."""
    body = {key: value for key, value in row.items() if key not in ("hash", "previous_hash")}
    body["at"] = to_ms(body["at"])
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def broken_links(db: Session) -> Iterator[int]:
    """The sequence numbers whose hash or link does not hold; nothing when the log is whole."""
    previous, expected = GENESIS, 1
    columns = AuditEntry.__table__.columns
    for row in db.execute(select(*columns).order_by(AuditEntry.seq)).mappings():
        body = dict(row)
        if (
            body["seq"] != expected
            or body["previous_hash"] != previous
            or body["hash"] != entry_hash(previous, body)
        ):
            yield body["seq"]
        previous, expected = body["hash"], body["seq"] + 1
    head = db.get(AuditHead, 1)
    if head is not None and (head.seq != expected - 1 or head.hash != previous):
        yield head.seq
