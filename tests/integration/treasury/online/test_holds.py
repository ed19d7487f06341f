"""A deposit that is only held on a card: it counts, is let go, taken in time, or proves lost."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.kernel.errors import Conflict
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.ledger.chart import escrow as escrow_account
from marketplace.treasury.ledger.models import Book
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.online import carrying, paying, stripe, sweeps
from marketplace.treasury.payments.online.crediting import believe
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.states import NEWS
from marketplace.treasury.payments.online.stripe import Truth
from tests.integration.trade.world import DEPOSIT
from tests.integration.treasury.online.acting import (
    ORDER,
    PRICE,
    call,
    rows,
    sound,
    stands,
    tell_all,
)

HOLD = clearing(stripe.HOLD)


@pytest.fixture
def lot(world) -> int:
    """A lot that ends in two days."""
    return world.open()


def deposit_of(world, person) -> Deposit:
    return next(
        one for one in rows(world, Deposit) if one.organisation_id == person.organisation_id
    )


def attempt_of(world, person) -> Attempt:
    with world.ctx.reading() as db:
        query = (
            select(Attempt)
            .join(PaymentIntent, PaymentIntent.id == Attempt.intent_id)
            .where(PaymentIntent.organisation_id == person.organisation_id)
        )
        return db.scalars(query).one()


def pays(world, fake, person, lot: int, *, method: str = "card") -> Attempt:
    """Signed up and paid on the provider's page; the bidder is admitted."""
    reference = world.sign_up(person, lot)
    paying.pay(person.ctx, reference)
    fake.pay(str(attempt_of(world, person).session_id), method=method)
    tell_all(world, fake)
    world.deliver()
    return attempt_of(world, person)


def let_go(world) -> None:
    """Above the limit two people see it; then the machine acts."""
    world.instruct()
    carrying.carry_out(world.ctx)


def test_a_held_deposit_admits_its_bidder_and_no_money_has_moved(world, fake, lot):
    held = pays(world, fake, world.bob, lot)
    assert (held.state, held.may_hold) == ("authorised", True)
    assert deposit_of(world, world.bob).state == "held"
    assert stands(world, HOLD) == DEPOSIT
    assert (stands(world, clearing("stripe")), fake.total()) == (0, 0)
    assert world.bid(world.bob, lot, 900_000).accepted
    sound(world, fake)


def test_alipay_cannot_hold_and_is_charged(world, fake, lot):
    assert pays(world, fake, world.bob, lot, method="alipay").state == "paid"
    assert fake.total() == DEPOSIT
    sound(world, fake)


@pytest.mark.parametrize(("days", "holds"), [(4.7, True), (4.8, False), (30, False)])
def test_a_hold_is_chosen_only_when_it_outlives_the_lot(world, fake, days, holds):
    now = world.clock()
    lot = world.open(ends_at=now + timedelta(days=8, seconds=30) + timedelta(days=days))
    assert pays(world, fake, world.bob, lot).may_hold is holds
    assert fake.total() == (0 if holds else DEPOSIT)
    sound(world, fake)


@pytest.mark.law("L27")
def test_losers_are_let_go_and_the_winners_hold_is_taken_before_it_counts(world, fake, lot):
    for person in (world.bob, world.carol):
        pays(world, fake, person, lot)
    world.bid(world.carol, lot, 820_000)
    world.bid(world.bob, lot, 900_000)
    world.close(lot)
    with pytest.raises(Conflict) as refused, world.ctx.transaction() as tx:
        deposits.apply(tx, lot, organisation_id=world.bob.organisation_id, order_id=ORDER)
    assert refused.value.code == "payments.not_captured"
    sound(world, fake)
    assert sweeps.capture_due(world.ctx) == 1
    assert (attempt_of(world, world.bob).state, fake.total()) == ("paid", DEPOSIT)
    let_go(world)
    assert (attempt_of(world, world.carol).state, fake.total()) == ("void", DEPOSIT)
    assert deposit_of(world, world.carol).state == "released"
    with world.ctx.transaction() as tx:
        deposits.apply(tx, lot, organisation_id=world.bob.organisation_id, order_id=ORDER)
    assert stands(world, escrow_account(ORDER)) == DEPOSIT
    tell_all(world, fake)
    sound(world, fake)


def test_a_hold_that_was_taken_goes_back_as_a_refund(world, fake, lot):
    pays(world, fake, world.bob, lot)
    pays(world, fake, world.carol, lot)
    world.bid(world.carol, lot, 820_000)
    world.close(lot)
    instructions_before = [one.provider for one in rows(world, Instruction)]
    stripe.capture(
        world.ctx.settings, str(attempt_of(world, world.bob).object_id), key="by-hand"
    )  # at the provider's own desk, while the return waits for its approval
    let_go(world)
    assert instructions_before == [stripe.HOLD]
    assert rows(world, Instruction)[0].provider == "stripe"
    carrying.carry_out(world.ctx)
    assert deposit_of(world, world.bob).state == "released"
    assert fake.total() == 0
    sound(world, fake)


@pytest.mark.fault("F19")
def test_a_hold_is_taken_before_it_lapses_when_the_lot_takes_longer(world, fake, lot):
    held = pays(world, fake, world.bob, lot)
    assert sweeps.capture_due(world.ctx) == 0
    world.clock.now = held.capture_at + timedelta(seconds=1)
    assert sweeps.capture_due(world.ctx) == 1
    assert fake.total() == DEPOSIT
    assert deposit_of(world, world.bob).state == "held"
    sound(world, fake)


