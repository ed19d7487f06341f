"""Reads of the ledger: the trial balance, an account's statement, an organisation's, an entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from marketplace.kernel.errors import NotFound
from marketplace.treasury.ledger.chart import CODES, Account, Kind, Side, side
from marketplace.treasury.ledger.models import Book, Entry, Period, Posting
from marketplace.web.pagination import Slice, cut, decode

PAGE = 40


@dataclass(frozen=True, slots=True)
class BookLine:
    """One account and what stands on it. Amounts in fen."""

    id: int
    kind: str
    subject: str
    side: str
    organisation_id: int | None
    debit_minor: int
    credit_minor: int

    @property
    def code(self) -> str:
        return CODES[Kind(self.kind)]

    @property
    def balance_minor(self) -> int:
        turned = self.debit_minor - self.credit_minor
        return turned if self.side == Side.DEBIT else -turned


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """One row of the trial balance: a kind of account with its turnovers. Amounts in fen."""

    kind: str
    accounts: int
    debit_minor: int
    credit_minor: int

    @property
    def code(self) -> str:
        return CODES[Kind(self.kind)]

    @property
    def debit_balance_minor(self) -> int:
        """What stands on the debit side; 0 for accounts of the other."""
        return self.debit_minor - self.credit_minor if side(Kind(self.kind)) is Side.DEBIT else 0

    @property
    def credit_balance_minor(self) -> int:
        """What stands on the credit side; 0 for accounts of the other."""
        return self.credit_minor - self.debit_minor if side(Kind(self.kind)) is Side.CREDIT else 0


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of an account, with the balance after it. Amounts in fen.

    ``change_minor`` is what the account's own side gained (positive) or gave (negative).
    """

    posting_id: int
    entry_id: int
    action: str
    thing: str
    thing_id: int
    reference: str
    memo: str
    booked_on: date
    posted_at: datetime
    posted_by: int | None
    reverses_id: int | None
    other_kind: str
    other_subject: str
    change_minor: int
    balance_minor: int


def trial_balance(db: Session, *, through: date | None = None) -> list[BalanceLine]:
    """One row per kind of account in chart order; both sides of the whole are equal.

    ``through``: as of the end of that day, from the postings; else the present totals.
    """
    if through is None:
        totals = select(
            Book.kind, func.count(), func.sum(Book.debit_minor), func.sum(Book.credit_minor)
        ).group_by(Book.kind)
        rows = {kind: (count, debit, credit) for kind, count, debit, credit in db.execute(totals)}
    else:
        rows = _turnovers(db, through)
    lines = [BalanceLine(kind, *map(int, rows[kind])) for kind in Kind if kind in rows]
    return sorted(lines, key=lambda line: line.code)


def _turnovers(db: Session, through: date) -> dict[str, tuple[int, int, int]]:
    found: dict[str, list[int]] = {}
    for leg, place in ((Posting.debit_id, 1), (Posting.credit_id, 2)):
        query = (
            select(Book.kind, func.count(Book.id.distinct()), func.sum(Posting.amount_minor))
            .join(Book, Book.id == leg)
            .join(Entry, Entry.id == Posting.entry_id)
            .where(Entry.booked_on <= through)
            .group_by(Book.kind)
        )
        for kind, count, total in db.execute(query):
            row = found.setdefault(kind, [0, 0, 0])
            row[0], row[place] = max(row[0], count), int(total)
    return {kind: (row[0], row[1], row[2]) for kind, row in found.items()}


def books(db: Session, kind: Kind, *, cursor: str | None = None) -> Slice[BookLine]:
    """The accounts of a kind, newest first."""
    key = decode(cursor, length=1)
    query = select(*_BOOK).where(Book.kind == kind.value)
    if key is not None:
        query = query.where(Book.id < key[0])
    lines = [BookLine(*row) for row in db.execute(query.order_by(Book.id.desc()).limit(PAGE + 1))]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def book(db: Session, book_id: int) -> BookLine:
    """One account; raises NotFound."""
    row = db.execute(select(*_BOOK).where(Book.id == book_id)).first()
    if row is None:
        raise NotFound
    return BookLine(*row)


def balance_of(db: Session, account: Account) -> int:
    """What stands on an account now, in fen; 0 for one that nothing touched yet."""
    row = db.execute(
        select(*_BOOK).where(Book.kind == account.kind.value, Book.subject == account.subject)
    ).first()
    return 0 if row is None else BookLine(*row).balance_minor


