"""Negotiations: rounds, turns, one winner of a listing, nothing taken from a form but its words."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.identity.organisations.models import Organisation
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.deals import steps as board
from marketplace.showcase.listings.models import Listing
from marketplace.trade.offers import commands, queries, reactions, rounds
from marketplace.trade.offers.models import Offer, OfferRound
from marketplace.trade.offers.states import State
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from rules.days import local_date
from tests.integration.trade.contract_world import YUAN, DealWorld
from tests.integration.trade.world import Browser

ASKED = 800_000 * YUAN


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    world = DealWorld(ctx, clock)
    world.restate(
        pricing_mode="negotiated", price_minor=ASKED, transfer_modes=("assignment", "licence")
    )
    return world


def proposal(yuan: int = 700_000, mode: str = "assignment", **more) -> rounds.Proposal:
    return rounds.Proposal(DealTerms(mode, yuan * YUAN), **more)


def offer(world, person=None, version: int = 1, **more) -> int:
    command = commands.MakeOffer(world.listing_id, version, proposal(**more))
    return commands.make_offer((person or world.bob).ctx, command)


def row(world, offer_id) -> Offer:
    with world.ctx.reading() as db:
        return db.get_one(Offer, offer_id)


def page(world, person, offer_id):
    with world.ctx.reading() as db:
        return queries.page(db, person.actor, offer_id)


def test_offer_counter_counter_accept_and_the_order_holds_the_listing(world):
    offer_id = offer(world)
    world.deliver()
    assert "offer.offer" in {kind for kind, _facts in world.inbox(world.alice)}
    commands.counter(world.alice.ctx, commands.Counter(offer_id, 1, proposal(780_000)))
    commands.counter(world.bob.ctx, commands.Counter(offer_id, 2, proposal(750_000)))
    order_id = commands.accept(world.alice.ctx, commands.Accept(offer_id, 3))
    with world.ctx.reading() as db:
        order = db.get_one(Order, order_id)
    assert (order.price_minor, order.way) == (750_000 * YUAN, "negotiated")
    assert order.buyer_organisation_id == world.bob.organisation_id
    assert [one.by for one in page(world, world.bob, offer_id).rounds] == [
        "buyer", "seller", "buyer",
    ]  # fmt: skip
    with pytest.raises(Conflict) as refused:
        offer(world, world.carol)
    assert refused.value.code == "offers.not_on_sale"


@pytest.mark.threat("T5")
def test_the_listed_price_is_the_listings_whatever_a_form_says(world):
    world.restate(pricing_mode="listed", price_minor=ASKED)
    order_id = commands.buy(world.bob.ctx, commands.Buy(world.listing_id, 1, "assignment"))
    with world.ctx.reading() as db:
        order = db.get_one(Order, order_id)
    assert (order.price_minor, order.way) == (ASKED, "fixed")
    assert not order.needs_publicity, "only a negotiated price is shown in public (L33)"


@pytest.mark.threat("T5")
def test_an_old_page_binds_nobody(world):
    with pytest.raises(Conflict) as refused:
        offer(world, version=2)
    assert refused.value.code == "offers.listing_changed"
    offer_id = offer(world)
    commands.counter(world.alice.ctx, commands.Counter(offer_id, 1, proposal(780_000)))
    for shown in (1, 3, 0):
        with pytest.raises(Conflict) as refused:
            commands.accept(world.bob.ctx, commands.Accept(offer_id, shown))
        assert refused.value.code == "offers.changed"


def test_only_whose_turn_it_is_answers_and_only_the_other_withdraws(world):
    offer_id = offer(world)
    for act in (
        lambda: commands.accept(world.bob.ctx, commands.Accept(offer_id, 1)),
        lambda: commands.counter(world.bob.ctx, commands.Counter(offer_id, 1, proposal())),
        lambda: commands.decline(world.bob.ctx, commands.End(offer_id, 1)),
        lambda: commands.withdraw(world.alice.ctx, commands.End(offer_id, 1)),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "offers.not_your_turn"
    commands.withdraw(world.bob.ctx, commands.End(offer_id, 1, "预算未批"))
    assert (row(world, offer_id).state, row(world, offer_id).ended_why) == ("withdrawn", "预算未批")


def test_a_proposal_stands_until_its_instant_and_not_longer(world):
    offer_id = offer(world, days=3)
    world.clock.now = row(world, offer_id).expires_at - timedelta(seconds=1)
    assert reactions.expire_due(world.ctx) == 0
    world.clock.forward(seconds=1)
    with pytest.raises(Conflict) as refused:
        commands.accept(world.alice.ctx, commands.Accept(offer_id, 1))
    assert refused.value.code == "offers.expired"
    assert reactions.expire_due(world.ctx) == 1
    assert row(world, offer_id).state == State.EXPIRED


def test_one_buyer_has_one_open_offer_for_a_listing(world):
    first = offer(world)
    with pytest.raises(Conflict) as refused:
        offer(world)
    assert refused.value.code == "offers.open_already"
    commands.decline(world.alice.ctx, commands.End(first, 1))
    assert offer(world) != first


@pytest.mark.law("L5")
def test_who_may_not_bid_may_not_offer_either(world):
    reader = world.join("Rita", world.carol.organisation_id, role=MemberRole.MEMBER)
    unverified = replace(world.carol.actor, organisation_verified=False)
    for actor in (world.alice.actor, world.rui.actor, reader.actor, unverified):
        with pytest.raises(Forbidden):
            commands.make_offer(
                world.ctx.acting(actor), commands.MakeOffer(world.listing_id, 1, proposal())
            )


def test_an_offer_is_its_two_sides_business_alone(world):
    offer_id = offer(world)
    for stranger in (world.carol, world.mallory, world.rui, world.tao):
        with pytest.raises(NotFound):
            page(world, stranger, offer_id)
        with pytest.raises((NotFound, Forbidden)):
            commands.accept(stranger.ctx, commands.Accept(offer_id, 1))


@pytest.mark.law("L55")
def test_an_unstated_licence_is_a_plain_one(world):
    offer_id = offer(world, mode="licence")
    assert page(world, world.bob, offer_id).last.terms.licence_kind == "plain"


def test_terms_that_are_not_sound_come_back_at_their_field(world):
    for made, field in (
        (proposal(mode="equity"), "mode"),
        (proposal(0), "price"),
        (proposal(days=0), "days"),
        (proposal(message="字" * 2_001), "message"),
    ):
        with pytest.raises(Invalid) as refused:
            commands.make_offer(world.bob.ctx, commands.MakeOffer(world.listing_id, 1, made))
        assert field in refused.value.facts["errors"]


@pytest.mark.threat("T1")
@pytest.mark.slow
def test_of_many_acceptances_for_one_listing_one_gets_it(world):
    """Bob and Carol offered; Alice's people accept both in the same instant, many times over."""
    offers = [offer(world, world.bob), offer(world, world.carol)]
    gate, outcomes = threading.Barrier(8), []

    def take(number: int) -> None:
        gate.wait()
        try:
            commands.accept(world.alice.ctx, commands.Accept(offers[number % 2], 1))
            outcomes.append("won")
        except Conflict as refused:
            outcomes.append(refused.code)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("won") == 1, outcomes
    with world.ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(Order)) == 1


