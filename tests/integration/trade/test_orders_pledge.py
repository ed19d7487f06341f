"""A pledged right: the pledgee agrees, is paid first out of the price, and only to his account."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.listings.content import Overlay
from marketplace.trade.orders import pledges
from marketplace.treasury.payments.models import Instruction
from tests.integration.trade.contract_world import PRICE, YUAN, DealWorld
from tests.integration.trade.test_orders import (
    FIRST,
    accept,
    attach,
    books_are_right,
    certify,
    deliver,
    page,
    pay,
    seen,
)

BANK = "新昌农村商业银行"
DEBT = 300_000 * YUAN
pytestmark = pytest.mark.law("L63")


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    world = DealWorld(ctx, clock)
    world.restate(overlays=(Overlay("pledge", BANK, amount_minor=DEBT),))
    world.consent("pledgee", BANK, "consented")
    return world


def named(world, order, person=None, **changes) -> None:
    plain = {"holder": BANK, "account": "6230 9100 0000 4444", "bank": BANK, **changes}
    command = pledges.NameAccount(order, seen(world, order), **plain)
    pledges.name_account((person or world.alice).ctx, command)


def instructed(world) -> list[tuple[str, int]]:
    with world.ctx.reading() as db:
        rows = db.scalars(select(Instruction).order_by(Instruction.id))
        return [(row.payee_name, row.amount_minor) for row in rows]


def test_nobody_signs_before_the_pledgees_account_is_known(world):
    contract = world.begun()
    with pytest.raises(Invalid) as refused:
        world.at_signing(contract)
    assert refused.value.facts["codes"] == ["pledge_account_missing"]


def test_of_the_price_the_debt_goes_to_the_pledgee_first_and_the_rest_to_the_seller(world):
    order = world.agreed()
    named(world, order)
    world.sealed(world.begun(order))
    pay(world, order)
    deliver(world, order)
    accept(world, order)
    fee = page(world, world.alice, order).seller_commission_minor
    first_fee = fee * FIRST // PRICE
    assert instructed(world) == [(BANK, FIRST - first_fee)], "276,000 less the fee: all of stage 1"
    pay(world, order)
    deliver(world, order)
    accept(world, order)
    attach(world, order, "certificate")
    certify(world, order)
    sums = instructed(world)
    assert sum(amount for name, amount in sums if name == BANK) == DEBT
    assert sum(amount for _name, amount in sums) == PRICE - fee
    books_are_right(world)


def test_only_the_seller_names_a_pledgee_of_this_listing_and_an_account_that_can_be_one(world):
    order = world.agreed()
    with pytest.raises(Forbidden):
        named(world, order, world.bob)
    with pytest.raises(NotFound):
        named(world, order, world.mallory)
    with pytest.raises(NotFound):
        named(world, order, holder="无关银行")
    for account in ("", "1234567", "62309100x0004444", "１２３４５６７８９"):
        with pytest.raises(Invalid):
            named(world, order, account=account)
    named(world, order)
    with world.ctx.reading() as db:
        line = page(world, world.alice, order).line
        found = pledges.of_unsigned(db, line, listing_id=world.listing_id)
    assert found == [pledges.Claim(BANK, DEBT, "4444")]
    world.sealed(world.begun(order))
    with pytest.raises(Conflict):
        named(world, order, account="6230910000005555")
