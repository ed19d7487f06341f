"""Money that goes back through the provider: once, never more than came, and no second try blind."""

from __future__ import annotations

import threading

import pytest

from marketplace.kernel.errors import Conflict
from marketplace.treasury.ledger.chart import clearing, provider_fee
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments import instructions, lines
from marketplace.treasury.payments.models import Instruction, Receipt, StatementLine
from marketplace.treasury.payments.online import carrying, stripe, sweeps
from marketplace.treasury.payments.online.models import Carrying
from tests.fake_stripe import CUT, LOST, NEVER
from tests.integration.treasury.online.acting import (
    ORDER,
    PRICE,
    SMALL,
    at_once,
    paid,
    refund,
    rows,
    sound,
    stands,
)


def test_a_small_refund_is_sent_by_the_machine_and_done_when_the_provider_did_it(world, fake):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    (back,) = rows(world, Instruction)
    assert (back.provider, back.state, back.payee_tail) == ("stripe", "approved", "4242")
    assert carrying.carry_out(world.ctx) == 1
    (back,) = rows(world, Instruction)
    assert (back.state, back.sent_by) == ("done", None)
    assert (fake.total(), len(fake.refunds)) == (0, 1)
    sound(world, fake)


@pytest.mark.threat("T13")
def test_above_the_limit_two_people_approve_and_send_and_only_then_the_machine_acts(world, fake):
    paid(world, fake)
    refund(world, PRICE)
    (back,) = rows(world, Instruction)
    assert carrying.carry_out(world.ctx) == 0
    instructions.approve(world.tess.ctx, back.id)
    assert carrying.carry_out(world.ctx) == 0
    with pytest.raises(Conflict):
        instructions.send(world.tess.ctx)  # her own approval
    assert fake.refunds == {}
    instructions.send(world.tao.ctx)
    assert carrying.carry_out(world.ctx) == 1
    sound(world, fake)


@pytest.mark.fault("F18")
@pytest.mark.parametrize("how", [LOST, CUT, NEVER])
def test_a_refund_without_an_answer_is_settled_by_looking_not_by_a_second_one(world, fake, how):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    fake.fail("POST refunds", how)
    assert sweeps.turn(world.ctx) == 0
    assert rows(world, Instruction)[0].state == "sent"
    sound(world)
    with pytest.raises(Conflict) as refused:  # a person cannot pay it a second time either
        instructions.cancel(world.tao.ctx, instructions.CancelInstruction(1, "再试"))
    assert refused.value.code == "payments.with_provider"
    fake.keys.clear()  # the provider keeps keys for a day; its list of refunds stays
    assert carrying.carry_out(world.ctx) == 1
    assert len(fake.refunds) == 1
    sound(world, fake)


@pytest.mark.fault("F18")
def test_a_second_try_that_does_not_look_refunds_twice(world, fake):
    """The control: a new key for each try, and a part that fits twice."""
    paid(world, fake, SMALL)
    refund(world, SMALL // 2)
    fake.fail("POST refunds", LOST)
    sweeps.turn(world.ctx)
    (receipt,) = rows(world, Receipt)
    careless = {"amount_minor": SMALL // 2, "key": "another-key"}
    stripe.refund(world.ctx.settings, receipt.provider_reference, **careless)
    assert len(fake.refunds) == 2
    assert carrying.carry_out(world.ctx) == 1
    with pytest.raises(AssertionError):
        sound(world, fake)


def test_a_refund_that_takes_its_time_is_asked_for_again_and_then_done(world, fake):
    paid(world, fake, SMALL, method="alipay")
    refund(world, SMALL)
    fake.pending_refunds = True
    assert carrying.carry_out(world.ctx) == 0
    assert rows(world, Carrying)[0].state == "asked"
    next(iter(fake.refunds.values()))["status"] = "succeeded"
    assert carrying.carry_out(world.ctx) == 1
    assert len(fake.refunds) == 1
    sound(world, fake)


def test_what_the_provider_refuses_is_taken_back_and_goes_to_the_payers_own_account(world, fake):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    fake.pending_refunds = True
    carrying.carry_out(world.ctx)
    next(iter(fake.refunds.values()))["status"] = "failed"
    assert carrying.carry_out(world.ctx) == 0
    assert rows(world, Carrying)[0].state == "failed"
    before = fake.calls["POST refunds"]
    assert carrying.carry_out(world.ctx) == 0  # a person decides, the machine does not insist
    assert fake.calls["POST refunds"] == before
    instructions.cancel(world.tao.ctx, instructions.CancelInstruction(1, "卡已注销"))
    first, again = rows(world, Instruction)
    assert (first.state, again.provider, again.kind) == ("cancelled", "bank", "payout")
    sound(world, fake)


@pytest.mark.threat("T6")
def test_twenty_refunds_at_once_never_exceed_what_came(world, fake):
    paid(world, fake, PRICE)
    numbers = iter(range(100))
    lock = threading.Lock()

    def one() -> None:
        with lock:
            key = f"order:7:part:{next(numbers)}"
        refund(world, PRICE // 10, key=key)

    found = at_once(20, one)
    assert found.count("done") == 10
    assert set(found) <= {"done", "payments.more_than_received", "ledger.not_covered"}
    (receipt,) = rows(world, Receipt)
    assert receipt.refunded_minor == PRICE
    at_once(6, lambda: carrying.carry_out(world.ctx))
    carrying.carry_out(world.ctx)
    assert (len(fake.refunds), fake.total()) == (10, 0)
    sound(world, fake)


@pytest.mark.fault("F5")
def test_a_carrier_killed_between_the_call_and_its_commit_pays_once(world, fake, monkeypatch):
    paid(world, fake, SMALL)
    refund(world, SMALL)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(carrying, "_write", lambda *_a, **_k: (_ for _ in ()).throw(SystemExit))
        carrying.carry_out(world.ctx)
    assert len(fake.refunds) == 1
    assert rows(world, Instruction)[0].state == "sent"
    assert carrying.carry_out(world.ctx) == 1
    assert len(fake.refunds) == 1
    sound(world, fake)


def test_the_providers_payout_moves_what_it_held_to_the_bank_less_its_charges(world, fake):
    paid(world, fake, SMALL)
    line = world.transfer(world.bob, "STRIPE PAYOUT", SMALL - 600_00, name="Stripe")
    command = lines.MoveLine(line, "po_1", 600_00)
    with pytest.raises(Conflict) as refused:  # more than it holds for the parties
        lines.move_line(world.tao.ctx, lines.MoveLine(line, "po_1", SMALL))
    assert refused.value.code == "ledger.not_covered"
    lines.move_line(world.tao.ctx, command)
    assert stands(world, clearing("stripe")) == 0
    assert stands(world, clearing("bank")) == SMALL - 600_00
    assert stands(world, provider_fee("stripe")) == 600_00
    assert stands(world, escrow_account(ORDER)) == SMALL
    assert rows(world, StatementLine)[0].state == "moved"
    with pytest.raises(Conflict):
        lines.move_line(world.tao.ctx, command)
    sound(world)
