"""The ledger: what is posted balances, stays, is never overdrawn, and an altered row is named."""

from __future__ import annotations

import itertools
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.treasury.ledger import checks, queries
from marketplace.treasury.ledger.chart import (
    CODES,
    MOVES,
    Account,
    Kind,
    clearing,
    commission,
    deposit,
    escrow,
    payable,
    refund,
)
from marketplace.treasury.ledger.models import Book, Entry, Period, Posting
from marketplace.treasury.ledger.periods import ClosePeriod, close_period
from marketplace.treasury.ledger.steps import Move, Post, post, reverse
from rules.days import local_date

TAO = Actor(9, "Tao", staff_roles=frozenset({StaffRole.TREASURER}))
ORDER, BUYER, SELLER = 12, 5, 6
PRICE = 100_000_00


def paid_in(key: str = "order:12:paid", amount: int = PRICE, **more) -> Post:
    moves = [Move(clearing(), escrow(ORDER), amount)]
    return Post(key, "receipt", "order", ORDER, moves, reference="ICBC-1", **more)


def paid_out(key: str = "order:12:release", fee: int = 2_000_00, amount: int = PRICE) -> Post:
    moves = [
        Move(escrow(ORDER), payable(ORDER, organisation_id=SELLER), amount - fee),
        Move(escrow(ORDER), commission(), fee),
    ]
    return Post(key, "release", "order", ORDER, moves)


def book(ctx, fact: Post) -> int:
    with ctx.transaction() as tx:
        return post(tx, fact)


def stands(ctx, account: Account) -> int:
    with ctx.reading() as db:
        return queries.balance_of(db, account)


def wrong(ctx) -> list[tuple[str, str]]:
    with ctx.reading() as db:
        return list(checks.broken_rows(db))


def test_money_comes_in_is_split_and_goes_out_with_every_balance_right(ctx):
    book(ctx, paid_in())
    book(ctx, paid_out())
    seller = payable(ORDER, organisation_id=SELLER)
    book(ctx, Post("order:12:payout", "payout", "order", ORDER,
                   [Move(seller, clearing(), 98_000_00)], reference="OUT-1"))  # fmt: skip
    assert stands(ctx, clearing()) == 2_000_00
    assert stands(ctx, commission()) == 2_000_00
    assert stands(ctx, escrow(ORDER)) == stands(ctx, seller) == 0
    with ctx.reading() as db:
        lines = queries.trial_balance(db)
        page = queries.organisation_statement(db, SELLER)
    assert sum(line.debit_minor for line in lines) == sum(line.credit_minor for line in lines)
    assert [line.code for line in lines] == sorted(line.code for line in lines)
    assert [(line.change_minor, line.balance_minor) for line in page.items] == [
        (-98_000_00, 0),
        (98_000_00, 98_000_00),
    ]
    assert wrong(ctx) == []


def test_the_trial_balance_of_a_past_day_knows_nothing_of_later_ones(ctx, clock):
    book(ctx, paid_in())
    day = local_date(clock())
    clock.forward(days=2)
    book(ctx, paid_out())
    with ctx.reading() as db:
        then, now = queries.trial_balance(db, through=day), queries.trial_balance(db)
    assert {line.kind for line in then} == {"clearing", "escrow"}
    assert {line.kind for line in now} == {"clearing", "escrow", "payable", "commission"}
    assert next(line for line in then if line.kind == "escrow").credit_balance_minor == PRICE


@pytest.mark.threat("T6")
def test_the_same_fact_again_is_the_same_entry_and_moves_nothing(ctx):
    first = book(ctx, paid_in())
    assert book(ctx, paid_in()) == first
    assert stands(ctx, escrow(ORDER)) == PRICE
    with pytest.raises(Conflict) as refused:
        book(ctx, paid_in(amount=PRICE + 1))
    assert refused.value.code == "ledger.key_reused"


@pytest.mark.threat("T6")
def test_more_than_there_is_cannot_leave(ctx):
    book(ctx, paid_in())
    book(ctx, paid_out())
    with pytest.raises(Conflict) as refused:
        book(ctx, paid_out(key="order:12:release-again"))
    assert refused.value.code == "ledger.not_covered"
    assert stands(ctx, escrow(ORDER)) == 0


