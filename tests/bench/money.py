"""L1, L2: settlements posted in one closing minute, and the ledger's pages at 100,000 entries."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, func, insert, select

from marketplace import invariants
from marketplace.app import create_app
from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.context import Context, Tx
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.ledger import chart, checks
from marketplace.treasury.ledger.models import Book, Entry, Posting
from marketplace.treasury.ledger.steps import Move, Post, digest_of, locked_books
from marketplace.treasury.payments import statements
from rules.days import local_date
from tests.bench.board import Board, say
from tests.bench.site import empty_market
from tests.integration.identity.acting import person, sign_in

LOTS, DEPOSIT = 1_000, 60_000_00
SETTLED_SECONDS = 60
ENTRIES, BATCH, ORDERS = 100_000, 2_000, 2_000
STATEMENTS = 5
TAO = Actor(901, "Tao", staff_roles=frozenset({StaffRole.TREASURER}))
HEAD = "交易日期,收入金额,支出金额,对方户名,对方账号,附言,交易流水号"


def settlements(board: Board) -> None:
    """L1: a thousand lots end in the same minute: deposits go back and count to the price."""
    with empty_market() as ctx:
        _held(ctx)
        began = time.monotonic()
        for lot in range(1, LOTS + 1):
            winner, _loser = _bidders(lot)
            with ctx.transaction() as tx:
                deposits.conclude(tx, lot, winner_organisation_id=winner)
                deposits.apply(tx, lot, organisation_id=winner, order_id=lot)
        took = time.monotonic() - began
        ends = _ends(ctx)
        sound = not list(invariants._money(ctx))
    board.add(
        "L1 settlements",
        f"{LOTS:,} of one closing minute posted in <= {SETTLED_SECONDS} s, books sound",
        f"{took:.1f} s, {ends.get('applied', 0):,} counted to prices, "
        f"{ends.get('returning', 0):,} instructed back, books {'sound' if sound else 'BROKEN'}",
        held=took <= SETTLED_SECONDS and sound and ends == {"applied": LOTS, "returning": LOTS},
    )


def _held(ctx: Context) -> None:
    """Two bidders for each lot have paid their deposits, as the bank's statement says."""
    rows = [HEAD]
    with ctx.transaction() as tx:
        for lot in range(1, LOTS + 1):
            for house in _bidders(lot):
                wanted = deposits.Expected(
                    lot, f"JJ-{lot}", "标的", house, f"竞买单位{house}", house, DEPOSIT
                )
                code = deposits.expect(tx, wanted)
                rows.append(
                    f"{local_date(ctx.clock())},{DEPOSIT // 100},,竞买单位{house},"
                    f"62220000{house:08d},{code},B{house}"
                )
    say(f"{len(rows) - 1:,} deposits arrive by one statement")
    tao = ctx.acting(TAO)
    sent = statements.SendStatement("bench.csv", "\n".join(rows).encode())
    statements.take_statement(tao, statements.look_at(tao, sent))


def _bidders(lot: int) -> tuple[int, int]:
    """Winner and loser; every lot has its own."""
    return 1_000 + 2 * lot, 1_001 + 2 * lot


def _ends(ctx: Context) -> dict[str, int]:
    with ctx.reading() as db:
        rows = db.execute(select(Deposit.state, func.count()).group_by(Deposit.state))
        return {row.state: row[1] for row in rows}


