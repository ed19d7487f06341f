"""The pages after a lot: each side sees and does its own part, in both languages."""

from __future__ import annotations

import pytest

from marketplace.trade.aftermath.commands import defaults
from tests.integration.trade.test_aftermath import (  # noqa: F401 - the fixtures of the stories
    default,
    default_of,
    lot,
    offered,
    rerun,
    unsold,
    world,
)
from tests.integration.trade.world import Browser

BASE = "/trade/aftermath"


@pytest.fixture
def browse(app, world):  # noqa: F811 - the fixture
    return lambda person: Browser(app, world, person)


def test_the_seller_chooses_the_market_offers_the_second_bidder_takes_it(world, browse, lot):  # noqa: F811
    default(world, lot)
    alice, hugo, carol = browse(world.alice), browse(world.hugo), browse(world.carol)
    page = alice.text(f"{BASE}/{lot}", lang="zh")
    assert "征询次高出价者" in page
    assert world.carol.actor.organisation_name not in page
    untick = alice.post(f"{BASE}/{lot}/way/second")
    assert untick.status_code == 422
    assert alice.post(f"{BASE}/{lot}/way/second", confirmed="y").status_code == 303
    assert "900,000" in hugo.text(f"{BASE}/{lot}")
    assert hugo.post(f"{BASE}/{lot}/offer").status_code == 303
    asked = carol.text(f"{BASE}/{lot}", lang="zh")
    assert "您没有答复的义务" in asked
    assert "已退还" in asked  # where her deposit is
    assert "120,000" not in asked  # what was kept of the other's is none of hers
    answer = carol.post(f"{BASE}/{lot}/offer/accept")
    assert answer.status_code == 303
    assert "/trade/orders/" in carol.text(f"{BASE}/{lot}")


def test_the_computation_is_a_page_and_every_amount_of_it_is_there(world, browse, lot):  # noqa: F811
    again = rerun(world, lot)
    world.clock.forward(days=8, seconds=30)
    world.admit(again, world.carol)
    world.bid(world.carol, again, 830_000)
    world.close(again)
    world.deliver()
    owed = default_of(world, lot).owed_minor // 100
    page = browse(world.alice).text(f"{BASE}/{lot}", lang="zh")
    for amount in (46_000, 18_400, 800_000, 120_000, owed, 64_400):
        assert f"¥{amount:,}" in page, amount
    assert "违约结算书" in page


@pytest.mark.law("L3")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_listed_bidding_is_never_called_an_auction_afterwards(world, browse, lot, lang):  # noqa: F811
    default(world, lot)
    browse(world.alice).post(f"{BASE}/{lot}/way/none", confirmed="y")
    world.deliver()
    for person, path in (
        (world.alice, f"{BASE}/{lot}"), (world.hugo, f"{BASE}/{lot}"),
        (world.bob, f"/trade/auctions/{lot}"), (world.bob, f"/trade/auctions/{lot}/notice"),
    ):  # fmt: skip
        page = browse(person).text(path, lang=lang)
        main = page[page.index("<main") : page.index("</main")]
        assert "拍卖" not in main, path
        assert "uction Law" not in main, path


def test_both_sides_consent_on_their_pages_and_come_to_the_negotiation(world, browse, unsold):  # noqa: F811
    alice, bob, hugo = browse(world.alice), browse(world.bob), browse(world.hugo)
    assert bob.get(f"{BASE}/{unsold}").status_code == 404
    assert hugo.post(f"{BASE}/{unsold}/talks").status_code == 303
    assert world.bob.actor.organisation_name not in alice.text(f"{BASE}/{unsold}")
    assert alice.post(f"{BASE}/{unsold}/talks/consent").status_code == 303
    assert bob.post(f"{BASE}/{unsold}/talks/consent").status_code == 303
    assert "/trade/offers/" in bob.text(f"{BASE}/{unsold}")


@pytest.mark.law("L31")
def test_two_officers_annul_a_sale_on_the_page_and_the_room_says_so(world, browse, lot):  # noqa: F811
    hugo, hedda = browse(world.hugo), browse(world.hedda)
    form = {"reason": "collusion", "text": "两个号牌由同一账户缴纳保证金"}
    assert hugo.post(f"{BASE}/{lot}/annulment", **{**form, "reason": "dear"}).status_code == 422
    assert hugo.post(f"{BASE}/{lot}/annulment", **form).status_code == 303
    assert "待第二人确认" in hedda.text(f"{BASE}/", lang="zh")
    assert hugo.post(f"{BASE}/{lot}/annulment/confirm").status_code == 403
    assert hedda.post(f"{BASE}/{lot}/annulment/confirm").status_code == 303
    room = browse(world.carol).text(f"/trade/auctions/{lot}", lang="zh")
    assert "成交未履行" in room
    assert "两个号牌由同一账户缴纳保证金" in room


def test_the_market_drafts_the_next_round_and_comes_to_its_terms(world, browse, unsold):  # noqa: F811
    answer = browse(world.hugo).post(f"{BASE}/{unsold}/next")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/edit")
    assert browse(world.hugo).get(answer.headers["Location"]).status_code == 200
    page = browse(world.hugo).post(f"{BASE}/{unsold}/next")
    assert page.status_code == 409


def test_the_list_holds_what_waits_and_nothing_that_is_over(world, browse, lot):  # noqa: F811
    number = world.room(lot).number
    assert number not in browse(world.hugo).text(f"{BASE}/")
    offered(world, lot)
    assert number in browse(world.hugo).text(f"{BASE}/")
    defaults.answer_offer(world.carol.ctx, defaults.AnswerOffer(lot, accepts=False))
    browse(world.alice).post(f"{BASE}/{lot}/way/none", confirmed="y")
    assert number not in browse(world.hugo).text(f"{BASE}/")
