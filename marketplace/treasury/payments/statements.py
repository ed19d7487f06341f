"""Import the bank's statement: looked at first, then taken in small pieces, any number of times."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.kernel import cipher
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden, Invalid, NotFound, SignInNeeded
from marketplace.kernel.sheets import reading, sandbox
from marketplace.treasury import policy
from marketplace.treasury.payments.bank_file import BankFile, BankRow, parse
from marketplace.treasury.payments.line_steps import settle, take
from marketplace.treasury.payments.models import Statement, StatementLine
from rules.days import local_date

PIECE = 10
"""Lines of one transaction: bids wait no longer than these take."""
MOST_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class SendStatement:
    """A file as the bank gives it: CSV or XLSX. ``account``: ours, or its last four figures."""

    name: str
    content: bytes
    account: str = ""


def look_at(ctx: Context, command: SendStatement) -> int:
    """Read a file and keep its good rows sealed until somebody takes them; its number.

    The same file again is the same statement. Raises Forbidden for others than the treasurer,
    Invalid for a file that is none.
    """
    _treasurer(ctx)
    kind = reading.format_of(Path(command.name))
    if kind == "jsonl" or command.name.lower().endswith(".gz"):
        raise Invalid("import.unknown_format", name=command.name)
    rows = sandbox.rows_of(command.content, kind)
    read = parse(rows, today=local_date(ctx.clock()))
    if not rows:
        raise Invalid("payments.empty_file")
    sha256 = reading.fingerprint(command.content)
    with ctx.transaction() as tx:
        known = tx.db.scalar(select(Statement.id).where(Statement.sha256 == sha256))
        if known is not None:
            return known
        row = _statement(read, name=Path(command.name).name[:120], sha256=sha256)
        row.account_tail = command.account.strip()[-4:]
        row.rows_sealed = cipher.seal(tx.settings.secrets, _to_json(read.rows))
        row.uploaded_at, row.uploaded_by = tx.now, tx.actor.user_id
        tx.db.add(row)
        tx.db.flush()
        tx.audit("statement.looked_at", "bank_statement", row.id, sha256=sha256)
        return row.id


def _statement(read: BankFile, *, name: str, sha256: str) -> Statement:
    return Statement(
        sha256=sha256,
        name=name,
        state="looked_at",
        rows=len(read.rows),
        rejected=[asdict(problem) for problem in read.problems[:MOST_PROBLEMS]],
        unbroken=read.unbroken,
        closes_on=read.rows[-1].booked_on if read.rows else None,
        opening_minor=read.opening_minor if read.unbroken else None,
        closing_minor=read.closing_minor if read.unbroken else None,
    )


def take_statement(ctx: Context, statement_id: int) -> int:
    """Take every good row of a statement that is not known yet; how many were new.

    Each piece is its own transaction, and a movement counts once by the bank's number: an import
    that was cut off goes on where it stopped. Raises Forbidden, NotFound.
    """
    rows = rows_of(ctx, statement_id)
    taken = 0
    for piece in _pieces(rows):
        with ctx.transaction() as tx:
            for row in piece:
                line = take(tx, row, statement_id=statement_id)
                if line is not None:
                    settle(tx, line)
                    taken += 1
    with ctx.transaction() as tx:
        query = select(Statement).where(Statement.id == statement_id).with_for_update()
        statement = tx.db.scalars(query).one()
        if statement.state != "taken":
            statement.state, statement.taken_at = "taken", tx.now
            statement.rows_sealed = None  # the lines carry their own sealed numbers now
            tx.audit("statement.taken", "bank_statement", statement.id, lines=taken)
    return taken


def rows_of(ctx: Context, statement_id: int) -> list[BankRow]:
    """The good rows of a statement that waits; none once it is taken. Raises NotFound."""
    _treasurer(ctx)
    with ctx.reading() as db:
        statement = db.get(Statement, statement_id)
    if statement is None:
        raise NotFound
    if statement.rows_sealed is None:
        return []
    return _from_json(cipher.unseal(ctx.settings.secrets, statement.rows_sealed))


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a statement would do: how many of its rows are new, and the first of them."""

    id: int
    name: str
    state: str
    rows: int
    known: int
    rejected: tuple[dict[str, Any], ...]
    unbroken: bool
    opening_minor: int | None
    closing_minor: int | None
    closes_on: date | None
    first: tuple[BankRow, ...]


SHOWN = 20


def preview(ctx: Context, statement_id: int) -> Preview:
    """The dry run of a statement; raises Forbidden, NotFound."""
    rows = rows_of(ctx, statement_id)
    with ctx.reading() as db:
        statement = db.get_one(Statement, statement_id)
        numbers = [row.bank_reference for row in rows]
        query = select(StatementLine.id).where(StatementLine.bank_reference.in_(numbers))
        known = len(db.scalars(query).all())
    return Preview(
        statement.id,
        statement.name,
        statement.state,
        statement.rows,
        known,
        tuple(statement.rejected),
        statement.unbroken,
        statement.opening_minor,
        statement.closing_minor,
        statement.closes_on,
        tuple(rows[:SHOWN]),
    )


def _pieces(rows: Sequence[BankRow]) -> list[Sequence[BankRow]]:
    return [rows[start : start + PIECE] for start in range(0, len(rows), PIECE)]


def _to_json(rows: Sequence[BankRow]) -> str:
    plain = [asdict(row) | {"booked_on": row.booked_on.isoformat()} for row in rows]
    return json.dumps(plain, ensure_ascii=False)


def _from_json(text: str) -> list[BankRow]:
    return [
        BankRow(**(row | {"booked_on": date.fromisoformat(row["booked_on"])}))
        for row in json.loads(text)
    ]


def _treasurer(ctx: Context) -> Actor:
    if ctx.actor is None:
        raise SignInNeeded
    if not policy.may_record(ctx.actor):
        raise Forbidden
    return ctx.actor
