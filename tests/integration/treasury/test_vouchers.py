"""Innovation vouchers: they count, their issuer owes them, nobody else's money stands in (L79)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from marketplace import invariants
from marketplace.identity.organisations.commands import set_bank_account
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.orders import commands as orders
from marketplace.trade.orders import disputes, money, roots
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.payments import lines
from marketplace.treasury.payments.models import Instruction
from marketplace.treasury.vouchers import commands, queries, states
from marketplace.treasury.vouchers.models import Voucher
from rules.days import local_date
from tests.integration.trade.contract_world import DealWorld
from tests.integration.trade.test_orders import (
    FIRST,
    accept,
    deliver,
    page,
    pay,
    seen,
    stage_states,
    state,
)
from tests.integration.trade.world import Browser
from tests.integration.treasury.test_payments import at_once, retried

ISSUER = "新昌县科学技术局"
SUM = 50_000_00


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


@pytest.fixture
def order(world) -> int:
    for person in (world.alice, world.bob):
        set_bank_account(
            person.ctx, person.organisation_id, number="6222999900001111", consents=True
        )
    return world.order(world.sealed()).id


def wanted(world, order_id, **changes) -> commands.ClaimVoucher:
    plain = commands.ClaimVoucher(
        page(world, world.bob, order_id).reference, ISSUER, "KJQ-2026-0019", "技术交易",
        local_date(world.clock()) + timedelta(days=200), SUM,
    )  # fmt: skip
    return replace(plain, **changes)


def confirmed(world, order_id, **changes) -> int:
    number = commands.claim(world.bob.ctx, wanted(world, order_id, **changes))
    commands.confirm(world.tao.ctx, number)
    world.deliver()
    return number


def voucher(world, number: int) -> Voucher:
    with world.ctx.reading() as db:
        return db.get_one(Voucher, number)


def stands(world, account) -> int:
    with world.ctx.reading() as db:
        return ledger.balance_of(db, account)


def issuer_pays(world, number: int, amount: int = SUM) -> None:
    """The bank shows a transfer of the issuer with the code of his claim."""
    world.transfer(
        world.tao, voucher(world, number).claim_reference, amount, name=ISSUER,
        account="33010000999900001111",
    )  # fmt: skip
    world.deliver()


def part_paid(world, number: int, amount: int) -> None:
    line = world.transfer(world.tao, voucher(world, number).claim_reference, amount, name=ISSUER,
                          account="33010000999900001111")  # fmt: skip
    lines.match_line(world.tao.ctx, lines.MatchLine(line, voucher(world, number).claim_reference))
    world.deliver()


def sound(world) -> None:
    money = ("I1", "I2", "I6", "I7", "I8", "I9")
    assert [one for one in invariants._money(world.ctx) if one.invariant in money] == []


@pytest.mark.parametrize(
    ("was", "action"),
    [(one, act) for one in states.STATES for act in ("confirm", "refuse", "withdraw", "settle")],
)
def test_the_table_alone_moves_a_voucher(was, action):
    if (was, action) in states.MOVES:
        assert states.advance(was, action) in states.STATES
    else:
        with pytest.raises(Conflict):
            states.advance(was, action)


def test_a_confirmed_voucher_takes_its_amount_off_the_call_and_its_issuer_owes_it(world, order):
    before = page(world, world.bob, order).asked_minor
    number = confirmed(world, order)
    assert page(world, world.bob, order).asked_minor == before - SUM
    assert stands(world, chart.voucher(number)) == SUM
    assert stands(world, chart.escrow(order)) == SUM
    sound(world)
    pay(world, order)
    assert stage_states(world, order) == ["funded", "planned"]
    sound(world)


def test_what_a_voucher_covers_is_paid_out_only_when_its_issuer_has_paid(world, order):
    number = confirmed(world, order)
    pay(world, order)
    deliver(world, order)
    accept(world, order)
    assert stage_states(world, order)[0] == "accepted", "nobody else's money pays it (L79)"
    assert page(world, world.alice, order).turn.what == "voucher_settles"
    issuer_pays(world, number)
    assert voucher(world, number).state == "settled"
    assert stands(world, chart.voucher(number)) == 0
    assert stage_states(world, order)[0] == "released"
    sound(world)


def test_a_refund_before_the_issuer_paid_sets_his_debt_off_and_pays_the_buyer_his_own(world, order):
    number = confirmed(world, order)
    pay(world, order)
    cash = stands(world, chart.escrow(order)) - SUM
    for person in (world.bob, world.alice):
        orders.cancel(person.ctx, orders.Cancel(order, seen(world, order), "双方同意解除"))
    assert state(world, order) == "refunded"
    assert voucher(world, number).state == "returned"
    assert stands(world, chart.voucher(number)) == 0
    with world.ctx.reading() as db:
        rows = {row.provider: row for row in db.scalars(select(Instruction))}
    assert rows["voucher"].payee_name == ISSUER
    assert (rows["voucher"].state, rows["voucher"].amount_minor) == ("done", SUM)
    assert rows["bank"].amount_minor == cash
    sound(world)
    world.instruct()
    world.bank_pays()
    sound(world)
    again = wanted(world, order, reference=voucher(world, number).call_reference)
    with pytest.raises(Conflict):
        commands.claim(world.bob.ctx, again)  # the call is over; the voucher itself is free


def test_a_refund_after_the_issuer_paid_goes_to_his_account_never_to_the_buyer(world, order):
    number = confirmed(world, order)
    pay(world, order)
    issuer_pays(world, number)
    for person in (world.bob, world.alice):
        orders.cancel(person.ctx, orders.Cancel(order, seen(world, order), "双方同意解除"))
    assert voucher(world, number).repaid_minor == SUM
    with world.ctx.reading() as db:
        rows = list(db.scalars(select(Instruction).where(Instruction.payee_name == ISSUER)))
    assert [(row.provider, row.amount_minor, row.payee_tail) for row in rows] == [
        ("bank", SUM, "1111")
    ]
    sound(world)
    world.instruct()
    world.bank_pays()
    sound(world)


def test_a_half_paid_claim_is_split_to_the_fen_on_a_refund(world, order):
    number = confirmed(world, order)
    pay(world, order)
    part_paid(world, number, 20_000_00)
    assert stands(world, chart.voucher(number)) == 30_000_00
    for person in (world.bob, world.alice):
        orders.cancel(person.ctx, orders.Cancel(order, seen(world, order), "双方同意解除"))
    row = voucher(world, number)
    assert (row.returned_minor, row.repaid_minor) == (30_000_00, 20_000_00)
    sound(world)


def test_a_decision_cannot_give_the_seller_what_no_issuer_has_paid(world, order):
    number = confirmed(world, order)
    pay(world, order)
    disputes.dispute(world.bob.ctx, disputes.Dispute(order, seen(world, order), "交付不符"))
    held = stands(world, chart.escrow(order))
    with world.ctx.transaction() as tx:
        row = roots.lock(tx, order)
        with pytest.raises(Conflict, match="voucher_outstanding"):
            money.share_out(tx, row, seller_minor=held - SUM + 1, why="按证据")
        money.share_out(tx, row, seller_minor=held - SUM, why="按证据")
    assert voucher(world, number).state == "returned", "the refund is the voucher's part"
    sound(world)


@pytest.mark.threat("T13")
def test_who_claims_does_not_confirm_and_strangers_do_nothing(world, order):
    with pytest.raises(NotFound):
        commands.claim(world.mallory.ctx, wanted(world, order))
    with pytest.raises(NotFound):
        commands.claim(world.alice.ctx, wanted(world, order))
    number = commands.claim(world.tao.ctx, wanted(world, order))
    with pytest.raises(Forbidden):
        commands.confirm(world.tao.ctx, number)
    with pytest.raises(Forbidden):
        commands.confirm(world.bob.ctx, number)
    commands.confirm(world.tess.ctx, number)
    with pytest.raises(Conflict):
        commands.confirm(world.tess.ctx, number)
    assert stands(world, chart.voucher(number)) == SUM


def test_a_voucher_counts_once_and_never_for_more_than_is_asked(world, order):
    number = commands.claim(world.bob.ctx, wanted(world, order))
    with pytest.raises(Conflict):
        commands.claim(world.bob.ctx, wanted(world, order))
    with pytest.raises(Conflict):
        commands.claim(world.bob.ctx, wanted(world, order, number="另", amount_minor=FIRST * 9))
    for changes in ({"issuer": " "}, {"amount_minor": 0},
                    {"valid_until": local_date(world.clock()) - timedelta(days=1)}):  # fmt: skip
        with pytest.raises(Invalid):
            commands.claim(world.bob.ctx, wanted(world, order, number="又", **changes))
    commands.refuse(world.tao.ctx, commands.EndClaim(number, "已过使用范围"))
    second = commands.claim(world.bob.ctx, wanted(world, order))
    commands.withdraw(world.bob.ctx, commands.EndClaim(second, "改用转账"))
    with world.ctx.reading() as db:
        assert queries.counts(db) == {"claimed": 0, "confirmed": 0, "done": 2}
    sound(world)


def test_a_voucher_that_waits_while_the_call_is_paid_does_not_count_any_more(world, order):
    number = commands.claim(world.bob.ctx, wanted(world, order))
    pay(world, order)
    with pytest.raises(Conflict):
        commands.confirm(world.tao.ctx, number)
    assert stands(world, chart.voucher(number)) == 0
    sound(world)


@pytest.mark.threat("T6")
def test_of_many_confirmations_at_once_one_counts(world, order):
    number = commands.claim(world.bob.ctx, wanted(world, order))
    found = at_once(6, retried(lambda: commands.confirm(world.tao.ctx, number)))
    assert found.count("done") == 1
    assert set(found) - {"done"} <= {"vouchers.move_refused", "vouchers.nothing_asked"}
    assert stands(world, chart.escrow(order)) == SUM
    sound(world)


@pytest.mark.threat("T6")
def test_without_its_state_a_second_confirmation_would_count_again(world, order, monkeypatch):
    """The control: the same race with a table that moves everything does count twice."""
    number = commands.claim(world.bob.ctx, wanted(world, order))
    monkeypatch.setattr(commands, "advance", lambda _state, _action: "confirmed")
    commands.confirm(world.tao.ctx, number)
    with pytest.raises(DBAPIError, match=r"(?i)unique"):  # the database's own word, then
        commands.confirm(world.tess.ctx, number)


def test_an_altered_voucher_is_named_by_verify(world, order):
    number = confirmed(world, order)
    with world.ctx.transaction() as tx:
        tx.db.get_one(Voucher, number).returned_minor = 1
    found = [one.thing for one in invariants._money(world.ctx)]
    assert f"voucher {number}" in found


def test_the_pages_claim_confirm_and_show_the_voucher(world, order, app):
    bob, tao = Browser(app, world, world.bob), Browser(app, world, world.tao)
    shown = page(world, world.bob, order)
    assert "vouchers/new" in bob.text(f"/trade/orders/{order}")
    answer = bob.post(
        "/treasury/vouchers/new", reference=shown.reference, issuer=ISSUER, number="KJQ-1",
        usable_for="技术交易", amount="5万",
        valid_until=(local_date(world.clock()) + timedelta(days=9)).isoformat(),
    )  # fmt: skip
    assert answer.status_code == 303
    assert "KJQ-1" in tao.text("/treasury/vouchers")
    with world.ctx.reading() as db:
        number = db.scalars(select(Voucher.id)).one()
    assert tao.post(f"/treasury/vouchers/{number}/confirm").status_code == 303
    assert "CX" in tao.text("/treasury/vouchers", tab="confirmed")
    assert ISSUER in bob.text(f"/trade/orders/{order}")
