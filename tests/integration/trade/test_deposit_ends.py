"""Invariant 15: however a lot ends, each deposit hold ends in exactly one way, and its money too."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.kernel.actor import StaffRole
from marketplace.trade.aftermath.commands import annulments
from marketplace.trade.auctions import commands, queries
from marketplace.trade.orders import commands as orders
from marketplace.trade.orders import steps as order_steps
from marketplace.trade.orders import sweeps
from marketplace.trade.orders.models import Order
from marketplace.treasury.deposits.models import Deposit, DepositMove
from marketplace.treasury.deposits.moves import FINAL
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import Kind
from marketplace.treasury.payments.models import Instruction
from tests.integration.trade.formats import PHASES, Bidding
from tests.integration.trade.hall_world import Hall
from tests.integration.trade.test_bids import sound
from tests.integration.trade.world import YUAN
from tests.integration.treasury.test_deposits import sound as money_sound

FLOOR = 600_000 * YUAN
"""A fifth of it is the deposit: no part of that is above what an earnest may be (L24)."""

# -- how a lot is sold, or not ----------------------------------------------------------------------


def english(world, **terms) -> int:
    lot = world.open(**terms)
    world.admit(lot, world.bob, world.carol, world.dora)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)
    world.close(lot)
    return lot


def below_reserve(world) -> int:
    return english(world, reserve_minor=1_500_000 * YUAN)


def nobody(world) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.sign_up(world.dora, lot)  # never paid
    world.close(lot)
    return lot


def withdrawn(world) -> int:
    lot = world.announce()
    world.admit(lot, world.bob, world.carol)
    commands.withdraw_auction(world.hugo.ctx, commands.WithdrawAuction(lot, "卖方撤回"))
    return lot


def voided(world) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)
    with world.ctx.reading() as db:
        found = queries.applicants(db, world.hugo.actor, auction_id=lot)
    bob = next(one for one in found if one.organisation_id == world.bob.organisation_id)
    commands.void_bidder(world.hugo.ctx, commands.VoidBidder(lot, bob.id, "不具备资格"))
    world.close(lot)
    return lot


def sealed(world, **terms) -> int:
    bidding = Bidding(world)
    lot = bidding.sealed_lot(**terms)
    for person, yuan in ((world.bob, 1_000_000), (world.carol, 900_000), (world.dora, 850_000)):
        bidding.seal(person, lot, yuan)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    return lot


def sealed_forfeiting(world) -> int:
    return sealed(world, forfeits_unrevealed=True)


def sealed_below_reserve(world) -> int:
    return sealed(world, reserve_minor=1_500_000 * YUAN)


def dutch(world) -> int:
    bidding = Bidding(world)
    lot = bidding.falling_lot(floor_minor=FLOOR)
    bidding.take(world.bob, lot)
    bidding.end(lot)
    return lot


def dutch_untaken(world) -> int:
    bidding = Bidding(world)
    lot = bidding.falling_lot(floor_minor=FLOOR)
    bidding.end(lot)
    return lot


def dutch_outbid(world) -> int:
    bidding = Bidding(world)
    lot = bidding.falling_lot(floor_minor=FLOOR, **PHASES)
    bidding.take(world.carol, lot)
    bidding.seal(world.bob, lot, 850_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.end(lot)
    bidding.end(lot)
    return lot


def hall(world) -> int:
    session = Hall(world)
    world.admit(session.lot, world.bob, world.carol)
    session.check_in()
    session.open()
    world.bid(world.bob, session.lot, 1_000_000)
    session.call(1, 900_000)
    session.sell()
    return session.lot


SOLD = (english, sealed, sealed_forfeiting, dutch, dutch_outbid, hall)
UNSOLD = (below_reserve, nobody, withdrawn, sealed_below_reserve, dutch_untaken)

# -- what becomes of a sale to Bob ------------------------------------------------------------------


def order_of(world) -> Order:
    with world.ctx.reading() as db:
        return db.scalars(select(Order)).one()


def signed(world, _lot: int) -> str:
    with world.ctx.transaction() as tx:
        order_steps.mark_signed(tx, order_of(world).id)
    return "applied"


def defaulted(world, _lot: int) -> str:
    world.clock.now = order_of(world).sign_by + timedelta(days=6)
    assert sweeps.let_go(world.ctx) == 1
    return "forfeited"


def called_off(world, _lot: int) -> str:
    for person in (world.alice, world.bob):
        order = order_of(world)
        orders.cancel(person.ctx, orders.Cancel(order.id, order.version, "双方同意终止"))
    return "released"


def annulled(world, lot: int) -> str:
    annulments.propose_annulment(
        world.hugo.ctx, annulments.ProposeAnnulment(lot, "system_fault", "系统时间错误")
    )
    second = world.officer("Adam", StaffRole.ADMINISTRATOR)
    annulments.decide_annulment(second.ctx, annulments.DecideAnnulment(lot, confirms=True))
    return "released"


# -- and always ------------------------------------------------------------------------------------


def pay_out(world) -> None:
    """The bank carries out whatever is instructed by now."""
    world.deliver()
    with world.ctx.reading() as db:
        waits = db.scalar(select(Instruction.id).where(Instruction.state == "proposed").limit(1))
    if waits is not None:
        world.instruct()
        world.bank_pays()
    world.deliver()


def ends(world, lot: int) -> dict[int, str]:
    """Organisation → how its deposit ended, once the bank has paid what is instructed."""
    pay_out(world)
    with world.ctx.reading() as db:
        rows = list(db.scalars(select(Deposit).where(Deposit.auction_id == lot)))
        finals = Counter(
            db.scalars(select(DepositMove.deposit_id).where(DepositMove.after.in_(FINAL)))
        )
        left = ledger.balances(db, Kind.DEPOSIT)
    assert rows
    assert {one.id: finals[one.id] for one in rows} == dict.fromkeys((one.id for one in rows), 1)
    assert sum(left.values()) == 0  # no deposit account holds anything any more
    sound(world, lot)
    money_sound(world)
    return {one.organisation_id: one.state for one in rows}


@pytest.mark.law("L27")
@pytest.mark.parametrize(
    "after", [signed, defaulted, called_off, annulled], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("sell", SOLD, ids=lambda f: f.__name__)
def test_every_hold_of_a_sold_lot_ends_once(world, sell, after):
    lot = sell(world)
    assert world.room(lot).outcome == "sold"
    pay_out(world)
    bobs = after(world, lot)
    found = ends(world, lot)
    assert found.pop(world.bob.organisation_id) == bobs
    if sell is sealed_forfeiting:
        assert found.pop(world.dora.organisation_id) == "forfeited"
    assert set(found.values()) == {"released"}


@pytest.mark.law("L27")
@pytest.mark.parametrize("sell", UNSOLD, ids=lambda f: f.__name__)
def test_every_hold_of_an_unsold_lot_goes_back(world, sell):
    lot = sell(world)
    found = ends(world, lot)
    if sell is nobody:
        assert found.pop(world.dora.organisation_id) == "lapsed"
    assert set(found.values()) == {"released"}


def test_the_hold_of_a_voided_bidder_goes_back(world):
    lot = voided(world)
    world.deliver()
    signed_to = order_of(world)
    assert signed_to.buyer_organisation_id == world.carol.organisation_id
    signed(world, lot)
    found = ends(world, lot)
    assert found == {
        world.bob.organisation_id: "released", world.carol.organisation_id: "applied",
    }  # fmt: skip
