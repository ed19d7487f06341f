"""A price is what both saw: hidden fields say nothing, and an old page binds nobody (T5)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.trade.contracts.models import ContractSignature
from marketplace.trade.offers import commands as offers
from marketplace.trade.offers.models import Offer
from marketplace.trade.offers.rounds import Proposal
from marketplace.trade.orders.models import Order
from marketplace.trade.orders.terms import DealTerms
from tests.integration.trade.contract_world import PRICE, YUAN, DealWorld
from tests.integration.trade.world import Browser

pytestmark = pytest.mark.threat("T5")
CHEAP = {"price": "1", "price_minor": "1", "amount": "1", "amount_minor": "1", "fee": "0"}
"""What Mallory's tools put into a form that asks for no price."""


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    world = DealWorld(ctx, clock)
    world.restate(pricing_mode="listed", price_minor=PRICE, transfer_modes=("assignment",))
    return world


@pytest.fixture
def bob(world, app) -> Browser:
    return Browser(app, world, world.bob)


@pytest.fixture
def alice(world, app) -> Browser:
    return Browser(app, world, world.alice)


def version_on(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found, page[:400]
    return found[1]


def orders(world) -> list[Order]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Order)))


def proposal(yuan: int) -> Proposal:
    return Proposal(DealTerms("assignment", yuan * YUAN))


def test_a_purchase_costs_what_the_listing_says_whatever_the_form_carries(world, bob):
    seen = version_on(bob.text(f"/trade/offers/buy/{world.listing_id}"))
    answer = bob.post(
        f"/trade/offers/buy/{world.listing_id}",
        version=seen, mode="assignment", authorised="y", **CHEAP,
    )  # fmt: skip
    assert answer.status_code == 303
    assert [one.price_minor for one in orders(world)] == [PRICE]


def test_a_listing_that_changed_since_the_page_was_opened_is_not_bought(world, bob):
    seen = version_on(bob.text(f"/trade/offers/buy/{world.listing_id}"))
    change(world)
    answer = bob.post(
        f"/trade/offers/buy/{world.listing_id}",
        version=seen, mode="assignment", authorised="y", **CHEAP,
    )  # fmt: skip
    assert answer.status_code == 409
    assert orders(world) == []


def change(world) -> None:
    """A review puts the listing's next version on sale."""
    with world.ctx.transaction() as tx:
        listing = tx.db.get_one(Listing, world.listing_id)
        shown = select(ListingVersion).where(ListingVersion.listing_id == listing.id)
        old = tx.db.scalars(shown).one()
        listing.published_version = listing.last_version = old.version + 1
        tx.db.add(
            ListingVersion(
                listing_id=listing.id, version=old.version + 1, state="approved",
                content=old.content, sha256=old.sha256, acknowledged={},
                submitted_at=tx.now, submitted_by=old.submitted_by, decided_at=tx.now,
            )
        )  # fmt: skip


def test_an_acceptance_binds_the_round_that_was_on_the_page(world, alice):
    """Bob raises nothing: he lowers his own proposal while Alice still reads the dearer one."""
    offer_id = offers.make_offer(
        world.bob.ctx, offers.MakeOffer(world.listing_id, 1, proposal(700_000))
    )
    seen = version_on(alice.text(f"/trade/offers/{offer_id}"))
    offers.counter(world.alice.ctx, offers.Counter(offer_id, 1, proposal(780_000)))
    offers.counter(world.bob.ctx, offers.Counter(offer_id, 2, proposal(300_000)))
    answer = alice.post(f"/trade/offers/{offer_id}/accept", version=seen, authorised="y", **CHEAP)
    assert answer.status_code == 409
    assert orders(world) == []
    fresh = version_on(alice.text(f"/trade/offers/{offer_id}"))
    answer = alice.post(f"/trade/offers/{offer_id}/accept", version=fresh, authorised="y", **CHEAP)
    assert answer.status_code == 303
    assert [one.price_minor for one in orders(world)] == [300_000 * YUAN]


@pytest.mark.parametrize("seen", ["", "0", "-1", "99", "1e0", "１", "1 OR 1=1"])
def test_a_made_up_round_binds_nobody(world, alice, seen):
    offer_id = offers.make_offer(
        world.bob.ctx, offers.MakeOffer(world.listing_id, 1, proposal(700_000))
    )
    answer = alice.post(f"/trade/offers/{offer_id}/accept", version=seen, authorised="y")
    assert answer.status_code in (409, 422)
    with world.ctx.reading() as db:
        assert db.get_one(Offer, offer_id).state == "open"


def test_a_contract_that_was_amended_between_sight_and_signature_is_not_signed(world, alice, bob):
    contract_id = world.at_signing()
    page = bob.text(f"/trade/contracts/{contract_id}/sign")
    seen, digest = version_on(page), world.paper(contract_id).sha256
    world.amend(contract_id, world.alice, heading="补充", text="价款另加税费。")
    world.agree(contract_id, world.bob)
    world.open_signing(contract_id)
    world.deliver()
    typed = {"name": "Bob", "has_read": "y", "accepts_licences": "y"}
    old = bob.post(f"/trade/contracts/{contract_id}/sign", version=seen, sha256=digest, **typed)
    assert old.status_code == 409
    mixed = bob.post(
        f"/trade/contracts/{contract_id}/sign",
        version=world.version(contract_id), sha256=digest, **typed,
    )  # fmt: skip
    assert mixed.status_code == 409, "the version is new, the file is the old one"
    with world.ctx.reading() as db:
        assert db.scalar(select(func.count()).select_from(ContractSignature)) == 0
    fresh = bob.post(
        f"/trade/contracts/{contract_id}/sign",
        version=world.version(contract_id), sha256=world.paper(contract_id).sha256, **typed,
    )  # fmt: skip
    assert fresh.status_code == 303


def test_what_is_paid_is_what_the_order_asks_not_what_a_form_says(world, bob):
    order_id = world.order(world.sealed()).id
    page = bob.text(f"/trade/orders/{order_id}")
    stale = int(version_on(page)) - 1
    answer = bob.post(f"/trade/orders/{order_id}/accept", version=stale, **CHEAP)
    assert answer.status_code == 409
    assert [one.price_minor for one in orders(world)] == [PRICE]
