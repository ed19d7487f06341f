"""The cast stands where its stories need it."""

from __future__ import annotations

from tests.world import PEOPLE


def test_everybody_signs_in_through_the_front_door(town):
    for name in PEOPLE:
        answer = town.client(name).get("/identity/account")
        assert answer.status_code == 200, name
        assert town.papers[name].email in answer.get_data(as_text=True)
    assert town.client(None).get("/identity/account").status_code == 303


def test_a_lot_is_live_with_bob_ahead(town):
    page = town.client("bob").get(f"/trade/auctions/{town.ids['live']}?lang=en")
    assert "1,020,000" in page.get_data(as_text=True)


def test_the_town_is_put_back_after_a_story_changed_it(town):
    path = f"/trade/auctions/{town.ids['live']}/watch"
    browser = town.client("mallory")
    before = town.count("trade_auction_watch")
    answer = browser.post(path, data={"watch": "1", "csrf_token": town.token(browser)})
    assert answer.status_code == 303
    assert town.count("trade_auction_watch") == before + 1
    town.put_back()
    assert town.count("trade_auction_watch") == before
