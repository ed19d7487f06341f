"""Which listings to auction next: ranked by interest, with the reason on every line."""

from __future__ import annotations

import pytest

from marketplace.showcase.listings.tally import Tally
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.queries.candidates import WEIGHTS, Weight, candidates
from marketplace.trade.offers.models import Offer
from tests.integration.trade.counting import count_statements
from tests.integration.trade.world import YUAN, Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


def ranked(world) -> list[tuple[int, int, dict[str, int]]]:
    with world.ctx.reading() as db:
        found = candidates(db, world.clock())
    return [(one.card.id, one.score, {why.kind: why.points for why in one.whys}) for one in found]


def looked_at(world, listing_id: int, times: int) -> None:
    tally = Tally()
    for _ in range(times):
        tally.note(world.ctx, listing_id)
    tally.write(world.ctx)


def offered(world, listing_id: int, person) -> None:
    with world.ctx.transaction() as tx:
        tx.db.add(
            Offer(
                state="expired", round=1, turn="seller", listing_id=listing_id, listing_version=1,
                title="甲", title_en="", seller_organisation_id=world.alice.organisation_id,
                seller_name="甲", buyer_organisation_id=person.organisation_id, buyer_name="乙",
                hides_buyer=False, price_minor=100, order_id=None, expires_at=tx.now,
                created_at=tx.now, changed_at=tx.now,
            )
        )  # fmt: skip


def test_views_and_offers_put_a_listing_higher_and_say_why(app, world):
    looked, wanted, ignored = (world.listing(title=one) for one in ("甲", "乙", "丙"))
    looked_at(world, looked, 57)
    looked_at(world, ignored, 9)
    offered(world, wanted, world.bob)
    offered(world, wanted, world.carol)
    assert ranked(world) == [(wanted, 20, {"offers": 20}), (looked, 5, {"views": 5})]


def test_an_earlier_lot_below_its_reserve_counts_with_its_followers_and_bidders(world):
    lot = world.open(reserve_minor=2_000_000 * YUAN)
    commands.watch(world.dora.ctx, commands.WatchAuction(lot, follow=True))
    world.admit(lot, world.bob, world.carol)
    assert ranked(world) == [], "it is in a lot now"
    world.bid(world.bob, lot, 900_000)
    world.close(lot)
    world.deliver()
    assert ranked(world) == [(world.listing_id, 38, {"followers": 3, "bidders": 10, "missed": 25})]


def test_a_sold_listing_is_no_candidate(world):
    lot = world.open()
    world.admit(lot)
    looked_at(world, world.listing_id, 100)
    world.bid(world.bob, lot, 900_000)
    world.close(lot)
    assert ranked(world) == []


def test_old_interest_does_not_count(world):
    listing = world.listing(title="甲")
    looked_at(world, listing, 100)
    offered(world, listing, world.bob)
    world.clock.forward(days=92)
    assert ranked(world) == []


def test_no_single_kind_of_interest_outweighs_the_others():
    assert WEIGHTS["views"].of(10_000) == 20
    assert Weight(points=3, per=2, most=7).of(5) == 6
    assert sum(weight.most for weight in WEIGHTS.values()) == 135


def test_the_page_leads_to_a_notice_and_is_for_those_who_write_them(world, browse):
    listing = world.listing(title="甲")
    looked_at(world, listing, 40)
    for person in (world.hugo, world.rui):
        page = browse(person).text(f"{BASE}/candidates")
        assert f'href="{BASE}/new?listing={listing}"' in page
    assert browse(world.hugo).get(f"{BASE}/new", listing=listing).status_code == 200
    for person in (world.alice, world.bob, world.tao):
        assert browse(person).get(f"{BASE}/candidates").status_code == 403
    assert browse().get(f"{BASE}/candidates").status_code == 303


def test_the_page_asks_the_same_few_statements_however_many_listings_there_are(world, browse):
    hugo = browse(world.hugo)
    for number in range(3):
        looked_at(world, world.listing(title=f"甲{number}"), 20)
    hugo.text(f"{BASE}/candidates")
    few = count_statements(world.ctx, lambda: hugo.text(f"{BASE}/candidates"))
    for number in range(5):
        looked_at(world, world.listing(title=f"乙{number}"), 20)
    assert count_statements(world.ctx, lambda: hugo.text(f"{BASE}/candidates")) == few <= 8
