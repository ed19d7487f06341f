"""Reads of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.notify.models import Notice, Preference
from marketplace.web.pagination import Slice, cut, decode

PAGE = 30
MOST_UNREAD = 100
"""Counting stops here."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as the inbox shows it; its words are chosen by ``kind`` in the page."""

    id: int
    kind: str
    facts: dict[str, Any]
    url: str
    created_at: datetime
    read_at: datetime | None


def inbox(db: Session, user_id: int, cursor: str | None = None) -> Slice[NoticeLine]:
    """The person's notices, newest first."""
    columns = (Notice.id, Notice.kind, Notice.facts, Notice.url, Notice.created_at, Notice.read_at)
    query = select(*columns).where(Notice.user_id == user_id).order_by(Notice.id.desc())
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(Notice.id < key[0])
    lines = [NoticeLine(*row) for row in db.execute(query.limit(PAGE + 1))]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def unread_count(db: Session, user_id: int) -> int:
    """How many notices wait; counting stops at 100."""
    some = select(Notice.id).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    some = some.limit(MOST_UNREAD)
    return db.scalar(select(func.count()).select_from(some.subquery())) or 0


def unread_of(user_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """How many notices wait for the person of an enclosing statement."""
    waiting = select(func.count()).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    return waiting.scalar_subquery()


def mail_choice(db: Session, user_id: int) -> str:
    """The person's choice about mail."""
    row = db.get(Preference, user_id)
    return row.mail if row else "daily"
