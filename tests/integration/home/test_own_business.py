"""What the market offers for itself is marked wherever it is offered (电子商务法 37)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.world import HOUSES

MARK = "自营"


@pytest.fixture
def settings(settings):
    """Alice's house runs the market."""
    return replace(settings, operator_name=HOUSES["alice"][0])


@pytest.mark.law("L71")
def test_the_markets_own_listings_and_lots_are_marked_and_nobody_elses(site_world):
    visitor = site_world.client(None)
    for path, marked in (
        (f"/showcase/listings/{site_world.ids['listing']}", True),
        (f"/trade/auctions/{site_world.ids['live']}", True),
        (f"/showcase/organisations/{site_world.house_id('alice')}", True),
        (f"/showcase/organisations/{site_world.house_id('carol')}", False),
    ):
        page = visitor.get(path)
        assert page.status_code == 200, path
        assert (MARK in page.get_data(as_text=True)) is marked, path
