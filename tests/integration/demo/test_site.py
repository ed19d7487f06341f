"""The site serves the demo: every room has something to show, to guests and to each role."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from marketplace.app import create_app
from marketplace.demo import accounts
from marketplace.trade.auctions.models import Auction
from tests.integration.identity.acting import sign_in

pytestmark = pytest.mark.xdist_group("demo")  # one process loads it, once

PUBLIC = {
    "/": "data-auction-id",
    "/catalogue/": "data-listing-id",
    "/catalogue/?q=轴承": "data-listing-id",
    "/trade/auctions": "data-auction-id",
    "/showcase/deals/": "data-deal-id",
    "/exchange/demands/": "data-demand-id",
    "/demo": "alice@demo.example",
}
INSIDE = {
    "seller": ("/showcase/listings/mine", "data-listing-id"),
    "buyer": ("/trade/auctions/mine", "data-auction-id"),
    "reviewer": ("/review/", "data-case-id"),
    "treasurer": ("/treasury/deposits", "data-deposit-id"),
}


@pytest.fixture
def client(loaded):
    return create_app(loaded.settings, loaded.clock, loaded.ctx).test_client()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_guest_finds_something_on_every_board(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert PUBLIC[path] in page.get_data(as_text=True)


def test_a_listing_on_auction_shows_its_lot_and_the_lot_its_price(loaded, client):
    with loaded.ctx.reading() as db:
        lots = db.scalars(select(Auction)).all()
    for lot in lots:
        listing = client.get(f"/showcase/listings/{lot.listing_id}").get_data(as_text=True)
        assert f'data-auction-id="{lot.id}"' in listing, lot.title
        room = client.get(f"/trade/auctions/{lot.id}")
        assert room.status_code == 200
        assert lot.title in room.get_data(as_text=True)


@pytest.mark.parametrize("role", INSIDE)
def test_a_role_finds_its_work(loaded, client, role):
    (line, *_) = [one for one in accounts.read(loaded.settings) if one["role"] == role]
    sign_in(client, line["email"].partition("@")[0], password=line["password"])
    path, mark = INSIDE[role]
    page = client.get(path)
    assert page.status_code == 200
    assert mark in page.get_data(as_text=True)


def test_the_pages_say_that_this_is_a_demo(client):
    page = client.get("/").get_data(as_text=True)
    assert re.search(r'class="ribbon"', page)
