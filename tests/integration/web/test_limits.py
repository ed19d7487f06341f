"""One person and one address may do a thing so often; what cannot be counted is not let through."""

from __future__ import annotations

import itertools
import socket
import socketserver
import threading
import time
from dataclasses import replace

import pytest
from limits.errors import StorageError
from limits.strategies import MovingWindowRateLimiter

from marketplace.app import create_app
from marketplace.kernel.settings import LIMITS, Settings
from marketplace.web.limits import MARK, STORE_SECONDS
from tests.integration.identity.acting import PASSWORD, csrf, organisation, person, sign_in
from tests.world import World

AWAY = "192.0.2.77"
_keys = itertools.count(1)


@pytest.fixture
def settings(settings):
    """As the environment makes them: every limit counts."""
    return replace(settings, limits=dict(LIMITS))


def bid(world: World):
    """Bob's bid by his token; what the market thinks of the amount is not the question here."""
    path = f"/api/v1/auctions/{world.ids['live']}/bids"
    token, key = world.ids["token_text"], f"limits-{next(_keys)}"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    body = {"maximum_minor": 190_000_000, "confirmed": True}
    return world.client(None).post(path, json=body, headers=headers)


def page_bid(world: World, name: str):
    """The form of the room, filled in; called, it is sent."""
    browser, path = world.client(name), f"/trade/auctions/{world.ids['live']}"
    data = {"maximum": "1,900,000", "key": f"limits-{next(_keys)}", "confirm": "1"}
    data["csrf_token"] = csrf(browser, path)
    return lambda: browser.post(f"{path}/bids", data=data)


def ask(browser, query="q=轴承", address=AWAY):
    return browser.get(f"/catalogue/?{query}", environ_base={"REMOTE_ADDR": address})


def statuses(act, count: int) -> list[int]:
    return [act().status_code for _ in range(count)]


@pytest.mark.threat("T18")
def test_the_sixth_bid_within_a_second_waits_by_page_or_interface_and_only_his(site_world):
    by_page = {name: page_bid(site_world, name) for name in ("bob", "carol")}
    answers = [bid(site_world) for _ in range(6)]
    page = by_page["bob"]()
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert answers[-1].get_json()["code"] == "too_many"
    assert answers[-1].headers["Retry-After"] in ("1", "2")
    assert (page.status_code, page.mimetype) == (429, "text/html")
    assert "Retry-After" in page.headers
    assert by_page["carol"]().status_code in (303, 422)
    time.sleep(int(page.headers["Retry-After"]))
    assert bid(site_world).status_code == 200


def test_a_bidder_who_bids_as_people_do_is_never_stopped(site_world):
    """Four bids a second for a while: a quick hand with the confirm step open all the time."""
    answers = []
    for _ in range(12):
        answers.append(bid(site_world).status_code)
        time.sleep(0.25)
    assert answers == [200] * 12


@pytest.mark.threat("T18")
def test_sixty_searches_a_minute_per_address_and_paging_without_words_is_no_search(client):
    assert statuses(lambda: ask(client), 60) == [200] * 60
    assert ask(client).status_code == 429
    assert ask(client, "").status_code == 200
    assert ask(client, "kind=patent").status_code == 200
    assert ask(client, address="192.0.2.78").status_code == 200
    feed = client.get("/catalogue/results.rss?q=x", environ_base={"REMOTE_ADDR": AWAY})
    assert feed.status_code == 429
    api = client.get("/api/v1/listings?q=x", environ_base={"REMOTE_ADDR": AWAY})
    assert (api.status_code, api.get_json()["code"]) == (429, "too_many")


@pytest.mark.parametrize(("mode", "last"), [("demo", 200), ("production", 429)])
def test_a_demo_may_search_itself_freely_and_a_real_market_may_not(ctx, settings, mode, last):
    shown = replace(settings, mode=mode)
    visitor = create_app(shown, ctx=replace(ctx, settings=shown)).test_client()
    assert statuses(lambda: ask(visitor, address="127.0.0.1"), 61)[-1] == last


@pytest.mark.threat("T18")
def test_five_exports_an_hour_whatever_is_exported(client, ctx):
    person(ctx, "Bob")
    sign_in(client, "Bob")
    paths = ("/showcase/deals/deals.csv", "/catalogue/results.csv", "/catalogue/results.xlsx",
             "/identity/account/export.json", "/showcase/deals/deals.csv")  # fmt: skip
    assert [client.get(path, buffered=True).status_code for path in paths] == [200] * 5
    assert [client.get(path, buffered=True).status_code for path in paths] == [429] * 5
    assert int(client.get(paths[0]).headers["Retry-After"]) > 3000


@pytest.mark.threat("T18")
def test_thirty_uploads_an_hour_wherever_they_go(app, ctx):
    app.config["WTF_CSRF_ENABLED"] = False
    alice = app.test_client()
    house = organisation(ctx, person(ctx, "Alice"), "剡溪轴承")
    alice.post("/identity/sign-in", data={"email": "alice@demo.example", "password": PASSWORD})
    paths = ("/showcase/listings/1/files/picture", "/imports/",
             f"/identity/organisations/{house}/verification")  # fmt: skip
    assert 429 not in {alice.post(paths[number % 3]).status_code for number in range(30)}
    assert {alice.post(path).status_code for path in paths} == {429}


