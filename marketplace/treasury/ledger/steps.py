"""Post and reverse: what other rooms' transactions write into the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.treasury.ledger.chart import MOVES, Account, Kind, side
from marketplace.treasury.ledger.models import Book, Entry, Period, Posting
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class Move:
    """``amount_minor`` fen: debit the one account, credit the other."""

    debit: Account
    credit: Account
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Post:
    """A business fact with money in it.

    ``key`` names it once and for all, e.g. ``deposit:12:hold``; posting the same key again with
    the same moves gives the same entry. ``booked_on`` is the accounting date, by default today
    in Asia/Shanghai. ``reference`` is the bank's or provider's number.
    """

    key: str
    action: str
    thing: str
    thing_id: int
    moves: Sequence[Move]
    reference: str = ""
    memo: str = ""
    booked_on: date | None = None
    reverses_id: int | None = None


def post(tx: Tx, fact: Post) -> int:
    """Step: write an entry; its id.

    Raises Invalid for an empty entry, an amount that is no positive whole number or a move the
    chart does not know; Conflict when an account would fall below zero (``ledger.not_covered``),
    when the key stands for other moves (``ledger.key_reused``), or when the day's accounting is
    closed (``ledger.period_closed``).
    """
    _ask_moves(fact)
    books = locked_books(tx, [account for move in fact.moves for account in _both(move)])
    known = tx.db.execute(
        select(Entry.id, Entry.digest, Entry.booked_on).where(Entry.key == fact.key)
    ).one_or_none()  # asked under the lock: of two equal posts one waits and finds the other's
    if known is not None:
        if known.digest != digest_of(fact, known.booked_on):
            raise Conflict("ledger.key_reused", key=fact.key)
        return int(known.id)
    booked_on = fact.booked_on or local_date(tx.now)
    _ask_open(tx, booked_on)
    entry = Entry(
        key=fact.key,
        action=fact.action,
        thing=fact.thing,
        thing_id=fact.thing_id,
        reference=fact.reference,
        memo=fact.memo,
        booked_on=booked_on,
        posted_at=tx.now,
        posted_by=tx.actor_or_none.user_id if tx.actor_or_none else None,
        reverses_id=fact.reverses_id,
        digest=digest_of(fact, booked_on),
    )
    tx.db.add(entry)
    tx.db.flush()
    rows = [_row(entry.id, line, move, books) for line, move in enumerate(fact.moves, start=1)]
    tx.db.flush()
    tx.db.execute(insert(Posting), rows)
    tx.audit("ledger.posted", fact.thing, fact.thing_id, entry=entry.id, digest=entry.digest)
    return entry.id


def reverse(tx: Tx, entry_id: int, *, why: str) -> int:
    """Step: take an entry back by its mirror; the entry itself stays. Once only.

    Raises NotFound, Invalid without a reason, Conflict when it was reversed before, is itself a
    reversal, or the money is no longer where it went.
    """
    if not why.strip():
        raise Invalid("reason_needed")
    found = next(stored_posts(tx.db, entry_id=entry_id), None)
    if found is None:
        raise NotFound
    entry, fact = found
    if entry.reverses_id is not None:
        raise Conflict("ledger.is_reversal")
    mirror = Post(
        key=f"{entry.key}:reversal",
        action="reversal",
        thing=entry.thing,
        thing_id=entry.thing_id,
        moves=[Move(one.credit, one.debit, one.amount_minor) for one in fact.moves],
        reference=entry.reference,
        memo=why.strip(),
        reverses_id=entry.id,
    )
    if tx.db.scalar(select(Entry.id).where(Entry.key == mirror.key)) is not None:
        raise Conflict("ledger.reversed_already")
    return post(tx, mirror)


def locked_books(tx: Tx, accounts: Sequence[Account]) -> dict[Account, Book]:
    """Step: the accounts' rows, made where missing, locked in one order whoever asks."""
    wanted = {(account.kind.value, account.subject): account for account in accounts}
    rows = [
        {
            "kind": account.kind.value,
            "subject": account.subject,
            "side": side(account.kind).value,
            "organisation_id": account.organisation_id,
            "debit_minor": 0,
            "credit_minor": 0,
        }
        for _key, account in sorted(wanted.items())
    ]
    dialect = postgresql if tx.db.get_bind().dialect.name == "postgresql" else sqlite
    tx.db.execute(dialect.insert(Book).on_conflict_do_nothing(), rows)
    query = (
        select(Book)
        .where(tuple_(Book.kind, Book.subject).in_(list(wanted)))
        .order_by(Book.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {(book.kind, book.subject): book for book in tx.db.scalars(query)}
    return {account: found[key] for key, account in wanted.items()}


def balance(tx: Tx, account: Account) -> int:
    """Step: what stands on the account now, in fen; it stays locked until the commit."""
    return locked_books(tx, [account])[account].balance_minor


def _both(move: Move) -> tuple[Account, Account]:
    return move.debit, move.credit


def _ask_moves(fact: Post) -> None:
    if not fact.moves:
        raise Invalid("ledger.empty_entry")
    for move in fact.moves:
        amount = move.amount_minor
        if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
            raise Invalid("ledger.bad_amount")
        pair = (move.debit.kind, move.credit.kind)
        if fact.reverses_id is not None:
            pair = (pair[1], pair[0])
        if pair not in MOVES:
            raise Invalid("ledger.move_unknown", debit=move.debit.kind, credit=move.credit.kind)


def _ask_open(tx: Tx, booked_on: date) -> None:
    closed = tx.db.scalar(select(Period.closed_through).where(Period.closed_through >= booked_on))
    if closed is not None:
        raise Conflict("ledger.period_closed", day=booked_on.isoformat())


def _row(entry_id: int, line: int, move: Move, books: dict[Account, Book]) -> dict[str, Any]:
    debit, credit = books[move.debit], books[move.credit]
    debit.debit_minor += move.amount_minor
    credit.credit_minor += move.amount_minor
    for book in (debit, credit):
        if book.balance_minor < 0:
            raise Conflict("ledger.not_covered", kind=book.kind, missing_minor=-book.balance_minor)
    return {
        "entry_id": entry_id,
        "line": line,
        "debit_id": debit.id,
        "credit_id": credit.id,
        "amount_minor": move.amount_minor,
        "debit_after_minor": debit.balance_minor,
        "credit_after_minor": credit.balance_minor,
    }


def digest_of(fact: Post, booked_on: date) -> str:
    """SHA-256 over the canonical JSON of an entry and its moves (F30)."""
    body = {
        "key": fact.key,
        "action": fact.action,
        "thing": f"{fact.thing}:{fact.thing_id}",
        "reference": fact.reference,
        "memo": fact.memo,
        "booked_on": booked_on.isoformat(),
        "reverses": fact.reverses_id,
        "moves": [
            [move.debit.kind, move.debit.subject, move.credit.kind, move.credit.subject,
             move.amount_minor]
            for move in fact.moves
        ],
    }  # fmt: skip
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def stored_posts(db: Session, *, entry_id: int | None = None) -> Iterator[tuple[Entry, Post]]:
    """Stored entries with the facts they state, read back from their rows, in order."""
    debit, credit = aliased(Book), aliased(Book)
    query = (
        select(Entry, debit, credit, Posting.amount_minor)
        .join(Posting, Posting.entry_id == Entry.id, isouter=True)
        .join(debit, Posting.debit_id == debit.id, isouter=True)
        .join(credit, Posting.credit_id == credit.id, isouter=True)
        .order_by(Entry.id, Posting.line)
    )
    if entry_id is not None:
        query = query.where(Entry.id == entry_id)
    for entry, rows in groupby(db.execute(query), key=lambda row: row[0]):
        moves = [
            Move(_account(gives), _account(takes), amount)
            for _entry, gives, takes, amount in rows
            if amount is not None
        ]
        yield entry, _fact(entry, moves)


def _fact(entry: Entry, moves: Sequence[Move]) -> Post:
    return Post(
        key=entry.key,
        action=entry.action,
        thing=entry.thing,
        thing_id=entry.thing_id,
        moves=moves,
        reference=entry.reference,
        memo=entry.memo,
        booked_on=entry.booked_on,
        reverses_id=entry.reverses_id,
    )


def _account(book: Book) -> Account:
    return Account(Kind(book.kind), book.subject, book.organisation_id)
