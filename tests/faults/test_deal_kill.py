"""A process killed at any statement of a deal leaves the whole market as it was before (F3).

What is compared is not a count but every row of every table; whoever got no answer does it again,
and it is done once.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from marketplace import invariants, wiring
from marketplace.kernel.context import Context
from marketplace.kernel.errors import MarketError
from marketplace.kernel.relay import deliver_one
from marketplace.showcase.listings.models import Listing
from marketplace.trade.auctions import commands as auctions
from marketplace.trade.offers import commands as offers
from marketplace.trade.offers.rounds import Proposal
from marketplace.trade.orders import commands as orders
from marketplace.trade.orders import disputes, queries, reactions
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from marketplace.treasury.deposits import steps as deposits
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.payments.lines import RecordLine, record_line
from marketplace.treasury.payments.models import Instruction
from rules.days import local_date
from tests.faults.test_killed_work import killed
from tests.integration.trade.contract_world import PRICE, DealWorld

pytestmark = pytest.mark.slow
Work = Callable[[Context], object]
FEWEST_STATEMENTS = 8


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


# -- what is killed ---------------------------------------------------------------------------------


def accept(world: DealWorld) -> Work:
    """The offer is accepted: listing held, order and stages made, the offer over."""
    offer_id = offers.make_offer(world.bob.ctx, _offer(world, "negotiated"))
    return _by(world.alice, lambda ctx: offers.accept(ctx, offers.Accept(offer_id, 1)))


def buy(world: DealWorld) -> Work:
    """Bought at the listed price: offer, acceptance and order are one."""
    _offer(world, "listed")
    return _by(
        world.bob, lambda ctx: offers.buy(ctx, offers.Buy(world.listing_id, 1, "assignment"))
    )


def counter(world: DealWorld) -> Work:
    offer_id = offers.make_offer(world.bob.ctx, _offer(world, "negotiated"))
    said = offers.Counter(offer_id, 1, Proposal(DealTerms("assignment", PRICE + 1)))
    return _by(world.alice, lambda ctx: offers.counter(ctx, said))


def _offer(world: DealWorld, pricing: str) -> offers.MakeOffer:
    world.restate(pricing_mode=pricing, price_minor=PRICE, transfer_modes=("assignment",))
    return offers.MakeOffer(world.listing_id, 1, Proposal(DealTerms("assignment", PRICE)))


def hear_of_the_money(world: DealWorld) -> Work:
    """The bank's line matched; the order hears of it and its stage is funded."""
    order_id = _signed(world)
    asked = _page(world, order_id)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    told = {"purpose": "order_stage", "thing_id": order_id, "stage": 1}
    return lambda ctx: reactions.money_arrived(ctx, 1, told)


def deliver(world: DealWorld) -> Work:
    order_id = _funded(world)
    _file(world, order_id, "delivery")
    said = orders.Deliver(order_id, _page(world, order_id).version, "技术资料四册")
    return _by(world.alice, lambda ctx: orders.deliver(ctx, said))


def release(world: DealWorld) -> Work:
    """The buyer accepts: paid out, the commission taken, the next stage called."""
    order_id = _delivered(world)
    said = orders.Judge(order_id, _page(world, order_id).version, accepted=True)
    return _by(world.bob, lambda ctx: orders.judge(ctx, said))


def complete(world: DealWorld) -> Work:
    """The register's notice: the last payment, the listing sold, the deal on the board."""
    order_id = _delivered(world)
    for _stage in (1, 2):
        said = orders.Judge(order_id, _page(world, order_id).version, accepted=True)
        orders.judge(world.bob.ctx, said)
        if _stage == 1:
            _pay(world, order_id)
            _hand_over(world, order_id)
    _file(world, order_id, "certificate")
    shown = orders.ShowCertificate(
        order_id, _page(world, order_id).version, "2026000123", local_date(world.clock()),
        owner_name=world.bob.actor.organisation_name,
    )  # fmt: skip
    return _by(world.alice, lambda ctx: orders.show_certificate(ctx, shown))