def test_what_is_sold_elsewhere_ends_the_open_offers(world):
    taken, left = offer(world, world.bob), offer(world, world.carol)
    commands.accept(world.alice.ctx, commands.Accept(taken, 1))
    assert row(world, left).state == State.OPEN, "the deal may still fall through"
    reactions.lapse_others(world.ctx, 1, {"listing_id": world.listing_id})
    assert row(world, left).state == State.LAPSED


@pytest.mark.threat("T23")
def test_a_round_once_said_stays_as_it_was(world):
    offer(world)
    for statement in (update(OfferRound).values(message="x"), delete(OfferRound)):
        with pytest.raises(DBAPIError, match="append-only"), world.ctx.transaction() as tx:
            tx.db.execute(statement, execution_options={"synchronize_session": False})


@pytest.mark.law("L33")
@pytest.mark.parametrize("founded", [True, False])
def test_a_negotiated_price_of_a_state_founded_seller_owes_a_public_notice(world, founded):
    with world.ctx.transaction() as tx:
        tx.db.get_one(Organisation, world.alice.organisation_id).state_founded = founded
    order_id = commands.accept(world.alice.ctx, commands.Accept(offer(world), 1))
    with world.ctx.reading() as db:
        assert db.get_one(Order, order_id).needs_publicity is founded


def test_what_comparable_deals_went_for_stands_beside_every_price_field(world, app):
    with world.ctx.transaction() as tx:
        for number in range(5):
            deal = board.RecordDeal(
                "order", f"c{number}", "工艺", "patent", "robots", "assignment", "fixed",
                (number + 1) * 100_000_00, local_date(world.clock()),
            )  # fmt: skip
            board.record(tx, deal)
        tx.db.execute(update(Listing).values(pricing_mode="listed"))
    world.restate(pricing_mode="listed")
    for person, path in (
        (world.hugo, f"/trade/auctions/new?listing={world.listing_id}"),
        (world.bob, f"/trade/offers/buy/{world.listing_id}"),
    ):
        page = Browser(app, world, person).text(path)
        assert "可比成交" in page, path
        assert "30" in page.split("可比成交")[1], "the median of the five, 30 万元"