@pytest.mark.fault("F19")
@pytest.mark.threat("T4")
def test_a_hold_that_lapses_all_the_same_ends_the_deposit_and_the_bidder_hears_it(world, fake, lot):
    held = pays(world, fake, world.bob, lot)
    world.bid(world.bob, lot, 900_000)
    fake.let_lapse(str(held.object_id))
    tell_all(world, fake)
    world.deliver()
    assert deposit_of(world, world.bob).state == "released"
    assert "auction.deposit_lost" in [kind for kind, _facts in world.inbox(world.bob)]
    assert not world.bid(world.bob, lot, 940_000).accepted
    sound(world, fake)
    world.close(lot)  # he leads, and wins: his deposit counts nothing, the whole price is called
    with world.ctx.transaction() as tx:
        bob = world.bob.organisation_id
        assert deposits.apply(tx, lot, organisation_id=bob, order_id=ORDER) == 0
        assert deposits.forfeit(tx, lot, organisation_id=bob, why="悔拍") == 0
    sound(world, fake)


@pytest.mark.fault("F19")
def test_a_hold_lapses_while_its_return_waits_for_approval(world, fake, lot):
    held = pays(world, fake, world.bob, lot)
    pays(world, fake, world.carol, lot)
    world.bid(world.carol, lot, 820_000)
    world.close(lot)
    fake.let_lapse(str(held.object_id))
    tell_all(world, fake)
    assert deposit_of(world, world.bob).state == "released"
    assert rows(world, Instruction)[0].state == "done"
    sound(world, fake)


def test_a_hold_that_nobody_asks_for_any_more_is_let_go_as_a_whole(world, fake, lot):
    reference = world.sign_up(world.bob, lot)
    paying.pay(world.bob.ctx, reference)
    world.close(lot)
    fake.pay(str(attempt_of(world, world.bob).session_id))
    tell_all(world, fake)
    assert deposit_of(world, world.bob).state == "lapsed"
    sound(world, fake)
    let_go(world)
    assert attempt_of(world, world.bob).state == "void"
    assert (stands(world, HOLD), rows(world, Receipt)) == (0, [])
    sound(world, fake)


# -- every order of the provider's words (R9) ------------------------------------------------------

PI = {"object_id": "pi_1", "amount_minor": DEPOSIT}
WAITING, EXPIRED = Truth("waiting", "pi_1"), Truth("expired", "pi_1")
AUTHORISED, PAID = Truth("authorised", **PI), Truth("paid", **PI)
VOID, FAILED = Truth("void", **PI), Truth("failed", "pi_1")
REFUNDED = Truth("paid", **PI, returned_minor=DEPOSIT)
LIVES = {
    "charged": [WAITING, WAITING, PAID, PAID, REFUNDED, REFUNDED],
    "held, taken": [WAITING, AUTHORISED, AUTHORISED, PAID, PAID, REFUNDED],
    "held, let go": [WAITING, WAITING, AUTHORISED, AUTHORISED, VOID, VOID],
    "failed, then another card": [WAITING, FAILED, WAITING, AUTHORISED, PAID, REFUNDED],
    "never paid": [WAITING, WAITING, WAITING, EXPIRED, EXPIRED, EXPIRED],
}


class Undone(Exception):
    """Take a whole transaction back."""


@pytest.mark.fault("F15")
@pytest.mark.slow
@pytest.mark.parametrize("life", sorted(LIVES))
def test_all_720_orders_of_six_events_end_in_one_state(world, life):
    reference = world.sign_up(world.bob, world.open())
    paying.pay(world.bob.ctx, reference)
    attempt, ends = attempt_of(world, world.bob), set()
    for order in itertools.permutations(LIVES[life]):
        try:
            with world.ctx.transaction() as tx:
                for word in order:
                    believe(tx, attempt.id, word)
                tx.db.flush()
                ends.add(_end_of(tx.db, attempt.id))
                raise Undone
        except Undone:
            pass
    assert len(ends) == 1, ends


def _end_of(db, attempt_id: int) -> tuple:
    attempt = db.get_one(Attempt, attempt_id, populate_existing=True)
    books = sorted(
        (one.kind, one.subject, one.debit_minor - one.credit_minor)
        for one in db.scalars(select(Book))
        if one.debit_minor != one.credit_minor
    )
    return (
        attempt.state,
        attempt.received_minor,
        tuple(db.scalars(select(PaymentIntent.state))),
        tuple(db.scalars(select(Deposit.state))),
        tuple(db.scalars(select(Instruction.state))),
        tuple(books),
    )


@pytest.mark.fault("F15")
def test_a_table_that_takes_every_word_as_news_depends_on_the_order(world, monkeypatch):
    """The control: believing whatever comes last ends in more than one state."""

    def last(words) -> str:
        state = "open"
        for word in words:
            state = NEWS.get(word.state, state)
        return state

    assert len({last(order) for order in itertools.permutations(LIVES["held, taken"])}) > 1


def test_the_price_of_an_order_is_never_only_held(world, fake):
    paying.pay(world.bob.ctx, call(world, PRICE))
    assert not rows(world, Attempt)[0].may_hold
