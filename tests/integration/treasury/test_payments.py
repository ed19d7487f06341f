"""Payments: a statement counts once, instructions take four eyes, money goes back where it came."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.exc import DBAPIError

from marketplace import invariants
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, MarketError
from marketplace.treasury.escrow import queries as escrow_queries
from marketplace.treasury.escrow import steps as escrow
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing, commission, payable, provider_fee
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments import (
    batches,
    instructions,
    lines,
    queries,
    reconciliation,
    statements,
    states,
)
from marketplace.treasury.payments.models import (
    Instruction,
    PaymentIntent,
    Receipt,
    Statement,
    StatementLine,
)
from marketplace.treasury.payments.reactions import reconcile
from tests.integration.trade.world import Browser, TradeWorld

ORDER = 7
PRICE = 300_000_00
SMALL = 40_000_00
HEAD = "交易日期,收入金额,支出金额,余额,对方户名,对方账号,附言,交易流水号"


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


def call(world, amount: int = PRICE, *, stage: int = 1) -> str:
    with world.ctx.transaction() as tx:
        return escrow.call(
            tx,
            escrow.Call(
                ORDER, "XD-2026-0007", stage, world.bob.organisation_id,
                world.bob.actor.organisation_name, amount, None,
            ),
        )  # fmt: skip


def paid(world, amount: int = PRICE, *, stage: int = 1) -> str:
    reference = call(world, amount, stage=stage)
    world.transfer(world.bob, reference, amount)
    return reference


def release_of(world, amount: int = PRICE, fee: int = 6_000_00) -> escrow.Release:
    alice = world.alice
    return escrow.Release(
        ORDER, "XD-2026-0007", 1, alice.organisation_id, alice.actor.organisation_name,
        amount - fee, fee,
    )  # fmt: skip


def refund_of(world, amount: int = PRICE) -> escrow.Refund:
    bob = world.bob
    name = bob.actor.organisation_name
    return escrow.Refund(ORDER, "XD-2026-0007", bob.organisation_id, name, amount, "合同解除")


def step(world, work, wanted) -> None:
    with world.ctx.transaction() as tx:
        work(tx, wanted)


def give_account(world, person, number: str = "6222999900001111") -> None:
    from marketplace.identity.organisations.commands import set_bank_account

    set_bank_account(person.ctx, person.organisation_id, number=number, consents=True)


def stands(world, account) -> int:
    with world.ctx.reading() as db:
        return ledger.balance_of(db, account)


def rows(world, model) -> list:
    with world.ctx.reading() as db:
        return list(db.scalars(select(model).order_by(model.id)))


def sound(world) -> None:
    money = ("I1", "I2", "I6", "I7", "I8", "I9")
    found = [one for one in invariants._money(world.ctx) if one.invariant in money]
    assert found == []


# -- the tables of states --------------------------------------------------------------------------

TABLES = {
    "intent": (states.INTENT, states.INTENT_STATES),
    "line": (states.LINE, states.LINE_STATES),
    "instruction": (states.INSTRUCTION, states.INSTRUCTION_STATES),
}
CELLS = [
    (name, state, action)
    for name, (moves, known) in TABLES.items()
    for state in known
    for action in sorted({action for _state, action in moves})
]


@pytest.mark.parametrize(("name", "state", "action"), CELLS)
def test_every_move_that_no_table_holds_is_refused(name, state, action):
    moves, known = TABLES[name]
    if (state, action) in moves:
        assert states.advance(moves, state, action) in known
    else:
        with pytest.raises(Conflict):
            states.advance(moves, state, action)


# -- asking and crediting --------------------------------------------------------------------------


def test_the_same_call_has_the_same_code_and_another_amount_is_refused(world):
    first = call(world)
    assert call(world) == first
    with pytest.raises(Conflict) as refused:
        call(world, PRICE + 1)
    assert refused.value.code == "payments.asked_otherwise"


def test_a_called_stage_is_paid_in_full_and_its_order_hears_it(world):
    paid(world)
    assert stands(world, escrow_account(ORDER)) == PRICE
    (intent,) = rows(world, PaymentIntent)
    assert (intent.state, intent.received_minor) == ("paid", PRICE)
    with world.ctx.reading() as db:
        assert escrow_queries.open_call(db, ORDER) is None
    sound(world)


def test_a_second_transfer_for_what_is_paid_is_not_credited(world):
    reference = paid(world)
    line = world.transfer(world.bob, reference, PRICE)
    with pytest.raises(Conflict) as refused:
        lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    assert refused.value.code == "payments.paid_already"
    lines.return_line(world.tao.ctx, lines.DecideLine(line, "重复付款"))
    assert stands(world, escrow_account(ORDER)) == PRICE
    sound(world)


def test_a_line_without_its_code_waits_for_a_person(world):
    reference = call(world)
    line = world.transfer(world.bob, "货款", PRICE)
    with world.ctx.reading() as db:
        (shown,) = queries.lines(db, "open").page.items
    assert (shown.id, shown.suggestion.verdict) == (line, "by_name")
    lines.match_line(world.tao.ctx, lines.MatchLine(line, shown.suggestion.reference))
    assert shown.suggestion.reference == reference
    assert stands(world, escrow_account(ORDER)) == PRICE


def test_a_call_that_ends_gives_back_the_part_that_had_come(world):
    reference = call(world)
    line = world.transfer(world.bob, reference, SMALL)
    lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    for _again in range(2):
        with world.ctx.transaction() as tx:
            escrow.call_off(tx, ORDER, stage=1)
    assert stands(world, escrow_account(ORDER)) == 0
    (back,) = rows(world, Instruction)
    assert (back.kind, back.amount_minor) == ("refund", SMALL)
    sound(world)


def test_fees_of_the_bank_and_lines_typed_twice(world):
    world.transfer(world.bob, "", 100_00)
    twice = world.transfer(world.bob, "", 100_00)
    lines.ignore_line(world.tao.ctx, lines.DecideLine(twice, "重复录入"))
    charge = world.transfer(world.bob, "手续费", 12_00, direction="out", name="银行")
    with pytest.raises(Conflict):
        lines.return_line(world.tao.ctx, lines.DecideLine(charge, "不行"))
    lines.book_fee(world.tao.ctx, lines.DecideLine(charge, "转账手续费"))
    assert stands(world, provider_fee("bank")) == 12_00
    assert stands(world, clearing()) == 88_00
    with pytest.raises(Invalid):
        lines.ignore_line(world.tao.ctx, lines.DecideLine(1, " "))
    sound(world)


# -- the statement ---------------------------------------------------------------------------------


def statement(world, *lines_: str) -> bytes:
    day = world.clock().date().isoformat()
    return "\n".join([HEAD, *(line.replace("DAY", day) for line in lines_)]).encode("gb18030")


def send(world, content: bytes) -> int:
    return statements.look_at(world.tao.ctx, statements.SendStatement("流水.csv", content, "3316"))


def test_a_statement_is_looked_at_then_taken_once_and_matches_what_is_certain(world):
    reference = call(world)
    name = world.bob.actor.organisation_name
    content = statement(
        world,
        f"DAY,300000.00,,300000.00,{name},6222000011112222,{reference},F-1",
        "DAY,30000.00,,330000.00,陈某某,6222000011113333,,F-2",
        "DAY,,12.00,329988.00,银行手续费,,手续费,F-3",
        "昨天,1.00,,,甲,6222000011113333,,F-4",
    )
    number = send(world, content)
    assert send(world, content) == number  # the same file is the same statement
    seen = statements.preview(world.tao.ctx, number)
    assert (seen.rows, seen.known, len(seen.rejected)) == (3, 0, 1)
    assert rows(world, StatementLine) == []  # a dry run
    assert statements.take_statement(world.tao.ctx, number) == 3
    assert statements.take_statement(world.tao.ctx, number) == 0
    assert [one.state for one in rows(world, StatementLine)] == ["matched", "open", "open"]
    assert stands(world, escrow_account(ORDER)) == PRICE
    again = send(world, content + b"\n")  # another file with the same movements
    assert statements.preview(world.tao.ctx, again).known == 3
    assert statements.take_statement(world.tao.ctx, again) == 0
    assert all(one.rows_sealed is None for one in rows(world, Statement))
    sound(world)


def test_only_the_treasurer_sends_a_statement_and_it_must_be_one(world):
    with pytest.raises(Forbidden):
        statements.look_at(world.rui.ctx, statements.SendStatement("a.csv", statement(world)))
    for name, content in (("a.pdf", b"%PDF"), ("a.csv.gz", b"x"), ("a.csv", HEAD.encode())):
        with pytest.raises(Invalid):
            statements.look_at(world.tao.ctx, statements.SendStatement(name, content))


def test_the_reconciliation_compares_each_closing_day_and_sounds_the_alarm(world):
    assert reconcile(world.ctx)
    content = statement(
        world,
        "DAY,30000.00,,30000.00,陈某某,6222000011113333,,F-2",
        "DAY,,12.00,29988.00,银行手续费,,手续费,F-3",
    )
    statements.take_statement(world.tao.ctx, send(world, content))
    with world.ctx.reading() as db:
        found = reconciliation.report(db, world.clock())
    assert [(one.bank_minor, one.ledger_minor) for one in found.days] == [(29_988_00, 30_000_00)]
    assert found.difference_minor == -12_00
    assert not reconcile(world.ctx)
    world.deliver()
    assert "treasury.books_differ" in [kind for kind, _facts in world.inbox(world.tao)]
    charge = next(one for one in rows(world, StatementLine) if one.direction == "out")
    lines.book_fee(world.tao.ctx, lines.DecideLine(charge.id, "手续费"))
    assert reconcile(world.ctx)
    world.clock.forward(days=3)
    assert not reconcile(world.ctx)  # the stranger's money waits too long


# -- release, refund, four eyes --------------------------------------------------------------------


def test_a_release_pays_seller_and_market_and_waits_for_the_sellers_account(world):
    paid(world)
    step(world, escrow.release, release_of(world))
    (payout,) = rows(world, Instruction)
    assert (payout.kind, payout.state, payout.payee_sealed) == ("payout", "proposed", None)
    with pytest.raises(Conflict) as refused:
        instructions.approve(world.tess.ctx, payout.id)
    assert refused.value.code == "payments.payee_unknown"
    give_account(world, world.alice)
    world.instruct()
    world.bank_pays()
    assert stands(world, commission()) == 6_000_00
    assert stands(world, payable(ORDER, organisation_id=world.alice.organisation_id)) == 0
    assert stands(world, clearing()) == 6_000_00
    sound(world)


@pytest.mark.threat("T13")
@pytest.mark.threat("T6")
def test_above_the_limit_two_treasurers_approve_and_send(world):
    paid(world)
    step(world, escrow.refund, refund_of(world))
    (back,) = rows(world, Instruction)
    assert (back.needs_two, back.state) == (True, "proposed")
    for person in (world.bob, world.rui, world.hugo):
        with pytest.raises(Forbidden):
            instructions.approve(person.ctx, back.id)
    instructions.approve(world.tao.ctx, back.id)
    with pytest.raises(Conflict) as refused:
        instructions.send(world.tao.ctx)  # his own approval: a colleague sends it
    assert refused.value.code == "payments.nothing_to_send"
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(
            update(Instruction).values(sent_by=world.tao.id, sent_at=tx.now, state="sent")
        )
    batch = instructions.send(world.tess.ctx)
    (order,) = batches.open_batch(world.tess.ctx, batch)
    assert order.account == f"62220000{world.bob.organisation_id:010d}"
    sound(world)


@pytest.mark.threat("T13")
def test_nobody_approves_what_he_made_himself_and_the_database_says_so_too(world):
    line = world.transfer(world.bob, "", PRICE)
    lines.return_line(world.tao.ctx, lines.DecideLine(line, "无此款项"))
    (back,) = rows(world, Instruction)
    with pytest.raises(Forbidden):
        instructions.approve(world.tao.ctx, back.id)
    with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
        tx.db.execute(update(Instruction).values(approved_by=world.tao.id))
    instructions.approve(world.tess.ctx, back.id)


def test_below_the_limit_one_treasurer_sends(world):
    paid(world, SMALL)
    step(world, escrow.refund, refund_of(world, SMALL))
    (back,) = rows(world, Instruction)
    assert (back.needs_two, back.state, back.approved_by) == (False, "approved", None)
    instructions.send(world.tao.ctx)
    world.bank_pays()
    assert rows(world, Instruction)[0].state == "done"
    sound(world)


def test_what_the_bank_did_not_carry_out_is_instructed_anew(world):
    paid(world, SMALL)
    step(world, escrow.refund, refund_of(world, SMALL))
    instructions.send(world.tao.ctx)
    (first,) = rows(world, Instruction)
    with pytest.raises(Invalid):
        instructions.cancel(world.tao.ctx, instructions.CancelInstruction(first.id, " "))
    instructions.cancel(world.tao.ctx, instructions.CancelInstruction(first.id, "账号停用"))
    assert [one.state for one in rows(world, Instruction)] == ["cancelled", "approved"]
    sound(world)


@pytest.mark.law("L80")
def test_a_refund_goes_to_the_paying_accounts_the_last_payment_first(world):
    reference = call(world)
    for amount, account in ((100_000_00, "6222000000000001"), (200_000_00, "6222000000000002")):
        line = world.transfer(world.bob, reference, amount, account=account)
        if rows(world, PaymentIntent)[0].received_minor < amount:
            lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    step(world, escrow.refund, refund_of(world, 250_000_00))
    found = [(one.payee_tail, one.amount_minor) for one in rows(world, Instruction)]
    assert found == [("0002", 200_000_00), ("0001", 50_000_00)]
    assert [one.refunded_minor for one in rows(world, Receipt)] == [50_000_00, 200_000_00]
    sound(world)


@pytest.mark.threat("T6")
def test_the_same_release_and_refund_again_change_nothing_and_others_are_refused(world):
    paid(world)
    for _again in range(2):
        step(world, escrow.release, release_of(world, 100_000_00))
        step(world, escrow.refund, refund_of(world, 200_000_00))
    assert len(rows(world, Instruction)) == 2
    for work, wanted in (
        (escrow.release, release_of(world, 50_000_00)),
        (escrow.refund, refund_of(world, 1_00)),
    ):
        with pytest.raises(Conflict):
            step(world, work, wanted)
    assert stands(world, escrow_account(ORDER)) == 0
    sound(world)


def test_more_than_escrow_holds_neither_leaves_nor_goes_back(world):
    paid(world)
    for work, wanted in (
        (escrow.release, release_of(world, PRICE + 1)),
        (escrow.refund, refund_of(world, PRICE + 1)),
    ):
        with pytest.raises(Conflict):
            step(world, work, wanted)
    assert rows(world, Instruction) == []


# -- at once ---------------------------------------------------------------------------------------


def at_once(count: int, work) -> list[str]:
    """Run it in so many threads; what each came to: ``done`` or the code of its refusal."""
    gate, found = threading.Barrier(count), []

    def one() -> None:
        gate.wait()
        try:
            work()
            found.append("done")
        except MarketError as refused:
            found.append(refused.code)

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def retried(work):
    """As a person would who is told that the market is busy."""

    def again() -> None:
        for _try in range(50):
            try:
                return work()
            except MarketError as refused:
                if refused.code != "database_busy":
                    raise
        raise AssertionError("busy for ever")

    return again


@pytest.mark.threat("T6")
@pytest.mark.parametrize("what", ["release", "refund", "match"])
def test_twenty_at_once_have_the_effect_of_one(world, what):
    if what == "match":
        reference = call(world)
        line = world.transfer(world.bob, "货款", PRICE)
        command = lines.MatchLine(line, reference)
        work = lambda: lines.match_line(world.tao.ctx, command)  # noqa: E731
    else:
        paid(world)
        wanted = release_of(world) if what == "release" else refund_of(world)
        work = lambda: step(world, getattr(escrow, what), wanted)  # noqa: E731
    found = at_once(20, retried(work))
    if what == "match":
        assert sorted(set(found)) == ["done", "payments.move_refused"]
        assert found.count("done") == 1
        assert len(rows(world, Receipt)) == 1
    else:
        assert set(found) == {"done"}
        assert len(rows(world, Instruction)) == 1
    sound(world)


@pytest.mark.threat("T6")
def test_the_twenty_find_a_step_that_looks_before_it_locks(world):
    """The control: a refund that asks nothing of the ledger, and writes what it read, is caught."""
    paid(world)
    barrier = threading.Barrier(20)

    def careless() -> None:
        with world.ctx.reading() as db:
            left = db.scalar(select(Receipt.refunded_minor))
        barrier.wait()
        with world.ctx.transaction() as tx:
            tx.db.execute(update(Receipt).values(refunded_minor=left + 1_00))

    at_once(20, careless)
    with world.ctx.reading() as db:
        total = db.scalar(select(func.sum(Receipt.refunded_minor)))
    assert total < 20 * 1_00  # updates were lost,
    with pytest.raises(AssertionError):
        sound(world)  # and verify names the row


# -- pages -----------------------------------------------------------------------------------------

PAGES = (
    "/treasury/statement", "/treasury/statement?tab=done", "/treasury/instructions",
    "/treasury/instructions?tab=sent", "/treasury/deposits", "/treasury/reconciliation",
    "/treasury/ledger", "/treasury/ledger/clearing", "/treasury/ledger/accounts/1",
    "/treasury/tariff",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_treasurers_page_asks_the_database_five_times_at_most(app, world, path):
    paid(world)
    world.transfer(world.carol, "货款", 5_00)
    step(world, escrow.refund, refund_of(world))
    world.instruct()
    browser = Browser(app, world, world.tao)
    browser.text(path)
    asked: list[str] = []

    def note(_conn, _cursor, statement, *_more) -> None:
        if "treasury_" in statement:
            asked.append(statement)

    event.listen(world.ctx.engine, "before_cursor_execute", note)
    try:
        browser.text(path)
    finally:
        event.remove(world.ctx.engine, "before_cursor_execute", note)
    assert 1 <= len(asked) <= 5, asked


def test_an_organisation_sees_its_own_payments_and_nobody_elses(app, world):
    reference = call(world)
    assert reference in Browser(app, world, world.bob).text("/treasury/mine")
    assert reference not in Browser(app, world, world.carol).text("/treasury/mine")
    assert Browser(app, world, world.rui).get("/treasury/mine").status_code == 403


def test_tess_and_tao_send_and_download_the_batch_after_a_fresh_sign_in(app, world):
    paid(world)
    step(world, escrow.refund, refund_of(world))
    (back,) = rows(world, Instruction)
    tess, tao = Browser(app, world, world.tess), Browser(app, world, world.tao)
    assert tess.post(f"/treasury/instructions/{back.id}/approve").status_code == 303
    assert tess.post("/treasury/instructions/send").status_code == 422
    assert tao.post("/treasury/instructions/send").status_code == 303
    file = tao.post("/treasury/instructions/batches/1").get_data(as_text=True)
    assert f"62220000{world.bob.organisation_id:010d}" in file
    assert "300000.00" in file
    world.clock.forward(minutes=11)
    stale = tao.post("/treasury/instructions/batches/1")
    assert stale.status_code == 303
    assert "/identity/" in stale.location


# -- verify ----------------------------------------------------------------------------------------

BREAKS = {
    "I8": "UPDATE treasury_receipt SET refunded_minor = 1",
    "I7": "UPDATE treasury_statement_line SET amount_minor = amount_minor + 1",
    "I2": "UPDATE treasury_instruction SET amount_minor = amount_minor - 1",
}


@pytest.mark.fault("F30")
@pytest.mark.parametrize("invariant", sorted(BREAKS))
def test_verify_names_the_row_that_somebody_altered(world, invariant):
    paid(world)
    step(world, escrow.release, release_of(world))
    sound(world)
    with world.ctx.transaction() as tx:
        tx.db.execute(text(BREAKS[invariant]))
    assert invariant in {one.invariant for one in invariants._money(world.ctx)}
