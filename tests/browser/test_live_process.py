"""The live room at the event-stream process: as a proxy sends it there, and when it is gone."""

from __future__ import annotations

import os
import signal

import pytest

from tests.bench.auction_http import QUEUED_ALONE, serving
from tests.bench.auction_live import Bidding, live
from tests.bench.auction_world import market

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def kept():
    with market("sqlite", bidders=2) as made:
        yield made


def test_the_room_follows_the_stream_and_polls_the_site_when_it_is_cut(kept, chromium):
    lot = kept.lot()
    bidding = Bidding(kept, lot)
    with serving(kept, QUEUED_ALONE) as web, live(kept) as streams:
        context = chromium.new_context(locale="en-GB")
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.route(
            "**/trade/auctions/*/events*",
            lambda route: (
                route.continue_(url=route.request.url.replace(f":{web.port}/", f":{streams.port}/"))
                if ".json" not in route.request.url
                else route.continue_()
            ),
        )
        page.goto(f"{web.url}/trade/auctions/{lot}?lang=en")
        banner = page.locator("[data-live-banner]").first
        bidding.bid()
        page.get_by_text("Bidder 101 leads").first.wait_for(timeout=PATIENCE_MS)
        bidding.bid()
        page.get_by_text("Bidder 102 leads").first.wait_for(timeout=PATIENCE_MS)
        assert not banner.is_visible()
        assert not any("events.json" in one for one in asked)
        with page.expect_request("**/events.json*", timeout=PATIENCE_MS):
            for pid in [streams.pid, *streams.workers()]:
                os.kill(pid, signal.SIGKILL)
        bidding.bid()
        page.get_by_text("Bidder 101 leads").first.wait_for(timeout=PATIENCE_MS)
        assert not banner.is_visible()  # polling is a line too
        assert errors == []
        context.close()
