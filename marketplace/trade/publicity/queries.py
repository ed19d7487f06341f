"""Reads of publicities: SQL in, frozen values out. Objectors' names leave for the seller alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel import cipher
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.settings import Settings
from marketplace.trade.publicity import policy
from marketplace.trade.publicity.models import Objection, Publicity
from marketplace.trade.publicity.states import Answer, State
from marketplace.web.pagination import Slice, cut, decode

PAGE = 20


@dataclass(frozen=True, slots=True)
class PublicityLine:
    """A showing in one row of the public list. Amount in fen."""

    id: int
    order_id: int
    version: int
    state: str
    name: str
    number: str
    way: str
    price_minor: int
    seller_organisation_id: int
    seller_name: str
    buyer_name: str
    related: bool
    market_from: datetime
    unit_from: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PublicityPage:
    """Everything the public page shows (浙江条例 17: four contents, mark, procedure)."""

    line: PublicityLine
    summary: str
    basis: str
    completers: tuple[str, ...]
    related_note: str
    procedure: str
    contact: str
    unit_place: str
    ended_at: datetime | None
    ended_why: str
    open_objections: int
    answered_objections: int


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection as the seller and the reviewers read it."""

    id: int
    state: str
    text: str
    name: str
    contact: str
    received_at: datetime
    answer: str
    answered_at: datetime | None


_LINE = tuple(getattr(Publicity, name) for name in PublicityLine.__slots__)


def board(db: Session, *, only_running: bool, cursor: str | None = None) -> Slice[PublicityLine]:
    """The public list, newest first."""
    key = decode(cursor, length=1)
    query = select(*_LINE).where(Publicity.state != State.RESTARTED)
    if only_running:
        query = query.where(Publicity.state == State.RUNNING)
    if key is not None:
        query = query.where(Publicity.id < key[0])
    rows = db.execute(query.order_by(Publicity.id.desc()).limit(PAGE + 1))
    lines = [PublicityLine(*row) for row in rows]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def page(db: Session, publicity_id: int) -> PublicityPage:
    """One showing; raises NotFound. Replaced versions stay readable: what was shown was shown."""
    row = db.scalar(select(Publicity).where(Publicity.id == publicity_id))
    if row is None:
        raise NotFound
    counts = _objection_counts(db, publicity_id)
    line = PublicityLine(**{name: getattr(row, name) for name in PublicityLine.__slots__})
    return PublicityPage(
        line=line,
        completers=tuple(row.completers),
        open_objections=counts.get(Answer.OPEN, 0),
        answered_objections=sum(counts.values()) - counts.get(Answer.OPEN, 0),
        **{
            name: getattr(row, name)
            for name in ("summary", "basis", "related_note", "procedure", "contact",
                         "unit_place", "ended_at", "ended_why")
        },
    )  # fmt: skip


def _objection_counts(db: Session, publicity_id: int) -> dict[str, int]:
    query = select(Objection.state, func.count()).where(Objection.publicity_id == publicity_id)
    return {row[0]: row[1] for row in db.execute(query.group_by(Objection.state))}


def of_order(db: Session, order_id: int) -> PublicityLine | None:
    """The newest showing of an order, or None."""
    query = select(*_LINE).where(Publicity.order_id == order_id)
    row = db.execute(query.order_by(Publicity.version.desc()).limit(1)).first()
    return None if row is None else PublicityLine(*row)


def is_clear(db: Session, order_id: int) -> bool:
    """True once the newest showing of the order ended without an open objection (L34)."""
    line = of_order(db, order_id)
    return line is not None and line.state == State.CLEARED


def objections(
    db: Session, settings: Settings, actor: Actor | None, line: PublicityLine
) -> Sequence[ObjectionLine]:
    """The objections with names, for the seller's people and reviewers; nothing for others."""
    seller = line.seller_organisation_id
    if not policy.may_read_objections(db, actor, seller_organisation_id=seller):
        return ()
    query = select(Objection).where(Objection.publicity_id == line.id).order_by(Objection.id)
    keys = settings.secrets
    return [
        ObjectionLine(
            one.id, one.state, one.text, cipher.unseal(keys, one.name_sealed),
            cipher.unseal(keys, one.contact_sealed), one.received_at, one.answer, one.answered_at,
        )
        for one in db.scalars(query)
    ]  # fmt: skip
