"""``marketplace verify``: the promises about the data, checked row by row (trust.md, I1-I16)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text

from marketplace.catalogue import engine, sources
from marketplace.kernel import audit
from marketplace.kernel.context import Context
from marketplace.kernel.outbox import OutboxRow
from marketplace.trade.auctions import verification as auctions
from marketplace.trade.contracts import verification as contracts
from marketplace.trade.orders import verification as orders
from marketplace.treasury.deposits import checks as deposits
from marketplace.treasury.ledger import checks as ledger
from marketplace.treasury.payments import checks as payments
from marketplace.treasury.vouchers import checks as vouchers

LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold: which, for which row, and what is wrong."""

    invariant: str
    thing: str
    what: str


def broken(ctx: Context) -> Iterator[Broken]:
    """Everything that does not hold; nothing when the market is sound."""
    for check in CHECKS:
        yield from check(ctx)


def _audit_chain(ctx: Context) -> Iterator[Broken]:
    with ctx.reading() as db:
        for seq in audit.broken_links(db):
            yield Broken("I10", f"audit entry {seq}", "its hash or its link does not hold")


def _index(ctx: Context) -> Iterator[Broken]:
    indexed = dict(engine.reader(ctx.settings).versions())
    with ctx.reading() as db:
        owed = select(OutboxRow.id).where(
            OutboxRow.consumer == "catalogue.index", OutboxRow.done_at.is_(None)
        )
        if db.scalar(owed.limit(1)) is not None:
            return  # changes are on their way: the picture is not still
        for document in sources.everything(db):
            version = indexed.pop(document.id, None)
            if version is None:
                yield Broken("I11", document.id, "is public but not in the index")
            elif version != document.version:
                yield Broken("I11", document.id, "the index has another version")
    for identity in indexed:
        yield Broken("I11", identity, "is in the index but not public")


def _outbox(ctx: Context) -> Iterator[Broken]:
    late = ctx.clock() - LATE
    query = select(OutboxRow.id, OutboxRow.consumer).where(
        OutboxRow.done_at.is_(None), OutboxRow.occurred_at < late
    )
    with ctx.reading() as db:
        for row in db.execute(query):
            yield Broken("I13", f"outbox row {row.id}", f"owed to {row.consumer} for over 15 min")


def _heads(ctx: Context) -> Iterator[Broken]:
    for which, what in auctions.broken(ctx):
        yield Broken("I10", which, what)


def _contracts(ctx: Context) -> Iterator[Broken]:
    for number, what in contracts.broken(ctx):
        yield Broken("I12", f"contract {number}", what)


def _money(ctx: Context) -> Iterator[Broken]:
    with ctx.reading() as db:
        for row, what in ledger.broken_rows(db):
            yield Broken("I1", row, what)
        for invariant, row, what in payments.broken_rows(db):
            yield Broken(invariant, row, what)
        for row, what in vouchers.broken_rows(db):
            yield Broken("I2", row, what)
        for invariant, row, what in deposits.broken_rows(db, ctx.clock()):
            yield Broken(invariant, row, what)


def _orders(ctx: Context) -> Iterator[Broken]:
    for invariant, number, what in orders.broken(ctx):
        yield Broken(invariant, f"order {number}", what)


def _storage(ctx: Context) -> Iterator[Broken]:
    if ctx.engine.dialect.name != "sqlite":
        return
    with ctx.reading() as db:
        for (line,) in db.execute(text("PRAGMA integrity_check")):
            if line != "ok":
                yield Broken("I15", "database", str(line))
        for row in db.execute(text("PRAGMA foreign_key_check")):
            yield Broken("I15", f"{row[0]} row {row[1]}", f"points to a missing {row[2]}")


CHECKS: tuple[Callable[[Context], Iterator[Broken]], ...] = (
    _storage,
    _audit_chain,
    _heads,
    _outbox,
    _money,
    _orders,
    _contracts,
    _index,
)
