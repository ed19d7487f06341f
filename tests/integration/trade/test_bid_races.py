"""Bids around the end of a lot, many at once and by the real clock; and what a queue must keep."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest

from marketplace.kernel.clock import utc_now
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.groups import group_of
from marketplace.trade.auctions import commands
from tests.integration.trade.deadline import Stage, naive_race, race, violations
from tests.integration.trade.test_bids import at_once, entries, sound
from tests.integration.trade.world import START, STEP


@pytest.mark.slow
@pytest.mark.threat("T2")
@pytest.mark.fault("F4")
@pytest.mark.parametrize(("bidders", "rounds"), [(32, 2), (128, 1)])
def test_bids_that_race_the_end_are_in_time_or_refused_and_it_closes_once(
    ctx, clock, bidders, rounds
):
    stage = Stage(ctx, clock, bidders=bidders)
    for _round in range(rounds):
        lot, told = race(stage, closers=3)
        assert violations(stage, lot, told) == []


@pytest.mark.slow
@pytest.mark.threat("T2")
def test_the_same_race_without_a_lock_is_found_out(ctx):
    """The control that must fail."""
    found = set()
    for _round in range(5):
        found |= set(naive_race(ctx, bidders=32))
        if found:
            break
    assert found


@pytest.mark.threat("T1")
def test_of_equal_amounts_in_one_millisecond_the_first_in_the_log_leads(ctx, clock):
    stage = Stage(ctx, clock, bidders=16)
    lot = stage.lot(utc_now() + timedelta(hours=1))

    def bid(number: int):
        command = commands.PlaceBid(lot, START + STEP, f"k{number}", entered=time.monotonic())
        return commands.place_bid(stage.people[number].ctx, command)

    answers = at_once(16, bid)
    assert Counter(answer.reason for answer in answers) == {"": 2, "below_minimum": 14}
    first = next(one for one in entries(stage.world, lot) if one.kind == "accepted")
    room = stage.world.room(lot)
    assert (room.leader, room.price_minor) == (first.bidder, START + STEP)
    sound(stage.world, lot)


@pytest.mark.slow
def test_of_equal_bidders_none_is_kept_waiting_by_the_others(ctx, clock):
    """A8: 32 bidders, twenty bids each on the average; nobody gets less than half of the mean."""
    stage = Stage(ctx, clock, bidders=32)
    lot = stage.lot(utc_now() + timedelta(hours=1))
    served, give_up = Counter(), time.monotonic() + 30

    def bid(number: int) -> None:
        while served.total() < 32 * 20 and time.monotonic() < give_up:
            amount = START + STEP * (served.total() + number)
            command = commands.PlaceBid(lot, amount, f"{number}-{served[number]}", confirmed=True)
            commands.place_bid(stage.people[number].ctx, command)
            served[number] += 1

    at_once(32, bid)
    mean = served.total() / 32
    assert min(served[number] for number in range(32)) >= 0.5 * mean
    sound(stage.world, lot)


@pytest.mark.fault("F20")
@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_step_of_the_clock_neither_reopens_a_lot_nor_breaks_its_log(world, step):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 900_000)
    world.clock.now += step
    answer = world.bid(world.carol, lot, 1_000_000)
    assert answer.accepted == (step > timedelta(0))  # an hour back the lot was not open yet
    world.clock.now -= step
    world.close(lot)
    world.clock.now -= timedelta(hours=1)
    assert world.bid(world.carol, lot, 2_000_000).reason == "ended"
    assert not commands.close_if_due(world.ctx, lot)
    assert world.room(lot).outcome == "sold"
    sound(world, lot)


@pytest.mark.fault("F20")
def test_a_lying_age_counts_for_two_seconds_and_one_from_the_future_for_nothing(world):
    lot = world.open()
    world.admit(lot, world.bob)
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    old = commands.PlaceBid(lot, START, "old", entered=time.monotonic() - 3_600)
    assert commands.place_bid(world.bob.ctx, old).reason == "ended"
    world.clock.now = world.ends_at(lot) - timedelta(milliseconds=1)
    ahead = commands.PlaceBid(lot, START, "ahead", entered=time.monotonic() + 3_600)
    assert commands.place_bid(world.bob.ctx, ahead).accepted
    assert entries(world, lot)[-2 if _extended(world, lot) else -1].at_ms < _end(world, lot)


def _extended(world, lot: int) -> bool:
    return entries(world, lot)[-1].kind == "extended"


def _end(world, lot: int) -> int:
    return int(world.ends_at(lot).timestamp() * 1000)


@pytest.mark.fault("F8")
def test_a_bid_that_found_the_queue_full_is_taken_when_it_is_sent_again(world, monkeypatch):
    if world.ctx.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows: there is no queue")
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    queue = group_of(world.ctx.engine)
    monkeypatch.setattr(queue, "_waiting", 1)
    holder = world.ctx.engine.raw_connection()
    holder.execute("BEGIN IMMEDIATE")
    waiting = threading.Thread(target=lambda: world.bid(world.bob, lot, 900_000, key="b"))
    waiting.start()
    while not len(queue):
        time.sleep(0.001)
    with pytest.raises(Unavailable) as refused:
        world.bid(world.carol, lot, 1_000_000, key="c")
    assert refused.value.facts["retry_after_seconds"] == 1
    holder.execute("ROLLBACK")
    holder.close()
    waiting.join()
    assert not world.bid(world.carol, lot, 1_000_000, key="c").replayed
    assert world.bid(world.bob, lot, 900_000, key="b").replayed
    sound(world, lot)
