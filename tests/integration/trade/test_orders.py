"""From the signed contract to the last payment, and the ways in which a deal ends otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import ChangeOption, change_option
from marketplace.showcase.deals.models import Deal
from marketplace.trade.orders import commands, disputes, queries, secrecy, sweeps
from marketplace.trade.orders.models import Order, OrderDecision
from marketplace.trade.orders.states import StageState, State
from marketplace.trade.tracking import queries as tracking
from marketplace.treasury.ledger import chart, checks
from marketplace.treasury.ledger import queries as ledger
from rules.days import local_date
from tests.integration.trade.contract_world import PRICE, DealWorld

FIRST = PRICE * 3 // 10


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


@pytest.fixture
def order(world) -> int:
    """A signed order: the first stage's money is called."""
    contract_id = world.sealed()
    return world.order(contract_id).id


def page(world, person, order_id) -> queries.OrderPage:
    with world.ctx.reading() as db:
        return queries.page(db, person.actor, order_id)


def seen(world, order_id) -> int:
    with world.ctx.reading() as db:
        return db.get_one(Order, order_id).version


def state(world, order_id) -> str:
    with world.ctx.reading() as db:
        return db.get_one(Order, order_id).state


def stage_states(world, order_id) -> list[str]:
    return [one.state for one in page(world, world.bob, order_id).stages]


def pay(world, order_id) -> None:
    """Bob transfers what he is asked for, with the code in the remark; the bank's line comes."""
    asked = page(world, world.bob, order_id)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    world.deliver()


def attach(world, order_id, purpose="delivery") -> None:
    number = seen(world, order_id)
    commands.attach(world.alice.ctx, commands.Attach(
        order_id, purpose, "资料.pdf", "application/pdf", 9, "0" * 64, f"orders/{purpose}{number}"))  # fmt: skip


def deliver(world, order_id) -> None:
    attach(world, order_id)
    commands.deliver(
        world.alice.ctx, commands.Deliver(order_id, seen(world, order_id), "技术资料四册")
    )


def accept(world, order_id) -> None:
    commands.judge(world.bob.ctx, commands.Judge(order_id, seen(world, order_id), accepted=True))


def certify(world, order_id, **changes) -> None:
    plain = commands.ShowCertificate(
        order_id, seen(world, order_id), "2026000123", local_date(world.clock()),
        owner_name=world.bob.actor.organisation_name,
    )  # fmt: skip
    commands.show_certificate(world.alice.ctx, replace(plain, **changes))


def held(world, order_id) -> int:
    with world.ctx.reading() as db:
        return ledger.balance_of(db, chart.escrow(order_id))


def books_are_right(world) -> None:
    with world.ctx.reading() as db:
        assert list(checks.broken_rows(db)) == []


def test_from_signature_to_registration_every_fen_has_its_place(world, order):
    assert stage_states(world, order) == ["due", "planned"]
    pay(world, order)
    assert stage_states(world, order) == ["funded", "planned"]
    buyer_fee = page(world, world.bob, order).buyer_commission_minor
    assert held(world, order) == FIRST + buyer_fee
    deliver(world, order)
    accept(world, order)
    assert stage_states(world, order) == ["released", "due"]
    assert held(world, order) == 0
    pay(world, order)
    deliver(world, order)
    accept(world, order)
    assert stage_states(world, order) == ["released", "accepted"], "it waits for the register"
    attach(world, order, "certificate")
    certify(world, order)
    world.deliver()
    assert stage_states(world, order) == ["released", "released"]
    assert state(world, order) == State.COMPLETED
    shown = page(world, world.alice, order)
    with world.ctx.reading() as db:
        market = ledger.balance_of(db, chart.commission())
        deal = db.scalars(select(Deal).where(Deal.origin == "order")).one()
        owed = tracking.of_order(db, order)
    assert market == shown.buyer_commission_minor + shown.seller_commission_minor
    assert (deal.price_minor, deal.listing_id) == (PRICE, world.listing_id)
    assert [line.month for line in owed] == [6, 12, 24]
    books_are_right(world)


@pytest.mark.law("L21")
def test_the_last_stage_is_not_paid_without_the_registers_notice(world, order):
    for _stage in range(2):
        pay(world, order)
        deliver(world, order)
        accept(world, order)
    with pytest.raises(Invalid) as refused:
        certify(world, order)
    assert refused.value.code == "orders.certificate_needs_file"
    attach(world, order, "certificate")
    with pytest.raises(Invalid) as refused:
        certify(world, order, owner_name="无关贸易有限公司")
    assert refused.value.code == "orders.certificate_other_owner"
    with pytest.raises(Invalid):
        certify(world, order, issued_on=local_date(world.clock()) + timedelta(days=1))
    assert held(world, order) == PRICE - FIRST


