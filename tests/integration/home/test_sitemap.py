"""Sitemap, robots, feeds, security.txt: what machines read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from marketplace.app import create_app

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def places(browser, path: str) -> list[str]:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    root = ET.fromstring(answer.get_data())
    return [str(node.text) for node in root.iterfind(".//s:loc", SPACE)]


def test_the_sitemap_holds_every_public_page_and_no_other(site_world):
    browser, ids = site_world.client(None), site_world.ids
    found = [
        place.removeprefix("http://localhost")
        for file in places(browser, "/sitemap.xml")
        for place in places(browser, file.removeprefix("http://localhost"))
    ]
    assert f"/showcase/listings/{ids['listing']}?lang=zh" in found
    assert f"/showcase/listings/{ids['submitted_listing']}?lang=zh" not in found
    assert f"/exchange/demands/{ids['demand']}?lang=zh" in found
    assert f"/exchange/demands/{ids['draft_demand']}?lang=zh" not in found
    assert f"/trade/auctions/{ids['sold']}?lang=zh" in found
    assert f"/trade/auctions/{ids['draft_lot']}?lang=zh" not in found
    assert f"/showcase/organisations/{ids['house_alice']}?lang=zh" in found
    assert len(found) == len(set(found))
    for place in found:
        assert browser.get(place).status_code in (200, 302), place


def test_a_part_that_does_not_exist_is_not_found(client):
    for path in ("/sitemap-secrets-1.xml", "/sitemap-listings-0.xml"):
        assert client.get(path).status_code == 404
    assert places(client, "/sitemap-listings-7.xml") == []


def test_robots_keep_out_of_desks_and_find_the_sitemap(client):
    page = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /desk" in page
    assert "Disallow: /identity/" in page
    assert "Sitemap: http://localhost/sitemap.xml" in page
    assert "Disallow: /\n" not in page


def test_the_demos_invented_patents_stay_out_of_search_engines(settings, ctx, clock):
    shown = replace(settings, mode="demo")
    app = create_app(shown, clock, replace(ctx, settings=shown))
    page = app.test_client().get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /\n" in page


def test_security_txt_says_where_to_report_and_has_not_expired(client, clock, settings):
    page = client.get("/.well-known/security.txt").get_data(as_text=True)
    assert f"Contact: mailto:{settings.contact_email}" in page
    expires = re.search(r"Expires: (\S+)", page)
    assert expires
    assert clock().isoformat()[:10] < expires.group(1)[:10]


def test_the_icon_is_found_where_browsers_look(client):
    with client.get("/favicon.ico") as answer:
        assert answer.status_code == 301
        target = answer.headers["Location"]
    with client.get(target) as icon:
        assert icon.status_code == 200
        assert icon.mimetype == "image/svg+xml"


@pytest.mark.parametrize("path", ["/showcase.rss", "/auctions.rss"])
def test_feeds_are_valid_in_an_empty_market(client, path):
    root = ET.fromstring(client.get(path).get_data())
    assert root.findall("./channel/item") == []
    assert root.findtext("./channel/title")


def test_feeds_tell_of_new_listings_and_open_lots(site_world):
    browser, ids = site_world.client(None), site_world.ids
    listings = browser.get("/showcase.rss").get_data(as_text=True)
    assert f"/showcase/listings/{ids['listing']}</link>" in listings
    assert f"/showcase/listings/{ids['submitted_listing']}<" not in listings
    auctions = browser.get("/auctions.rss?lang=zh").get_data(as_text=True)
    assert f"/trade/auctions/{ids['live']}</link>" in auctions
    assert f"/trade/auctions/{ids['draft_lot']}<" not in auctions
    assert "拍卖" not in auctions  # L3: listed bidding is not an auction
    assert "1,737,913" not in auctions


def test_a_title_with_markup_stays_text_in_a_feed(site_world):
    from tests import builders

    alice, rui = site_world.acting["alice"], site_world.acting["rui"]
    made = builders.listing_content(alice, kind="achievement", title="保持架 <b>&涂层")
    builders.published_listing(alice, rui, made)
    root = ET.fromstring(site_world.client(None).get("/showcase.rss").get_data())
    assert "保持架 <b>&涂层" in [node.text for node in root.iterfind("./channel/item/title")]