def balances_through(db: Session, account: Account, days: Sequence[date]) -> dict[date, int]:
    """What stood on an account at the end of each day, in fen; one statement for all of them."""
    own = select(Book.id).where(Book.kind == account.kind.value, Book.subject == account.subject)
    debited = Posting.debit_id == own.scalar_subquery()
    signed = case((debited, Posting.amount_minor), else_=-Posting.amount_minor)
    query = (
        select(Entry.booked_on, func.sum(signed))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(or_(debited, Posting.credit_id == own.scalar_subquery()))
        .group_by(Entry.booked_on)
    )
    turned = 1 if side(account.kind) is Side.DEBIT else -1
    moved = [(day, turned * int(total)) for day, total in db.execute(query)]
    return {day: sum(total for on, total in moved if on <= day) for day in days}


def statement(db: Session, book_id: int, *, cursor: str | None = None) -> Slice[StatementLine]:
    """An account's movements, newest first, each with the balance after it."""
    return _page(db, Posting.debit_id == book_id, Posting.credit_id == book_id, cursor)


def organisation_statement(
    db: Session, organisation_id: int, *, cursor: str | None = None
) -> Slice[StatementLine]:
    """The movements of all accounts of one organisation, newest first."""
    own = select(Book.id).where(Book.organisation_id == organisation_id)
    return _page(db, Posting.debit_id.in_(own), Posting.credit_id.in_(own), cursor)


def _page(
    db: Session, debited: ColumnElement[bool], credited: ColumnElement[bool], cursor: str | None
) -> Slice[StatementLine]:
    key = decode(cursor, length=1)
    query = _lines(debited).where(or_(debited, credited))
    if key is not None:
        query = query.where(Posting.id < key[0])
    rows = db.execute(query.order_by(Posting.id.desc()).limit(PAGE + 1))
    lines = [StatementLine(*row) for row in rows]
    return cut(lines, size=PAGE, keys=[[line.posting_id] for line in lines])


def _lines(debited: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Columns of a statement seen from the account that ``debited`` recognises."""
    debit, credit = aliased(Book), aliased(Book)
    on_debit_side = case((debited, debit.side), else_=credit.side) == Side.DEBIT
    gains = debited == on_debit_side
    return (
        select(
            Posting.id, Entry.id, Entry.action, Entry.thing, Entry.thing_id, Entry.reference,
            Entry.memo, Entry.booked_on, Entry.posted_at, Entry.posted_by, Entry.reverses_id,
            case((debited, credit.kind), else_=debit.kind),
            case((debited, credit.subject), else_=debit.subject),
            case((gains, Posting.amount_minor), else_=-Posting.amount_minor),
            case((debited, Posting.debit_after_minor), else_=Posting.credit_after_minor),
        )
        .join(Entry, Entry.id == Posting.entry_id)
        .join(debit, debit.id == Posting.debit_id)
        .join(credit, credit.id == Posting.credit_id)
    )  # fmt: skip


def closed_through(db: Session) -> date | None:
    """The last day of closed accounting; None while nothing is closed."""
    return db.scalar(select(func.max(Period.closed_through)))


def held_on(
    db: Session, day: date, *, organisation_id: int, escrows: Collection[str]
) -> dict[str, int]:
    """Kind → what stood at the end of a day on an organisation's accounts and these escrows."""
    own = (Book.organisation_id == organisation_id) | (
        (Book.kind == Kind.ESCROW.value) & Book.subject.in_(escrows)
    )
    held: dict[str, int] = {}
    for leg, sign in ((Posting.credit_id, 1), (Posting.debit_id, -1)):
        query = (
            select(Book.kind, func.sum(Posting.amount_minor))
            .join(Book, Book.id == leg)
            .join(Entry, Entry.id == Posting.entry_id)
            .where(own, Entry.booked_on <= day)
            .group_by(Book.kind)
        )
        for kind, total in db.execute(query):
            held[kind] = held.get(kind, 0) + sign * int(total)
    return {kind: minor for kind, minor in held.items() if minor}


_BOOK = tuple(getattr(Book, name) for name in BookLine.__slots__)


def balances(db: Session, kind: Kind) -> dict[str, int]:
    """Subject → what stands on each account of a kind, in fen."""
    rows = db.execute(select(*_BOOK).where(Book.kind == kind.value))
    return {line.subject: line.balance_minor for line in (BookLine(*row) for row in rows)}


def amounts_by_key(db: Session, actions: Sequence[str]) -> dict[str, int]:
    """Key → the sum of an entry's postings, for every entry of these actions."""
    query = (
        select(Entry.key, func.sum(Posting.amount_minor))
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.action.in_(actions))
        .group_by(Entry.key)
    )
    return {key: int(total) for key, total in db.execute(query)}