def test_a_reversal_puts_everything_back_once_and_says_why(ctx):
    entry = book(ctx, paid_in())
    with ctx.transaction() as tx, pytest.raises(Invalid):
        reverse(tx, entry, why=" ")
    with ctx.transaction() as tx:
        mirror = reverse(tx, entry, why="入错账户")
    assert stands(ctx, escrow(ORDER)) == stands(ctx, clearing()) == 0
    for again, refusal in ((entry, "ledger.reversed_already"), (mirror, "ledger.is_reversal")):
        with ctx.transaction() as tx, pytest.raises(Conflict) as refused:
            reverse(tx, again, why="再次")
        assert refused.value.code == refusal
    with ctx.transaction() as tx, pytest.raises(NotFound):
        reverse(tx, 987_654, why="无此分录")
    assert wrong(ctx) == []


def test_what_has_moved_on_cannot_be_reversed(ctx):
    entry = book(ctx, paid_in())
    book(ctx, paid_out())
    with pytest.raises(Conflict) as refused, ctx.transaction() as tx:
        reverse(tx, entry, why="太晚")
    assert refused.value.code == "ledger.not_covered"


@pytest.mark.law("L79")
def test_the_chart_is_the_only_way_of_money(ctx):
    """No order's money reaches another order, nobody has a balance to spend."""
    with ctx.transaction() as tx:
        for gives, takes in set(itertools.product(Kind, Kind)) - MOVES:
            move = Move(Account(gives, "a"), Account(takes, "b"), 1)
            with pytest.raises(Invalid) as refused:
                post(tx, Post("k", "try", "order", 1, [move]))
            assert refused.value.code == "ledger.move_unknown", (gives, takes)


def test_every_kind_of_account_has_its_own_number():
    assert sorted(CODES) == sorted(Kind)
    assert len(set(CODES.values())) == len(Kind)


@pytest.mark.threat("T3")
@pytest.mark.parametrize("amount", [0, -1, True, 1.0, "1", None])
def test_an_amount_is_a_positive_whole_number_of_fen(ctx, amount):
    with pytest.raises(Invalid):
        book(ctx, paid_in(amount=amount))
    with pytest.raises(Invalid):
        book(ctx, Post("empty", "receipt", "order", ORDER, []))


@pytest.mark.threat("T23")
@pytest.mark.parametrize("rows", [Entry, Posting, Period])
def test_the_database_refuses_to_change_or_remove_what_was_booked(ctx, rows):
    book(ctx, paid_in())
    with ctx.transaction() as tx:
        tx.db.add(Period(closed_through=date(2020, 1, 31), closed_at=tx.now, closed_by=9,
                         entries=0, turnover_minor=0))  # fmt: skip
    column = next(iter(rows.__table__.primary_key.columns))
    for statement in (update(rows).values({column.name: column}), delete(rows)):
        with pytest.raises(DBAPIError, match="append-only"), ctx.transaction() as tx:
            tx.db.execute(statement, execution_options={"synchronize_session": False})


@pytest.mark.fault("F30")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE treasury_posting SET amount_minor = amount_minor + 1 WHERE id = 1", "posting 1"),
        ("UPDATE treasury_posting SET credit_after_minor = 1 WHERE id = 1", "posting 1"),
        ("UPDATE treasury_entry SET memo = 'x' WHERE id = 1", "entry 1"),
        ("UPDATE treasury_entry SET booked_on = '2020-01-01' WHERE id = 1", "entry 1"),
        (
            "UPDATE treasury_book SET credit_minor = credit_minor + 1 WHERE kind = 'escrow'",
            "account",
        ),
        ("DELETE FROM treasury_posting WHERE id = 3", "entry 2"),
    ],
)
def test_an_altered_row_is_named(ctx, change, named):
    book(ctx, paid_in())
    book(ctx, paid_out())
    assert wrong(ctx) == []
    with ctx.transaction() as tx:
        for table in ("treasury_posting", "treasury_entry"):
            for verb in ("update", "delete"):
                tail = "" if ctx.engine.dialect.name == "sqlite" else f" ON {table}"
                tx.db.execute(text(f"DROP TRIGGER {table}_no_{verb}{tail}"))
        tx.db.execute(text(change))
    assert any(row.startswith(named) for row, _what in wrong(ctx))


@pytest.mark.fault("F30")
def test_a_forged_entry_with_a_right_digest_is_not_in_the_audit_log(ctx):
    """Who can write the ledger's tables must forge the audit chain too."""
    entry = book(ctx, paid_in())
    with ctx.transaction() as tx:
        post(tx, paid_in(key="order:12:second"))
        tx.audits.clear()
    assert wrong(ctx) == [(f"entry {entry + 1}", "the audit log knows another entry")]