def refund(world: DealWorld) -> Work:
    """Both end the deal: escrow goes back, the stages end, the listing is on sale again."""
    order_id = _funded(world)
    asked = orders.Cancel(order_id, _page(world, order_id).version, "双方商定解除")
    orders.cancel(world.alice.ctx, asked)
    agreed = orders.Cancel(order_id, _page(world, order_id).version, "同意")
    return _by(world.bob, lambda ctx: orders.cancel(ctx, agreed))


def share_out(world: DealWorld) -> Work:
    """Two people decide a dispute: a part to the seller, the rest to the buyer."""
    order_id = _funded(world)
    raised = disputes.Dispute(order_id, _page(world, order_id).version, "资料不全")
    disputes.dispute(world.bob.ctx, raised)
    decision = disputes.Decide(order_id, _page(world, order_id).version, 100_000_00, "部分履行")
    disputes.decide(world.rui.ctx, decision)
    second = world.officer("Ruth", next(iter(world.rui.actor.staff_roles)))
    agreed = disputes.Confirm(order_id, _page(world, order_id).version, agrees=True)
    return _by(second, lambda ctx: disputes.confirm(ctx, agreed))


def settle_the_lot(world: DealWorld) -> Work:
    """The lot closes: result, listing, order and every deposit in one."""
    _sold(world, closes=False)
    return auctions.close_due


def apply_the_deposit(world: DealWorld) -> Work:
    lot = _sold(world)
    winner = world.bob.organisation_id
    return _step(lambda tx: deposits.apply(tx, lot, organisation_id=winner, order_id=1))


def forfeit_the_deposit(world: DealWorld) -> Work:
    lot = _sold(world)
    winner = world.bob.organisation_id
    return _step(lambda tx: deposits.forfeit(tx, lot, organisation_id=winner, why="逾期未签约"))


def release_a_deposit(world: DealWorld) -> Work:
    """The bank carried out the return: instruction, ledger and deposit say so together."""
    _sold(world)
    world.instruct()
    with world.ctx.reading() as db:
        row = db.scalars(select(Instruction).where(Instruction.state == "sent")).one()
    line = RecordLine(
        "out", local_date(world.clock()), row.amount_minor, "BANK-OUT-1", row.payee_name,
        "6222000000000000", row.reference,
    )  # fmt: skip
    return _by(world.tao, lambda ctx: record_line(ctx, line))


DEEDS: tuple[Callable[[DealWorld], Work], ...] = (
    accept, buy, counter, hear_of_the_money, deliver, release, complete, refund, share_out,
    settle_the_lot, apply_the_deposit, forfeit_the_deposit, release_a_deposit,
)  # fmt: skip


# -- the way there ----------------------------------------------------------------------------------


def _by(person: Any, work: Work) -> Work:
    return lambda ctx: work(ctx.acting(person.actor))


def _step(work: Callable[[Any], object]) -> Work:
    def run(ctx: Context) -> None:
        with ctx.transaction() as tx:
            work(tx)

    return run


def _page(world: DealWorld, order_id: int) -> queries.OrderPage:
    with world.ctx.reading() as db:
        return queries.page(db, world.bob.actor, order_id)


def _signed(world: DealWorld) -> int:
    return int(world.order(world.sealed()).id)


def _pay(world: DealWorld, order_id: int) -> None:
    asked = _page(world, order_id)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    world.deliver()


def _funded(world: DealWorld) -> int:
    order_id = _signed(world)
    _pay(world, order_id)
    return order_id


def _file(world: DealWorld, order_id: int, purpose: str) -> None:
    number = _page(world, order_id).version
    orders.attach(world.alice.ctx, orders.Attach(
        order_id, purpose, "资料.pdf", "application/pdf", 9, "0" * 64, f"orders/{number}"))  # fmt: skip


def _hand_over(world: DealWorld, order_id: int) -> None:
    _file(world, order_id, "delivery")
    said = orders.Deliver(order_id, _page(world, order_id).version, "技术资料")
    orders.deliver(world.alice.ctx, said)


