"""What watchers get from the event-stream process: all of it, once, the same as from the site."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace.kernel import listening
from marketplace.trade.auctions import crowd, hub
from tests.integration.live.streaming import Reader, play, running


def feed(lot: int) -> str:
    return f"/trade/auctions/{lot}/events"


def test_a_watcher_gets_every_change_once_and_resumes_where_he_was(world, lot):
    async def story():
        world.bid(world.bob, lot, 900_000)
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.seqs == [1, 2])
            world.bid(world.carol, lot, 950_000)
            await reader.until(lambda one: one.seqs == [1, 2, 3])
            await reader.cut()
            world.bid(world.bob, lot, 1_000_000)
            world.bid(world.carol, lot, 1_050_000)
            again = Reader(app, feed(lot), last_event_id="3").begin()
            await again.until(lambda one: one.seqs[-1:] == [5])
            asked = Reader(app, f"{feed(lot)}?after=4").begin()
            await asked.until(lambda one: one.seqs == [5])
            assert again.seqs == [4, 5]
            assert again.text.startswith("retry: 1000\n\n")

    play(story())


def test_a_number_that_the_log_has_not_reached_begins_from_the_start(world, lot):
    async def story():
        async with running(world.ctx) as app:
            for typed in ("99", "x", "-1", "9" * 40):
                reader = Reader(app, feed(lot), last_event_id=typed).begin()
                await reader.until(lambda one: one.seqs == [1])

    play(story())


def test_the_site_and_the_stream_process_say_the_same(world, lot, browse, monkeypatch):
    monkeypatch.setattr("marketplace.trade.auctions.live.STREAM_SECONDS", 0.3)
    world.bid(world.bob, lot, 900_000)
    world.bid(world.carol, lot, 950_000)
    site = browse().client.get(feed(lot))
    polled = browse().get(f"{feed(lot)}.json", after=1)

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.beats and one.seqs == [1, 2, 3])
            page = await Reader(app, f"{feed(lot)}.json?after=1").whole()
            return reader, json.loads(page.text)

    reader, page = play(story())
    same = Reader.__new__(Reader)
    same.parts = [site.get_data()]
    assert reader.states == same.states
    assert reader.seqs == same.seqs
    assert [set(one) for one in reader.beats] == [set(same.beats[0])]
    assert page == polled.json
    assert reader.headers["content-type"] == site.headers["Content-Type"]
    assert reader.headers["x-accel-buffering"] == site.headers["X-Accel-Buffering"]


def test_every_heartbeat_tells_time_and_end_and_comes_in_time(world, lot, monkeypatch):
    assert crowd.HEARTBEAT_SECONDS <= 10
    monkeypatch.setattr(crowd, "HEARTBEAT_SECONDS", 0.1)

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: len(one.beats) >= 3)
            world.clock.forward(minutes=1)
            known = len(reader.beats)
            await reader.until(lambda one: len(one.beats) > known)
            return reader.beats

    beats = play(story())
    assert {one["status"] for one in beats} == {"live"}
    assert len({one["ends_at_ms"] for one in beats}) == 1
    assert beats[-1]["server_ms"] - beats[0]["server_ms"] == 60_000


def test_a_watched_lot_is_closed_by_its_watchers(world, lot):
    world.bid(world.bob, lot, 1_200_000)

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.beats)
            world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
            await reader.until(lambda one: one.states[-1]["outcome"] == "sold")
            await reader.until(lambda one: one.beats[-1]["status"] == "sold")

    play(story())


def test_who_polls_closes_the_lot_too(world, lot):
    world.bid(world.bob, lot, 1_200_000)
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)

    async def story():
        async with running(world.ctx) as app:
            return json.loads((await Reader(app, f"{feed(lot)}.json").whole()).text)

    page = play(story())
    assert page["status"] == "sold"
    assert page["events"][-1]["outcome"] == "sold"


# -- who does not take it, who is too many ----------------------------------------------------------


def test_who_takes_nothing_is_dropped_the_others_go_on_and_he_resumes_whole(
    world, lot, monkeypatch
):
    monkeypatch.setattr(crowd, "MOST_BEHIND", 3)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)

    async def story():
        async with running(world.ctx) as app:
            slow, quick = Reader(app, feed(lot)).begin(), Reader(app, feed(lot)).begin()
            await slow.until(lambda one: one.seqs == quick.seqs == [1])
            slow.takes.clear()
            for number in range(5):
                bidder = world.bob if number % 2 else world.carol
                world.bid(bidder, lot, 900_000 + 50_000 * number)
                await quick.until(lambda one, number=number: one.seqs[-1] == number + 2)
            await slow.until(lambda one: one.task.done())
            again = Reader(app, feed(lot), last_event_id=str(slow.seqs[-1])).begin()
            await again.until(lambda one: one.seqs[-1:] == [6])
            assert slow.seqs + again.seqs == quick.seqs == [1, 2, 3, 4, 5, 6]
            assert (app.hub.dropped, app.hub.present) == (1, 2)

    play(story())


def test_who_hangs_in_a_single_write_is_dropped_after_a_while(world, lot, monkeypatch):
    monkeypatch.setattr(crowd, "STUCK_SECONDS", 0.1)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)

    async def story():
        async with running(world.ctx) as app:
            slow = Reader(app, feed(lot))
            slow.takes.clear()
            slow.begin()
            await slow.until(lambda one: one.task.done())
            assert (app.hub.dropped, app.hub.present, app.hub.lots) == (1, 0, 0)

    play(story())


def test_a_long_absence_is_told_in_parts(world, lot, monkeypatch):
    monkeypatch.setattr(crowd, "MOST_AT_ONCE", 2)
    for number in range(5):
        world.bid(world.bob if number % 2 else world.carol, lot, 900_000 + 50_000 * number)

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.seqs[-1:] == [6])
            assert reader.seqs == [1, 2, 3, 4, 5, 6]
            assert max(part.count(b"id: ") for part in reader.parts) == 2

    play(story())


@pytest.mark.threat("T16")
def test_beyond_the_cap_a_stream_is_refused_and_a_free_place_taken_again(world, lot):
    ctx = replace(world.ctx, settings=replace(world.ctx.settings, live_watchers=1))

    async def story():
        async with running(ctx) as app:
            first = Reader(app, feed(lot)).begin()
            await first.until(lambda one: one.seqs)
            refused = await Reader(app, feed(lot)).whole()
            assert (refused.status, refused.headers["retry-after"]) == (503, "30")
            assert (await Reader(app, f"{feed(lot)}.json").whole()).status == 200
            await first.cut()
            missing = await Reader(app, feed(99_999)).whole()
            assert missing.status == 404
            again = Reader(app, feed(lot)).begin()
            await again.until(lambda one: one.seqs)

    play(story())


def test_a_stop_ends_every_stream_after_its_last_message_and_says_when_to_come_back(world, lot):
    async def story():
        async with running(world.ctx) as app:
            readers = [Reader(app, feed(lot)).begin() for _ in range(5)]
            for reader in readers:
                await reader.until(lambda one: one.seqs == [1])
            app.stop()
            for reader in readers:
                await reader.until(lambda one: one.is_complete)
                pause = int(reader.text.rsplit("retry: ", 1)[1])
                assert hub.AGAIN_MS[0] <= pause <= hub.AGAIN_MS[1]
            assert (await Reader(app, feed(lot)).whole()).status == 503
            assert (await Reader(app, "/readyz").whole()).status == 503
            assert (await Reader(app, "/healthz").whole()).status == 200
            assert app.hub.present == 0

    play(story())


# -- how it learns that something moved -------------------------------------------------------------


def seconds_until_told(world, lot) -> float:
    """From the commit of a bid to its message at a watcher."""

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.seqs == [1])
            await asyncio.sleep(0.3)  # the line to the database is up
            world.bid(world.bob, lot, 900_000)
            began = asyncio.get_running_loop().time()
            await reader.until(lambda one: one.seqs == [1, 2])
            return asyncio.get_running_loop().time() - began

    return play(story())


def test_a_commit_is_told_without_waiting_for_the_next_look(world, lot, monkeypatch):
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60)
    assert seconds_until_told(world, lot) < 10


def test_what_the_database_did_not_tell_is_seen_by_the_next_look(world, lot, monkeypatch):
    async def deaf(*_args: object) -> None:
        """Nothing is ever told."""

    monkeypatch.setattr(listening, "listen", deaf)
    assert seconds_until_told(world, lot) < 10
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60)
    world.clock.forward(seconds=1)
    with pytest.raises(TimeoutError):  # the control: neither told nor looked
        monkeypatch.setattr("tests.integration.live.streaming.PATIENCE_SECONDS", 1.0)
        seconds_until_told_again(world, lot)


def seconds_until_told_again(world, lot) -> None:
    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot), last_event_id="2").begin()
            await reader.until(lambda one: one.beats)
            world.bid(world.carol, lot, 950_000)
            await reader.until(lambda one: one.seqs == [3])

    play(story())


@pytest.mark.fault("F8")
def test_a_cut_line_to_postgresql_is_sought_again(world, lot, monkeypatch):
    if world.ctx.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no line")
    monkeypatch.setattr(hub, "LOOK_SECONDS", 60)
    monkeypatch.setattr(listening, "AGAIN_SECONDS", 0.05)

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.seqs == [1])
            await asyncio.sleep(0.3)
            with world.ctx.engine.begin() as connection:
                ended = connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
                    )
                )
                assert ended.scalars().all() == [True]
            world.bid(world.bob, lot, 900_000)
            await reader.until(lambda one: one.seqs == [1, 2])
            world.bid(world.carol, lot, 950_000)
            await reader.until(lambda one: one.seqs == [1, 2, 3])

    play(story())


@pytest.mark.fault("F8")
def test_a_database_that_cannot_be_asked_stops_the_heartbeat_not_the_stream(
    world, lot, monkeypatch
):
    monkeypatch.setattr(hub, "FAILED_SECONDS", 0.05)
    monkeypatch.setattr(crowd, "HEARTBEAT_SECONDS", 0.1)
    working = hub.Tails.now

    async def story():
        async with running(world.ctx) as app:
            reader = Reader(app, feed(lot)).begin()
            await reader.until(lambda one: one.beats)

            def broken(*_args: object) -> None:
                raise RuntimeError("gone")

            monkeypatch.setattr(hub.Tails, "now", broken)
            monkeypatch.setattr("marketplace.live.STALE_SECONDS", 0.2)
            await asyncio.sleep(0.6)
            silent = len(reader.beats)
            await asyncio.sleep(0.3)
            assert len(reader.beats) == silent
            assert (await Reader(app, "/readyz").whole()).status == 503
            monkeypatch.setattr(hub.Tails, "now", working)
            world.bid(world.bob, lot, 900_000)
            await reader.until(lambda one: one.seqs == [1, 2])
            assert (await Reader(app, "/readyz").whole()).status == 200

    play(story())


# -- its door -----------------------------------------------------------------------------------------


@pytest.mark.threat("T15")
def test_it_answers_only_what_it_is_for(world, lot):
    async def story():
        async with running(world.ctx) as app:
            found = {
                "unknown lot": await Reader(app, feed(99_999)).whole(),
                "unknown lot, polled": await Reader(app, f"{feed(99_999)}.json").whole(),
                "a page": await Reader(app, f"/trade/auctions/{lot}").whole(),
                "a bid": await Reader(app, f"/trade/auctions/{lot}/bids", method="POST").whole(),
                "a post": await Reader(app, feed(lot), method="POST").whole(),
                "a foreign host": await Reader(app, feed(lot), host="evil.example").whole(),
                "no host": await Reader(app, feed(lot), host="").whole(),
            }
            return {name: one.status for name, one in found.items()}, found["a page"].headers

    statuses, headers = play(story())
    assert statuses == {
        "unknown lot": 404,
        "unknown lot, polled": 404,
        "a page": 404,
        "a bid": 405,
        "a post": 405,
        "a foreign host": 400,
        "no host": 400,
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_a_bid_over_a_websocket_is_refused_not_swallowed(world):
    said = []

    async def story():
        async with running(world.ctx) as app:

            async def send(message):
                said.append(message["type"])

            await app({"type": "websocket", "path": "/"}, None, send)

    play(story())
    assert said == ["websocket.close"]


def test_a_draft_is_not_found(world):
    from marketplace.trade.auctions import commands

    draft = commands.draft_auction(
        world.hugo.ctx, commands.DraftAuction(world.listing_id, world.terms())
    )

    async def story():
        async with running(world.ctx) as app:
            return (await Reader(app, feed(draft)).whole()).status

    assert play(story()) == 404


def test_its_addresses_are_those_of_the_site(app, lot):
    with app.test_request_context():
        from flask import url_for

        assert url_for("trade.auctions.events", auction_id=lot) == feed(lot)
        assert url_for("trade.auctions.poll", auction_id=lot) == f"{feed(lot)}.json"
