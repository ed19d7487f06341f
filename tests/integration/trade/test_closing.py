"""A lot closes at its time, once, with one result, whoever comes first; or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.kernel.jobs import run_due
from marketplace.showcase.deals import queries as deals
from marketplace.showcase.listings.models import Listing
from marketplace.trade.auctions import commands, queries, reactions
from marketplace.trade.auctions.models import Auction, Outcome
from marketplace.treasury.deposits.models import Deposit
from tests.integration.trade.test_bids import at_once, entries, sound


def results(world) -> list[Outcome]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(Outcome)))


def state_of_listing(world) -> str:
    with world.ctx.reading() as db:
        return db.get_one(Listing, world.listing_id).state


@pytest.fixture
def lot(world) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)
    return lot


@pytest.mark.fault("F4")
def test_five_closers_at_once_make_one_result(world, lot):
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    closed = at_once(5, lambda _n: commands.close_due(world.ctx))
    assert sum(closed) == 1
    assert [one.outcome for one in results(world)] == ["sold"]
    assert [one.kind for one in entries(world, lot)].count("closed") == 1
    assert world.deliver() > 0
    assert [kind for kind, _facts in world.inbox(world.bob)].count("auction.won") == 1
    sound(world, lot)


@pytest.mark.parametrize(("offset_ms", "closes"), [(1_999, 0), (2_000, 1)])
def test_closing_waits_for_the_bids_under_way_and_not_longer(world, lot, offset_ms, closes):
    world.clock.now = world.ends_at(lot) + timedelta(milliseconds=offset_ms)
    assert commands.close_due(world.ctx) == closes


def test_without_worker_and_page_late_bids_are_refused_all_the_same(world, lot):
    world.clock.now = world.ends_at(lot) + timedelta(hours=5)
    assert world.bid(world.bob, lot, 2_000_000).reason == "ended"
    assert results(world) == []
    assert commands.close_if_due(world.ctx, lot)
    assert results(world)[0].price_minor == 92_000_000


def test_the_worker_closes_by_its_job(world, lot):
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    assert "auctions.close_due" in run_due(world.ctx, reactions.JOBS)
    assert results(world)[0].outcome == "sold"


def test_closing_again_changes_nothing(world, lot):
    world.close(lot)
    head = world.room(lot).head
    assert commands.close_due(world.ctx) == 0
    assert not commands.close_if_due(world.ctx, lot)
    assert world.room(lot).head == head


def test_a_sold_listing_is_sold_and_an_unsold_one_is_free_again(world, lot):
    assert state_of_listing(world) == "reserved"
    world.close(lot)
    assert state_of_listing(world) == "sold"


def test_an_unsold_lot_frees_its_listing(world):
    lot = world.open()
    world.close(lot)
    assert (world.room(lot).outcome, state_of_listing(world)) == ("no_bids", "published")


@pytest.mark.law("L27")
def test_losers_deposits_are_owed_back_within_24_hours_and_the_winners_is_kept(world, lot):
    world.sign_up(world.dora, lot)  # never paid
    world.close(lot)
    with world.ctx.reading() as db:
        by_bidder = {one.organisation_id: one for one in db.scalars(select(Deposit))}
    closed = results(world)[0].closed_at
    assert by_bidder[world.carol.organisation_id].release_due_at <= closed + timedelta(
        hours=24, seconds=2
    )
    assert by_bidder[world.bob.organisation_id].wins
    assert by_bidder[world.bob.organisation_id].release_due_at is None
    assert by_bidder[world.dora.organisation_id].state == "lapsed"


@pytest.mark.fault("F21")
def test_a_lot_that_ended_while_the_market_was_away_gets_the_time_back(world, lot):
    end = world.ends_at(lot)
    world.clock.now = end - timedelta(minutes=20)
    commands.keep_alive(world.ctx)
    world.clock.now = end + timedelta(minutes=40)  # down for an hour across the end
    assert commands.close_due(world.ctx) == 0
    assert world.ends_at(lot) == end + timedelta(hours=2)
    assert world.bid(world.carol, lot, 1_200_000).accepted
    assert commands.keep_alive(world.ctx) == 0
    with world.ctx.reading() as db:
        assert queries.notices(db, lot)[0].kind == "extension"
    while world.clock() < world.ends_at(lot) - timedelta(minutes=4):  # a worker that stays up
        world.clock.forward(minutes=4)
        assert commands.keep_alive(world.ctx) == 0
    world.close(lot)
    sound(world, lot)


@pytest.mark.fault("F21")
def test_a_page_that_comes_before_the_worker_does_not_close_on_stale_data(world, lot):
    end = world.ends_at(lot)
    world.clock.now = end - timedelta(minutes=20)
    commands.keep_alive(world.ctx)
    world.clock.now = end + timedelta(minutes=40)
    assert not commands.close_if_due(world.ctx, lot)
    assert world.room(lot).status == "live"
    assert commands.keep_alive(world.ctx) == 0  # given back once


@pytest.mark.fault("F21")
def test_a_short_failure_or_one_far_from_the_end_moves_nothing(world, lot):
    end = world.ends_at(lot)
    for before, minutes in ((timedelta(minutes=10), 5), (timedelta(hours=9), 60)):
        world.clock.now = end - before
        commands.keep_alive(world.ctx)
        world.clock.forward(minutes=minutes)
        assert commands.keep_alive(world.ctx) == 0
    assert world.ends_at(lot) == end


@pytest.mark.fault("F20")
def test_a_clock_set_back_does_not_open_a_closed_lot_again(world, lot):
    world.close(lot)
    world.clock.now = world.ends_at(lot) - timedelta(hours=1)
    assert world.bid(world.carol, lot, 2_000_000).reason == "ended"


@pytest.mark.fault("F4")
def test_a_doubled_delivery_tells_nobody_twice(world, lot):
    world.close(lot)
    world.deliver()
    before = len(world.inbox(world.bob))
    with world.ctx.reading() as db:
        from marketplace.kernel.outbox import OutboxRow

        row = db.scalars(
            select(OutboxRow).where(OutboxRow.consumer == "auctions.tell_closed")
        ).one()
    reactions.REACTIONS["trade.auction_closed"]["auctions.tell_closed"](
        world.ctx, row.id, row.payload
    )
    assert len(world.inbox(world.bob)) == before


def test_the_figures_of_the_county_count_what_was_sold(world, lot):
    world.close(lot)
    with world.ctx.reading() as db:
        figures = queries.figures(db, world.clock())
        assert db.scalar(select(func.count()).select_from(Auction)) == 1
    assert (figures.closed, figures.sold, figures.value_minor) == (1, 1, 92_000_000)
    assert figures.rise == pytest.approx(0.15)


def test_the_exported_log_verifies_with_the_stand_alone_verifier(world, lot, tmp_path):
    import subprocess
    import sys

    import auction.verifier

    world.close(lot)
    with world.ctx.reading() as db:
        text = queries.export(db, lot)
    good, bad = tmp_path / "log.jsonl", tmp_path / "bad.jsonl"
    good.write_text(text)
    bad.write_text(text.replace('"price":92000000', '"price":92000100', 1))
    for path, fine in ((good, True), (bad, False)):
        run = subprocess.run(
            [sys.executable, auction.verifier.__file__, str(path)], capture_output=True, check=False
        )
        assert (run.returncode == 0) == fine, run.stdout + run.stderr


@pytest.mark.law("L22")
def test_a_sold_lot_stands_on_the_deals_board_once_and_an_unsold_one_never(world, lot):
    world.close(lot)
    world.deliver()
    with world.ctx.reading() as db:
        board = deals.board(db).items
        price = db.get_one(Outcome, lot).price_minor
    assert [(one.auction_id, one.price_minor, one.way) for one in board] == [(lot, price, "tender")]