def _delivered(world: DealWorld) -> int:
    order_id = _funded(world)
    _hand_over(world, order_id)
    return order_id


def _sold(world: DealWorld, *, closes: bool = True) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 900_000)
    if closes:
        world.close(lot)
        world.deliver()
    else:
        world.clock.now = world.ends_at(lot)
        world.clock.forward(seconds=2)
    return lot


# -- the test ---------------------------------------------------------------------------------------


def everything(world: DealWorld) -> dict[str, list[Any]]:
    """Every row of every table."""
    connection = world.ctx.engine.raw_connection()
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
        }
    finally:
        connection.close()


def differing(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


@pytest.mark.fault("F3")
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_deal_killed_at_any_statement_is_done_whole_or_not_at_all(world, deed):
    work = deed(world)
    before, kill_at = everything(world), 1
    while killed(world.ctx, kill_at, work):
        assert differing(before, everything(world)) == [], f"half of it after statement {kill_at}"
        assert list(invariants._money(world.ctx)) == []
        kill_at += 1
    assert kill_at > FEWEST_STATEMENTS
    after = everything(world)
    assert "kernel_audit" in differing(before, after)
    assert list(invariants._money(world.ctx)) == []
    with contextlib.suppress(MarketError):  # whoever got no answer does it again
        work(world.ctx)
    assert differing(after, everything(world)) == []


@pytest.mark.fault("F3")
def test_a_relay_killed_while_an_order_hears_of_its_money_funds_it_once(world):
    """The next relay takes the row over when its lease is over; the stage is funded one time."""
    order_id = _signed(world)
    asked = _page(world, order_id)
    world.transfer(world.bob, asked.reference, asked.asked_minor)
    tried = 0
    for kill_at in range(1, 60):
        died = killed(world.ctx, kill_at, _relay)
        tried += died
        world.clock.forward(minutes=20)
        if not died:
            break
    world.deliver()
    page = _page(world, order_id)
    assert tried >= FEWEST_STATEMENTS
    assert [one.state for one in page.stages] == ["funded", "planned"]
    assert [one.action for one in page.history].count("fund") == 1
    assert list(invariants._money(world.ctx)) == []


def _relay(own: Context) -> None:
    """All but the index and the papers: a forked child must not enter the printer's threads."""
    handlers = wiring.handlers()
    others = [name for name in handlers if name.startswith(("catalogue.", "papers."))]
    while deliver_one(own, handlers, apart_from=others):
        pass


@pytest.mark.fault("F3")
def test_the_kills_find_a_deed_that_is_split_in_two(world):
    """The control: the deposit is kept in one transaction and noted in another."""
    lot = _sold(world)
    winner = world.bob.organisation_id

    def split(ctx: Context) -> None:
        with ctx.transaction() as tx:
            deposits.forfeit(tx, lot, organisation_id=winner, why="逾期未签约")
        with ctx.transaction() as tx:
            tx.audit("deposit.noted", "auction", lot, why="逾期未签约")

    before, kill_at = everything(world), 1
    while killed(world.ctx, kill_at, split) and not differing(before, everything(world)):
        kill_at += 1
    assert kill_at > FEWEST_STATEMENTS
    assert "treasury_deposit" in differing(before, everything(world))
    assert not [row for row in everything(world)["kernel_audit"] if "deposit.noted" in row]


@pytest.mark.fault("F3")
def test_what_a_deal_leaves_fits_together(world):
    """The states that one transaction sets, read side by side at each end of a deal."""
    lot = _sold(world)
    with world.ctx.reading() as db:
        order = db.scalars(select(Order)).one()
        listing = db.get_one(Listing, order.listing_id)
        ends = {one.organisation_id: one.state for one in db.scalars(select(Deposit))}
    assert (order.origin, order.origin_id, order.state) == ("auction", lot, "agreed")
    assert listing.state == "sold"
    assert ends == {world.bob.organisation_id: "held", world.carol.organisation_id: "returning"}