def ledger_pages(board: Board) -> None:
    """L2: the pages of the ledger ask the database as often with 100,000 entries as with few."""
    with empty_market(MARKET_BASE_URL="http://localhost") as ctx:
        _stock(ctx)
        with ctx.reading() as db:
            sound = not list(checks.broken_rows(db))
            count = db.scalar(select(func.count()).select_from(Entry)) or 0
            account = db.scalars(select(Book.id).where(Book.kind == "clearing")).one()
        person(ctx, "Tao", StaffRole.TREASURER)
        client = create_app(ctx.settings, ctx=ctx).test_client()
        answer = sign_in(client, "Tao")
        assert answer.status_code in (302, 303), answer.text
        for name, path in (("", ""), (", accounts", "/escrow"), (", one account",
                           f"/accounts/{account}")):  # fmt: skip
            own, took = _asked(client, ctx.engine, f"/treasury/ledger{path}")
            board.add(
                f"L2 ledger{name}",
                f"<= {STATEMENTS} SQL statements at {ENTRIES:,} entries, books sound",
                f"{own} statements, {took * 1_000:.0f} ms, {count:,} entries, "
                f"books {'sound' if sound else 'BROKEN'}",
                held=own <= STATEMENTS and sound and count >= ENTRIES,
            )


def _asked(client: FlaskClient, engine: Engine, path: str) -> tuple[int, float]:
    """(statements about money, seconds) of a page that was opened before."""
    assert client.get(path).status_code == 200, path
    with _noted(engine) as asked:
        began = time.monotonic()
        client.get(path)
        took = time.monotonic() - began
    return len([one for one in asked if "treasury_" in one]), took


@contextmanager
def _noted(engine: Engine) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


# -- stocking ---------------------------------------------------------------------------------------


def _stock(ctx: Context) -> None:
    """So many entries in bulk: digests, balances after each, totals and audit notes as posted."""
    facts = _facts(ctx)
    for first in range(1, ENTRIES + 1, BATCH):
        with ctx.transaction() as tx:
            _post_all(tx, list(itertools.islice(facts, BATCH)), first=first)
    say(f"{ENTRIES:,} entries booked")


def _facts(ctx: Context) -> Iterator[Post]:
    """Money arrives and is credited to an order, in turn, over two years."""
    bank, unknown = chart.clearing("bank"), chart.unidentified("bank")
    today = local_date(ctx.clock())
    for number in range(ENTRIES // 2):
        day, order = today - timedelta(days=730 - number * 730 * 2 // ENTRIES), number % ORDERS
        amount = 1_000_00 + number % 977
        yield Post(f"bank_line:{number}", "arrived", "bank_line", number,
                   [Move(bank, unknown, amount)], reference=f"B{number}", booked_on=day)  # fmt: skip
        yield Post(f"receipt:{number}", "receipt", "order_stage", order,
                   [Move(unknown, chart.escrow(order), amount)], booked_on=day)  # fmt: skip


def _post_all(tx: Tx, facts: Sequence[Post], *, first: int) -> None:
    """What ``post`` does for one fact, for many that are known to be new and sound."""
    accounts = [one for fact in facts for move in fact.moves for one in (move.debit, move.credit)]
    books = locked_books(tx, accounts)
    entries, postings = [], []
    for number, fact in enumerate(facts, start=first):
        assert fact.booked_on is not None
        digest = digest_of(fact, fact.booked_on)
        entries.append(
            {"id": number, "key": fact.key, "action": fact.action, "thing": fact.thing,
             "thing_id": fact.thing_id, "reference": fact.reference, "memo": fact.memo,
             "booked_on": fact.booked_on, "posted_at": tx.now, "posted_by": None,
             "reverses_id": None, "digest": digest}
        )  # fmt: skip
        for line, move in enumerate(fact.moves, start=1):
            debit, credit = books[move.debit], books[move.credit]
            debit.debit_minor += move.amount_minor
            credit.credit_minor += move.amount_minor
            postings.append(
                {"entry_id": number, "line": line, "debit_id": debit.id, "credit_id": credit.id,
                 "amount_minor": move.amount_minor, "debit_after_minor": debit.balance_minor,
                 "credit_after_minor": credit.balance_minor}
            )  # fmt: skip
        tx.audit("ledger.posted", fact.thing, fact.thing_id, entry=number, digest=digest)
    tx.db.flush()
    tx.db.execute(insert(Entry), entries)
    tx.db.execute(insert(Posting), postings)