@pytest.mark.threat("T5")
def test_an_act_on_an_old_page_is_refused(world, order):
    pay(world, order)
    old = seen(world, order)
    deliver(world, order)
    for version in (old, 0, 10**9):
        with pytest.raises(Conflict) as refused:
            commands.judge(world.bob.ctx, commands.Judge(order, version, accepted=True))
        assert refused.value.code == "orders.changed"
    assert stage_states(world, order)[0] == "delivered"


@pytest.mark.threat("T24")
def test_each_side_does_its_own_and_strangers_see_nothing(world, order):
    pay(world, order)
    with pytest.raises(Forbidden):
        commands.deliver(world.bob.ctx, commands.Deliver(order, seen(world, order), "x"))
    deliver(world, order)
    with pytest.raises(Forbidden):
        commands.judge(world.alice.ctx, commands.Judge(order, seen(world, order), accepted=True))
    for stranger in (world.mallory, world.hugo):
        with pytest.raises(NotFound):
            page(world, stranger, order)
        with pytest.raises(NotFound):
            commands.say(stranger.ctx, commands.Say(order, "?"))
    assert page(world, world.rui, order).party == ""


def test_a_delivery_needs_words_and_a_file(world, order):
    pay(world, order)
    with pytest.raises(Invalid):
        commands.deliver(world.alice.ctx, commands.Deliver(order, seen(world, order), " "))
    with pytest.raises(Invalid) as refused:
        commands.deliver(world.alice.ctx, commands.Deliver(order, seen(world, order), "交付"))
    assert refused.value.code == "orders.delivery_needs_file"


def test_what_is_sent_back_can_be_delivered_again(world, order):
    pay(world, order)
    deliver(world, order)
    back = commands.Judge(order, seen(world, order), accepted=False, text="缺调试记录")
    commands.judge(world.bob.ctx, back)
    assert stage_states(world, order)[0] == "funded"
    deliver(world, order)
    accept(world, order)
    assert stage_states(world, order)[0] == "released"


def test_silence_counts_as_acceptance_at_its_term_and_not_before(world, order):
    pay(world, order)
    deliver(world, order)
    by = page(world, world.bob, order).turn.by
    world.clock.now = by - timedelta(seconds=1)
    assert sweeps.accept_silence(world.ctx) == 0
    world.clock.now = by
    assert sweeps.accept_silence(world.ctx) == 1
    assert sweeps.accept_silence(world.ctx) == 0
    assert stage_states(world, order) == ["released", "due"]


def test_the_turn_and_its_term_are_told_once(world, order):
    world.clock.now = page(world, world.bob, order).turn.by - timedelta(days=1)
    assert sweeps.remind(world.ctx) == 1
    assert sweeps.remind(world.ctx) == 0
    world.deliver()
    assert "order.due" in {kind for kind, _facts in world.inbox(world.bob)}
    assert "order.due" not in {kind for kind, _facts in world.inbox(world.alice)}


# -- disputes -------------------------------------------------------------------------------------


def raised(world, order) -> None:
    pay(world, order)
    deliver(world, order)
    said = disputes.Dispute(order, seen(world, order), "样机达不到约定精度")
    disputes.dispute(world.bob.ctx, said)


def decide(world, person, order, seller_minor) -> bool:
    command = disputes.Decide(order, seen(world, order), seller_minor, "双方各担一半")
    return disputes.decide(person.ctx, command)


@pytest.mark.threat("T13")
def test_above_the_limit_two_people_decide_a_dispute(world, order):
    raised(world, order)
    half = held(world, order) // 2
    assert decide(world, world.rui, order, half) is False
    with pytest.raises(Forbidden) as refused:
        disputes.confirm(world.rui.ctx, disputes.Confirm(order, seen(world, order), agrees=True))
    assert refused.value.code == "orders.second_person"
    ruth = world.officer("Ruth", next(iter(world.rui.actor.staff_roles)))
    disputes.confirm(ruth.ctx, disputes.Confirm(order, seen(world, order), agrees=True))
    assert state(world, order) == State.COMPLETED
    assert held(world, order) == 0
    with world.ctx.reading() as db:
        seller = chart.payable(order, organisation_id=world.alice.organisation_id)
        assert ledger.balance_of(db, seller) == half
        row = db.scalars(select(OrderDecision)).one()
    assert {row.decided_by, row.confirmed_by} == {world.rui.id, ruth.id}
    books_are_right(world)


