"""An old form, or one with a price written into it, never acts on what it did not show (T5)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace.trade.auctions import commands as lots
from tests import builders
from tests.integration.identity.acting import csrf

TICKS = {"accepts_rules": "y", "accepts_defects": "y"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return found.group(1)


def value(world, sql: str, **names):
    with world.ctx.reading() as db:
        return db.scalar(text(sql), names)


def corrected(world, lot: int) -> None:
    """Lin raises the start price of an announced lot."""
    terms = builders.lot_terms(
        world.acting["lin"],
        opens_in=timedelta(days=30),
        runs=timedelta(days=3),
        start_minor=950_000 * builders.YUAN,
    )
    reasons = {"auctions.start_changed": "经委托人书面确认。"}
    change = lots.CorrectTerms(lot, terms, "起拍价更正", reasons)
    lots.correct_terms(world.acting["lin"], change)


@pytest.mark.threat("T5")
def test_a_sign_up_to_terms_that_were_corrected_meanwhile_is_refused(site_world):
    world, lot = site_world, site_world.ids["upcoming"]
    path = f"/trade/auctions/{lot}/sign-up"
    forms = {}
    for name in ("bob", "carol"):
        browser = world.client(name)
        page = browser.get(path).get_data(as_text=True) if name == "bob" else None
        version = hidden(page, "version") if page else "1"
        forms[name] = (
            browser,
            {"version": version, "csrf_token": csrf(browser, "/complaints"), **TICKS},
        )
    corrected(world, lot)
    bob, old = forms["bob"]
    for version in (old["version"], "0", "-1", "99", "2.0", ""):
        assert bob.post(path, data={**old, "version": version}).status_code in (409, 422), version
    signups = "SELECT count(*) FROM trade_auction_signup WHERE auction_id = :lot"
    assert value(world, signups, lot=lot) == 1  # Carol's, from before
    carol, old = forms["carol"]
    terms = f"/trade/auctions/{lot}/terms"
    assert carol.post(terms, data=old).status_code in (409, 422)
    accepted = "SELECT max(accepted_version) FROM trade_auction_signup WHERE auction_id = :lot"
    assert value(world, accepted, lot=lot) == 1
    assert carol.post(terms, data={**old, "version": "2"}).status_code == 303
    assert value(world, accepted, lot=lot) == 2


@pytest.mark.threat("T5")
def test_a_decision_on_a_version_that_was_replaced_meanwhile_is_refused(site_world):
    world, listing = site_world, site_world.ids["listing"]
    rui, alice = world.client("rui"), world.acting["alice"]

    def change(summary: str) -> None:
        builders.submit_listing(alice, listing, builders.listing_content(alice, summary=summary))

    change("第一次修改：磨削余量更小，节拍不变，适用于深沟球轴承套圈的批量加工。")
    query = "SELECT id FROM review_case WHERE kind='listing' AND thing_id=:id AND state='open'"
    case = value(world, query, id=listing)
    page = rui.get(f"/review/{case}").get_data(as_text=True)
    old = {name: hidden(page, name) for name in ("version", "csrf_token")} | {"decision": "approve"}
    change("第二次修改：改为另一种磨削办法，节拍更长，仅适用于圆锥滚子轴承。")
    newer = value(world, query, id=listing)
    for at in (case, newer):
        for version in (old["version"], "99", ""):
            answer = rui.post(f"/review/{at}/decide", data={**old, "version": version})
            assert answer.status_code in (404, 409, 422), (at, version)
    public = "SELECT published_version FROM showcase_listing WHERE id = :id"
    assert value(world, public, id=listing) == 1


@pytest.mark.threat("T5")
def test_a_page_of_the_draft_that_a_colleague_changed_meanwhile_overwrites_nothing(site_world):
    world = site_world
    path = f"/showcase/listings/{world.ids['draft_listing']}/edit/price"
    alice, anna = world.client("alice"), world.client("anna")
    old = hidden(alice.get(path).get_data(as_text=True), "version")
    newer = hidden(anna.get(path).get_data(as_text=True), "version")
    sent = {"price_kind": "fixed", "csrf_token": csrf(anna, path), "version": newer}
    assert anna.post(path, data={**sent, "price": "777,000"}).status_code in (200, 303, 422)
    drafted = "SELECT typed FROM showcase_listing_draft WHERE listing_id = :id"
    kept = value(world, drafted, id=world.ids["draft_listing"])
    assert "777,000" in str(kept)
    for way in (path, f"{path}/autosave"):
        again = {**sent, "price": "1", "csrf_token": csrf(alice, path), "version": old}
        assert alice.post(way, data=again).status_code == 409
    assert value(world, drafted, id=world.ids["draft_listing"]) == kept


@pytest.mark.threat("T5")
def test_prices_and_names_written_into_a_bid_are_not_read(site_world):
    world, lot = site_world, site_world.ids["live"]
    carol = world.client("carol")
    path = f"/trade/auctions/{lot}"
    forged = {"price_minor": "1", "start_minor": "1", "minimum_next_minor": "1", "step_minor": "1",
              "organisation_id": "1", "paddle": "1", "at": "2020-01-01", "entered": "0",
              "leader": "me", "deposit_minor": "0", "commission_hundredths": "0"}  # fmt: skip
    before = carol.get(f"/api/v1/auctions/{lot}").get_json()
    bid = {"maximum": "1,100,000", "key": "t5", "confirm": "1", "csrf_token": csrf(carol, path)}
    assert carol.post(f"{path}/bids", data={**forged, **bid}).status_code == 303
    after = carol.get(f"/api/v1/auctions/{lot}").get_json()
    assert before["price_minor"] == 102_000_000
    assert after["price_minor"] == 112_000_000, "one step above Carol's new maximum: Bob leads on"
    assert after["ends_at"] == before["ends_at"]