def test_a_closed_month_takes_nothing_more(ctx, clock):
    tao = ctx.acting(TAO)
    last_month = local_date(clock()).replace(day=1) - timedelta(days=1)
    book(ctx, paid_in(booked_on=last_month))
    assert close_period(tao, ClosePeriod(last_month)) == last_month
    with pytest.raises(Conflict) as refused:
        book(ctx, paid_in(key="late", booked_on=last_month))
    assert refused.value.code == "ledger.period_closed"
    book(ctx, paid_in(key="today"))
    for month, kind in ((last_month, Conflict), (local_date(clock()), Invalid)):
        with pytest.raises(kind):
            close_period(tao, ClosePeriod(month))
    with pytest.raises(Forbidden):
        close_period(ctx.acting(replace(TAO, staff_roles=frozenset())), ClosePeriod(last_month))
    with ctx.reading() as db:
        assert queries.closed_through(db) == last_month
        assert db.scalar(select(Period.entries)) == 1


@pytest.mark.threat("T6")
@pytest.mark.slow
def test_twenty_refunds_at_once_give_one_refund(ctx):
    book(ctx, paid_in())
    back = refund("order:12", organisation_id=BUYER)
    outcomes = at_once(20, lambda n: book(
        ctx, Post(f"order:12:refund:{n}", "refund", "order", ORDER,
                  [Move(escrow(ORDER), back, PRICE)])))  # fmt: skip
    assert outcomes.count("done") == 1
    assert set(outcomes) == {"done", "ledger.not_covered"}
    assert stands(ctx, back) == PRICE
    assert wrong(ctx) == []


@pytest.mark.threat("T6")
@pytest.mark.slow
def test_the_same_refund_twenty_times_at_once_is_one_entry(ctx):
    book(ctx, paid_in())
    back = refund("order:12", organisation_id=BUYER)
    fact = Post("order:12:refund", "refund", "order", ORDER, [Move(escrow(ORDER), back, 1_00)])
    assert at_once(20, lambda _n: book(ctx, fact)) == ["done"] * 20
    assert stands(ctx, back) == 1_00
    with ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(Entry)) == 2


@pytest.mark.threat("T6")
@pytest.mark.slow
def test_without_the_lock_the_same_race_pays_twice(ctx):
    """The control: reading, deciding and writing apart breaks I1 in the very same race."""
    book(ctx, paid_in())
    book(ctx, Post("open", "refund", "order", ORDER, [
        Move(escrow(ORDER), refund("order:12", organisation_id=BUYER), 1_00)]))  # fmt: skip
    everybody_read = threading.Barrier(20)

    def naive(_number: int) -> None:
        with ctx.reading() as db:
            rows = {row.kind: row for row in db.scalars(select(Book))}
        everybody_read.wait()
        gives, takes = rows["escrow"], rows["refund"]
        left, right = gives.balance_minor - 1_00, takes.balance_minor + 1_00
        with ctx.transaction() as tx:
            tx.db.execute(update(Book).where(Book.id == gives.id).values(debit_minor=PRICE - left))
            tx.db.execute(update(Book).where(Book.id == takes.id).values(credit_minor=right))
            tx.db.add(Posting(entry_id=2, line=next(lines), debit_id=gives.id, credit_id=takes.id,
                              amount_minor=1_00, debit_after_minor=left,
                              credit_after_minor=right))  # fmt: skip

    lines = itertools.count(2)
    assert at_once(20, naive) == ["done"] * 20
    assert any(row.startswith("account") for row, _what in wrong(ctx))


def at_once(count: int, work) -> list[str]:
    """Run it in threads that start together; how each ended."""
    ready, outcomes = threading.Barrier(count), []

    def run(number: int) -> None:
        ready.wait()
        try:
            work(number)
            outcomes.append("done")
        except Conflict as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_receipt_of_a_deposit_shows_on_the_bidders_statement_only(ctx):
    book(ctx, Post("deposit:3:hold", "hold", "deposit", 3,
                   [Move(clearing(), deposit(3, organisation_id=BUYER), 50_000_00)]))  # fmt: skip
    with ctx.reading() as db:
        assert len(queries.organisation_statement(db, BUYER).items) == 1
        assert queries.organisation_statement(db, SELLER).items == []
