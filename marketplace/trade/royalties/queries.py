"""Reads of royalties: the statements of an order, and the file behind one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import policy
from marketplace.trade.royalties.models import RoyaltyStatement
from marketplace.trade.royalties.states import State
from marketplace.treasury.escrow import queries as escrow

MOST = 12


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement as the order's page shows it. Amounts in fen, ``rate`` in basis points."""

    id: int
    order_id: int
    number: int
    corrects: int | None
    state: str
    from_on: date
    until_on: date
    due_on: date
    rate: int
    base_minor: int
    due_minor: int
    note: str
    declared_at: datetime | None
    paid_at: datetime | None
    books_asked_at: datetime | None
    books_asked_why: str
    books_shown_at: datetime | None
    books_name: str

    @property
    def last_on(self) -> date:
        """The last day of the period."""
        return self.until_on - timedelta(days=1)


_LINE = tuple(getattr(RoyaltyStatement, name) for name in StatementLine.__slots__)


@dataclass(frozen=True, slots=True)
class Royalties:
    """All statements of an order, their open codes by number, and the sum paid. In fen."""

    lines: tuple[StatementLine, ...]
    references: dict[int, str]

    @property
    def paid_minor(self) -> int:
        return sum(one.due_minor for one in self.lines if one.state == State.PAID)

    @property
    def open_minor(self) -> int:
        return sum(one.due_minor for one in self.lines if one.state == State.DECLARED)


def of_order(db: Session, order_id: int) -> Royalties:
    """The statements of an order, a correction behind the period it corrects."""
    query = select(*_LINE).where(RoyaltyStatement.order_id == order_id)
    rows = db.execute(query.order_by(RoyaltyStatement.from_on, RoyaltyStatement.number))
    lines = tuple(StatementLine(*row) for row in rows)
    called = any(one.state == State.DECLARED for one in lines)
    return Royalties(lines, escrow.royalty_references(db, order_id) if called else {})


def owed_by(db: Session, organisation_id: int, *, until: date) -> list[StatementLine]:
    """What a licensee must declare up to a day, the earliest first (for its desk)."""
    query = select(*_LINE).where(
        RoyaltyStatement.buyer_organisation_id == organisation_id,
        RoyaltyStatement.state == State.PLANNED,
        RoyaltyStatement.due_on <= until,
    )
    rows = db.execute(query.order_by(RoyaltyStatement.due_on).limit(MOST))
    return [StatementLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Books:
    """Where an extract of the books lies and how to call it."""

    name: str
    media_type: str
    key: str


def books(db: Session, actor: Actor, order_id: int, *, statement_id: int) -> Books:
    """The extract, for who may see the order; else NotFound (T8)."""
    found = ask_known(db, actor, order_id, statement_id=statement_id)
    if not found.key:
        raise NotFound
    return found


def ask_known(db: Session, actor: Actor, order_id: int, *, statement_id: int) -> Books:
    """A statement of this order that the actor may see; its file has no key while none is shown.

    Raises NotFound.
    """
    columns = (RoyaltyStatement.books_name, RoyaltyStatement.books_type, RoyaltyStatement.books_key)
    own = (RoyaltyStatement.id == statement_id) & (RoyaltyStatement.order_id == order_id)
    row = db.execute(select(*columns).where(own)).first()
    if row is None or not policy.may_view(actor, order_facts.deal_facts(db, order_id)):
        raise NotFound
    return Books(*row)
