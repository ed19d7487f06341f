"""Paying on the provider's page: once, by its word alone, the amount is the market's."""

from __future__ import annotations

import pytest

from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.payments import lines
from marketplace.treasury.payments.models import Receipt
from marketplace.treasury.payments.online import carrying, paying
from marketplace.treasury.payments.online.models import Attempt
from tests.integration.trade.world import Browser
from tests.integration.treasury.online.acting import (
    ORDER,
    PRICE,
    SMALL,
    call,
    rows,
    session_of,
    sound,
    stands,
    tell_all,
)

# -- paying ----------------------------------------------------------------------------------------


def test_a_payment_on_the_providers_page_is_credited_once_by_its_word_alone(app, world, fake):
    reference = call(world)
    bob = Browser(app, world, world.bob)
    assert "/treasury/payments/pay" in bob.text("/treasury/mine")
    answer = bob.post("/treasury/payments/pay", reference=reference)
    assert (answer.status_code, answer.location) == (303, rows(world, Attempt)[0].url)
    fake.pay(session_of(world), method="alipay")
    page = bob.text("/treasury/payments/attempts/1")
    assert 'data-attempt="open"' in page
    assert stands(world, escrow_account(ORDER)) == 0  # coming back credits nothing
    for _again in range(3):
        tell_all(world, fake)
    assert 'data-attempt="paid"' in bob.text("/treasury/payments/attempts/1")
    assert stands(world, escrow_account(ORDER)) == PRICE
    (receipt,) = rows(world, Receipt)
    assert (receipt.provider, receipt.amount_minor) == ("stripe", PRICE)
    with pytest.raises(Conflict) as refused:
        paying.pay(world.bob.ctx, reference)
    assert refused.value.code == "payments.nothing_to_pay"
    sound(world, fake)


@pytest.mark.threat("T5")
def test_an_amount_in_the_form_changes_nothing(app, world, fake):
    reference = call(world)
    bob = Browser(app, world, world.bob)
    tampered = {"amount": "1", "amount_minor": "1", "unit_amount": "1", "currency": "usd"}
    assert bob.post("/treasury/payments/pay", reference=reference, **tampered).status_code == 303
    (session,) = fake.sessions.values()
    assert (session["amount_total"], session["currency"]) == (PRICE, "cny")


def test_only_who_may_pay_for_the_organisation_pays(world, fake):
    reference = call(world)
    for person in (world.carol, world.mallory, world.tao):
        with pytest.raises(NotFound):
            paying.pay(person.ctx, reference)
    junior = world.join("Ben", world.bob.organisation_id, role=MemberRole.MEMBER)
    with pytest.raises(Forbidden):
        paying.pay(junior.ctx, reference)
    assert rows(world, Attempt) == []


def test_the_page_is_asked_for_once_and_shown_again_while_it_lives(world, fake):
    reference = call(world)
    first = paying.pay(world.bob.ctx, reference)
    assert paying.pay(world.bob.ctx, reference) == first
    world.clock.forward(minutes=61)
    fake.time_out(session_of(world))
    assert paying.pay(world.bob.ctx, reference) != first
    assert [one.state for one in rows(world, Attempt)] == ["expired", "open"]
    assert len({one.key for one in rows(world, Attempt)}) == 2
    sound(world, fake)


def test_a_page_that_asks_for_too_much_is_closed_when_a_part_came_by_bank(world, fake):
    reference = call(world)
    paying.pay(world.bob.ctx, reference)
    line = world.transfer(world.bob, reference, SMALL)
    lines.match_line(world.tao.ctx, lines.MatchLine(line, reference))
    paying.pay(world.bob.ctx, reference)
    old, new = fake.sessions.values()
    assert (old["status"], new["amount_total"]) == ("expired", PRICE - SMALL)
    fake.pay(new["id"])
    tell_all(world, fake)
    assert stands(world, escrow_account(ORDER)) == PRICE
    sound(world, fake)


def test_what_came_for_something_that_is_paid_already_goes_back_by_itself(world, fake):
    reference = call(world, SMALL)
    paying.pay(world.bob.ctx, reference)
    world.transfer(world.bob, reference, SMALL)  # the bank was faster
    fake.pay(session_of(world))
    tell_all(world, fake)
    sound(world, fake)
    assert carrying.carry_out(world.ctx) == 1
    assert (fake.total(), stands(world, clearing("stripe"))) == (0, 0)
    assert stands(world, escrow_account(ORDER)) == SMALL
    sound(world, fake)


def test_a_declined_card_leaves_the_page_open_and_a_failed_wallet_ends_it(world, fake):
    reference = call(world)
    paying.pay(world.bob.ctx, reference)
    fake.decline(session_of(world))
    tell_all(world, fake)
    assert rows(world, Attempt)[0].state == "open"
    fake.fail_later(session_of(world))
    tell_all(world, fake)
    assert rows(world, Attempt)[0].state == "failed"
    paying.pay(world.bob.ctx, reference)
    fake.decline(session_of(world))
    fake.time_out(session_of(world))  # a declined card is no hold that went away
    tell_all(world, fake)
    assert [one.state for one in rows(world, Attempt)] == ["failed", "expired"]
    assert rows(world, Receipt) == []
    sound(world, fake)