def test_below_the_limit_one_decision_gives_the_money_back(world, order):
    limit = ChangeOption("four_eyes_minor", 2 * 10**9, "测试")
    change_option(world.rui.ctx, limit)
    raised(world, order)
    assert decide(world, world.rui, order, 0) is True
    assert state(world, order) == State.REFUNDED
    assert held(world, order) == 0
    assert StageState.REFUNDED in stage_states(world, order)
    books_are_right(world)


@pytest.mark.threat("T13")
def test_nobody_of_a_party_decides_and_nobody_gives_away_more_than_there_is(world, order):
    raised(world, order)
    with pytest.raises(Invalid) as refused:
        decide(world, world.rui, order, held(world, order) + 1)
    assert refused.value.code == "orders.more_than_held"
    for person in (world.tao, world.alice, world.bob):
        with pytest.raises(Forbidden):
            decide(world, person, order, 0)


def test_a_dispute_freezes_the_order_until_it_goes_on(world, order):
    raised(world, order)
    with pytest.raises(Conflict):
        accept(world, order)
    world.clock.forward(days=60)
    assert sweeps.accept_silence(world.ctx) == 0
    disputes.resume(world.bob.ctx, disputes.Settle(order, seen(world, order), "已补正"))
    accept(world, order)
    assert stage_states(world, order)[0] == "released"


# -- other ends -----------------------------------------------------------------------------------


def test_both_sides_end_a_deal_and_the_money_goes_back(world, order):
    pay(world, order)
    paid = held(world, order)
    ask = commands.Cancel(order, seen(world, order), "项目调整")
    assert commands.cancel(world.bob.ctx, ask) is False
    again = commands.Cancel(order, seen(world, order), "再问")
    assert commands.cancel(world.bob.ctx, again) is False, "one side alone ends nothing"
    agree = commands.Cancel(order, seen(world, order), "同意")
    assert commands.cancel(world.alice.ctx, agree) is True
    assert state(world, order) == State.REFUNDED
    assert held(world, order) == 0
    with world.ctx.reading() as db:
        back = [line for line in ledger.trial_balance(db) if line.kind == "refund"]
    assert back[0].credit_balance_minor == paid
    books_are_right(world)


def test_a_proposal_to_end_can_be_declined(world, order):
    commands.cancel(world.bob.ctx, commands.Cancel(order, seen(world, order), "项目调整"))
    commands.keep_on(world.alice.ctx, commands.KeepOn(order, seen(world, order)))
    with pytest.raises(Conflict):
        commands.keep_on(world.alice.ctx, commands.KeepOn(order, seen(world, order)))
    pay(world, order)
    assert stage_states(world, order)[0] == "funded"


def test_what_nobody_signs_is_let_go_after_the_grace(world):
    order_id = world.agreed()
    sign_by = page(world, world.bob, order_id).sign_by
    world.clock.now = sign_by + timedelta(days=5) - timedelta(seconds=1)
    assert sweeps.let_go(world.ctx) == 0
    world.clock.now = sign_by + timedelta(days=5)
    assert sweeps.let_go(world.ctx) == 1
    assert sweeps.let_go(world.ctx) == 0
    assert state(world, order_id) == State.CANCELLED
    assert world.agreed(), "the listing is on sale again"


def test_messages_reach_both_sides_and_the_staff(world, order):
    commands.say(world.bob.ctx, commands.Say(order, "周三到现场复核"))
    commands.say(world.rui.ctx, commands.Say(order, "请补设备编号"))
    said = [one for one in page(world, world.alice, order).history if one.action == "message"]
    assert [(one.side, one.text) for one in said] == [
        ("buyer", "周三到现场复核"), ("staff", "请补设备编号"),
    ]  # fmt: skip


@pytest.mark.law("L22")
def test_each_side_may_keep_its_own_name_off_the_public_pages(world, order):
    for _stage in range(2):
        pay(world, order)
        deliver(world, order)
        accept(world, order)
    hide = secrecy.KeepSecret(order, seen(world, order), secret=True)
    secrecy.keep_secret(world.bob.ctx, hide)
    with pytest.raises(NotFound):
        secrecy.keep_secret(world.mallory.ctx, hide)
    with pytest.raises(Conflict):
        secrecy.keep_secret(world.alice.ctx, hide)
    attach(world, order, "certificate")
    certify(world, order)

    def named() -> tuple[str, str]:
        with world.ctx.reading() as db:
            deal = db.scalars(select(Deal).where(Deal.origin == "order")).one()
            return deal.seller_name, deal.buyer_name

    seller, buyer = world.alice.actor.organisation_name, world.bob.actor.organisation_name
    assert named() == (seller, "")
    for person, secret in ((world.alice, True), (world.bob, False)):
        command = secrecy.KeepSecret(order, seen(world, order), secret=secret)
        secrecy.keep_secret(person.ctx, command)
    assert named() == ("", buyer)