def test_every_route_that_bids_searches_exports_or_takes_files_says_what_it_counts_as(app):
    counted = {
        endpoint: getattr(view, MARK).name
        for endpoint, view in app.view_functions.items()
        if hasattr(view, MARK)
    }
    assert counted == {
        "trade.auctions.place_bid": "bid",
        "api.auctions.bid": "bid",
        "trade.sessions.floor": "bid",
        "trade.sessions.merge_queue": "bid",
        "trade.auctions.seal_bid": "bid",
        "trade.auctions.open_bid": "bid",
        "trade.auctions.take_lot": "bid",
        "trade.auctions.top_bid": "bid",
        "api.auction_stages.seal": "bid",
        "api.auction_stages.open_bid": "bid",
        "api.auction_stages.take": "bid",
        "api.auction_stages.top": "bid",
        "catalogue.search": "search",
        "catalogue.as_rss": "search",
        "api.listings.find": "search",
        "catalogue.suggest": "suggest",
        "catalogue.as_csv": "export",
        "catalogue.as_xlsx": "export",
        "showcase.deals.export": "export",
        "admin.audit_csv": "export",
        "identity.export": "export",
        "showcase.listings.attach": "upload",
        "identity.organisations.submit": "upload",
        "imports.upload": "upload",
        "trade.auctions.statistics_csv": "export",
        "trade.auctions.document": "document",
        "trade.orders.commission": "export",
        "trade.orders.sales": "export",
        "trade.orders.year": "export",
        "treasury.payments.statement_csv": "export",
        "trade.offers.make": "upload",
        "trade.offers.counter": "upload",
        "trade.orders.attach": "upload",
        "trade.publicity.attach": "upload",
        "trade.royalties.show_books": "upload",
        "treasury.payments.upload": "upload",
    }


# -- when counting fails ------------------------------------------------------------------------


@pytest.mark.fault("F12")
def test_what_cannot_be_counted_is_refused_but_reading_goes_on(site_world, monkeypatch):
    def broken(*_args, **_more):
        raise StorageError(OSError("the counter is gone"))

    monkeypatch.setattr(MovingWindowRateLimiter, "hit", broken)
    answer = bid(site_world)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"] == "5"
    assert site_world.client(None).get("/catalogue/results.csv").status_code == 503
    assert ask(site_world.client(None)).status_code == 200


def shop(settings, ctx, url: str):
    """A visitor of a market whose shared counters live at ``url``."""
    shared = replace(settings, redis_url=url)
    return create_app(shared, ctx=replace(ctx, settings=shared)).test_client()


def exports(visitor, count: int) -> list[int]:
    path, base = "/showcase/deals/deals.csv", {"REMOTE_ADDR": AWAY}
    return [visitor.get(path, environ_base=base, buffered=True).status_code for _ in range(count)]


@pytest.fixture
def silent():
    """A port that takes connections and never says a word: Redis stopped in its tracks."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.setblocking(False)
        yield server


def waits(server) -> int:
    """How often somebody connected and waited for an answer that never came."""
    for count in itertools.count():
        try:
            server.accept()[0].close()
        except BlockingIOError:
            return count
    raise AssertionError


@pytest.fixture
def read_only():
    """A Redis that refuses to write: it answers every command with its own words for that."""

    class Refuse(socketserver.BaseRequestHandler):
        def handle(self):
            while self.request.recv(65536):
                self.request.sendall(b"-READONLY You can't write against a read only replica.\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuse) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


@pytest.mark.fault("F12")
def test_without_redis_each_process_counts_alone_and_allows_half(settings, ctx):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
    visitor = shop(settings, ctx, url)  # nobody listens there any more
    assert exports(visitor, 4) == [200, 200, 429, 429]
    assert statuses(lambda: ask(visitor), 31) == [200] * 30 + [429]


@pytest.mark.fault("F12")
def test_a_silent_redis_costs_one_short_wait(settings, ctx, silent):
    visitor = shop(settings, ctx, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
    assert exports(visitor, 3) == [200, 200, 429]
    assert 0 < waits(silent) * STORE_SECONDS <= 0.5


@pytest.mark.fault("F12")
def test_a_read_only_redis_counts_nothing_and_stops_nobody(settings, ctx, read_only):
    assert exports(shop(settings, ctx, read_only), 3) == [200, 200, 429]


# -- the setting --------------------------------------------------------------------------------


def test_limits_are_on_unless_the_environment_changes_them_by_name(tmp_path):
    home = {"MARKET_HOME": str(tmp_path)}
    assert Settings.from_env(home).limits == LIMITS
    changed = Settings.from_env(home | {"MARKET_LIMITS": "search=600/minute, export=off"}).limits
    assert changed == {**LIMITS, "search": "600/minute", "export": ""}


@pytest.mark.parametrize(
    "text", ["bid", "bid=", "bid=0/second", "bid=5", "walk=5/hour", "bid=5/eon"]
)
def test_a_limit_that_is_none_keeps_the_market_from_starting(tmp_path, text):
    with pytest.raises(SystemExit, match="MARKET_LIMITS"):
        Settings.from_env({"MARKET_HOME": str(tmp_path), "MARKET_LIMITS": text})
