"""At once: one listing has one buyer and one order's money leaves one time, on real threads.

Each race has its control: the same threads around a deed that looks before it locks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from marketplace import invariants
from marketplace.kernel.errors import MarketError
from marketplace.kernel.ids import token
from marketplace.showcase.listings.models import Listing
from marketplace.trade.offers import commands as offers
from marketplace.trade.orders import commands, queries
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import escrow
from marketplace.treasury.payments import instructions
from marketplace.treasury.payments.models import Instruction, Receipt
from tests.integration.trade.contract_world import PRICE, DealWorld

pytestmark = pytest.mark.slow


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def at_once(count: int, work: Callable[[int], object]) -> list[str]:
    """Run it in threads that start together; how each ended. Who is told «busy» asks again."""
    gate, outcomes = threading.Barrier(count), []

    def run(number: int) -> None:
        gate.wait()
        outcomes.append(_ended(work, number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == count
    return outcomes


def _ended(work: Callable[[int], object], number: int) -> str:
    for _try in range(100):
        try:
            work(number)
        except MarketError as refused:
            if refused.code != "database_busy":
                return refused.code
        else:
            return "done"
    return "busy for ever"


# -- one listing, two buyers ------------------------------------------------------------------------


def on_sale(world) -> None:
    world.restate(pricing_mode="listed", price_minor=PRICE, transfer_modes=("assignment",))
    with world.ctx.transaction() as tx:
        row = tx.db.get_one(Listing, world.listing_id)
        row.pricing_mode, row.price_minor = "listed", PRICE


def has_one_buyer(world, outcomes: list[str]) -> None:
    with world.ctx.reading() as db:
        made = list(db.scalars(select(Order).where(Order.listing_id == world.listing_id)))
        listing = db.get_one(Listing, world.listing_id)
        held_for, state = listing.reserved_for, listing.state
    assert len(made) == 1, f"{len(made)} orders for one listing"
    assert (state, held_for) == ("reserved", made[0].id)
    assert outcomes.count("done") == 1, outcomes


@pytest.mark.threat("T1")
def test_of_two_buyers_at_the_same_instant_one_gets_the_listing(world):
    on_sale(world)
    buyers = (world.bob, world.carol)
    command = offers.Buy(world.listing_id, 1, "assignment")
    outcomes = at_once(12, lambda number: offers.buy(buyers[number % 2].ctx, command))
    has_one_buyer(world, outcomes)
    assert set(outcomes) <= {"done", "offers.not_on_sale", "listing.illegal_move"}


@pytest.mark.threat("T1")
def test_one_buyer_who_presses_twelve_times_has_one_open_offer(world):
    on_sale(world)
    proposal = offers.Proposal(DealTerms("assignment", PRICE - 100))
    command = offers.MakeOffer(world.listing_id, 1, proposal)
    outcomes = at_once(12, lambda _number: offers.make_offer(world.bob.ctx, command))
    assert sorted(set(outcomes)) == ["done", "offers.open_already"]
    assert outcomes.count("done") == 1


@pytest.mark.threat("T1")
def test_who_buys_and_whose_offer_is_accepted_at_the_same_instant_exclude_each_other(world):
    on_sale(world)
    proposal = offers.Proposal(DealTerms("assignment", PRICE - 100))
    offer_id = offers.make_offer(world.carol.ctx, offers.MakeOffer(world.listing_id, 1, proposal))
    take = offers.Buy(world.listing_id, 1, "assignment")

    def either(number: int) -> None:
        if number % 2:
            offers.buy(world.bob.ctx, take)
        else:
            offers.accept(world.alice.ctx, offers.Accept(offer_id, 1))

    has_one_buyer(world, at_once(12, either))


@pytest.mark.threat("T1")
def test_the_race_finds_a_purchase_that_looks_before_it_locks(world, monkeypatch):
    """The control: «on sale?» is asked outside the transaction, and the hold does not ask again."""
    on_sale(world)
    buyers, everybody_looked = (world.bob, world.carol), threading.Barrier(12)

    def unasked(tx, listing_id: int, *, holder: str, holder_id: int) -> int:
        row = update(Listing).where(Listing.id == listing_id)
        tx.db.execute(row.values(state="reserved", reserved_for=holder_id))
        return 1

    monkeypatch.setattr(orders.listing_steps, "reserve", unasked)

    def careless(number: int) -> None:
        buyer = buyers[number % 2]
        with world.ctx.reading() as db:
            assert db.get_one(Listing, world.listing_id).state == "published"
        everybody_looked.wait()
        with buyer.ctx.transaction() as tx:
            orders.open_order(tx, replace(_agreed(world, buyer), origin_id=number))

    with pytest.raises(AssertionError, match="12 orders for one listing"):
        has_one_buyer(world, at_once(12, careless))


def _agreed(world, buyer) -> orders.Agreed:
    return orders.Agreed(
        origin="offer",
        origin_id=0,
        listing_id=world.listing_id,
        buyer_organisation_id=buyer.organisation_id,
        buyer_name=buyer.actor.organisation_name,
        terms=DealTerms("assignment", PRICE),
        way="fixed",
    )


# -- one order, twenty refunds ----------------------------------------------------------------------


@pytest.fixture
def paid(world) -> tuple[int, int]:
    """(order, what its escrow holds): the first stage is paid, and Alice asks to end the deal."""
    order_id = world.order(world.sealed()).id
    asked = page(world, order_id)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    world.deliver()
    why = commands.Cancel(order_id, page(world, order_id).version, "双方商定解除")
    commands.cancel(world.alice.ctx, why)
    return order_id, asked.asked_minor


def page(world, order_id: int) -> queries.OrderPage:
    with world.ctx.reading() as db:
        return queries.page(db, world.bob.actor, order_id)


def left_exactly(world, order_id: int, minor: int) -> None:
    """What was instructed to go back is the sum, once, and no invariant is broken."""
    with world.ctx.reading() as db:
        back = (Instruction.kind == "refund") & (Instruction.thing_id == order_id)
        amounts = list(db.scalars(select(Instruction.amount_minor).where(back)))
        refunded = db.scalar(select(func.sum(Receipt.refunded_minor)))
        held = ledger.balance_of(db, escrow(order_id))
    assert sum(amounts) == minor, f"{len(amounts)} refunds of together {sum(amounts)} fen"
    assert (len(amounts), refunded, held) == (1, minor, 0)
    assert list(invariants._money(world.ctx)) == []


@pytest.mark.threat("T6")
def test_twenty_refunds_of_one_order_at_once_give_back_exactly_what_came(world, paid):
    """Twenty windows of Bob's people agree to the end in the same instant."""
    order_id, held = paid
    agreed = commands.Cancel(order_id, page(world, order_id).version, "同意")
    outcomes = at_once(20, lambda _number: commands.cancel(world.bob.ctx, agreed))
    assert outcomes.count("done") == 1, outcomes
    left_exactly(world, order_id, held)
    assert page(world, order_id).line.state == "refunded"


@pytest.mark.threat("T6")
def test_the_twenty_find_a_refund_that_looks_before_it_locks(world, paid):
    """The control: escrow is read first, and whoever saw the money instructs its return."""
    order_id, held = paid
    everybody_looked = threading.Barrier(20)

    def careless(_number: int) -> None:
        with world.ctx.reading() as db:
            minor = ledger.balance_of(db, escrow(order_id))
            receipt = db.scalars(select(Receipt)).one()
        everybody_looked.wait()
        payee = instructions.Payee(receipt.payer_name, receipt.account_sealed, "0001")
        with world.ctx.transaction() as tx:
            draft = instructions.Draft(
                f"order:{order_id}:refund:{token()}", "refund", escrow(order_id), payee, minor,
                "order", order_id, tx.now, receipt_id=receipt.id,
            )  # fmt: skip
            instructions.propose(tx, draft)

    assert at_once(20, careless) == ["done"] * 20
    with pytest.raises(AssertionError, match="20 refunds of together"):
        left_exactly(world, order_id, held)
    assert "I8" in {one.invariant for one in invariants._money(world.ctx)}
