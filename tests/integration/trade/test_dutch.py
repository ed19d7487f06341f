"""A falling price: who takes it first at what price, who goes above, who answers."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from marketplace.kernel.clock import to_ms
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.trade.auctions import commands, minutes
from marketplace.trade.auctions.commands import TakeLot
from tests.integration.trade.formats import FALL, KNOWN, PHASES, Bidding
from tests.integration.trade.test_bids import at_once, many, sound
from tests.integration.trade.test_sealed import deposit, told
from tests.integration.trade.world import START, YUAN


@pytest.fixture
def bidding(world):
    return Bidding(world)


def test_the_first_to_take_has_the_lot_at_the_price_of_that_instant(world, bidding):
    lot = bidding.falling_lot()
    world.clock.now = world.room(lot).opens_at + timedelta(minutes=25)
    answer = bidding.take(world.bob, lot)
    assert (answer.accepted, answer.leading) == (True, True)
    assert answer.price_minor == START - 2 * FALL["step_minor"]
    assert bidding.take(world.carol, lot).reason == "ended"
    assert bidding.end(lot)
    room = world.room(lot)
    assert (room.outcome, room.price_minor) == ("sold", 780_000 * YUAN)
    assert room.leader == bidding.paddle(world.bob, lot)
    world.deliver()
    assert "auction.won" in told(world, world.bob)
    sound(world, lot)


def test_a_step_falls_at_its_instant_not_before(world, bidding):
    lot = bidding.falling_lot()
    opens = world.room(lot).opens_at
    world.clock.now = opens + timedelta(minutes=10) - timedelta(milliseconds=1)
    assert bidding.take(world.bob, lot, limit=790_000 * YUAN).reason == "above_limit"
    world.clock.now = opens + timedelta(minutes=10)
    answer = bidding.take(world.bob, lot, limit=790_000 * YUAN)
    assert (answer.accepted, answer.price_minor) == (True, 790_000 * YUAN)


def test_who_saw_a_higher_price_pays_the_lower_one_of_the_instant(world, bidding):
    lot = bidding.falling_lot()
    world.clock.now = world.room(lot).opens_at + timedelta(minutes=10)
    assert bidding.take(world.bob, lot, limit=800_000 * YUAN).price_minor == 790_000 * YUAN


def test_the_price_never_falls_below_the_floor_and_nobody_must_take_it(world, bidding):
    lot = bidding.falling_lot()
    world.clock.now = world.ends_at(lot) - timedelta(seconds=1)
    assert bidding.take(world.bob, lot, limit=499_999 * YUAN).reason == "above_limit"
    assert bidding.end(lot)
    assert world.room(lot).outcome == "no_bids"
    assert deposit(world, lot, world.bob).state == "returning"


@pytest.mark.threat("T1")
def test_of_many_who_take_at_once_exactly_one_has_it(world, bidding):
    lot = bidding.falling_lot()
    people = many(world, lot, 8)
    answers = at_once(8, lambda n: bidding.take(people[n], lot, key=f"t{n}"))
    assert sorted(answer.reason for answer in answers) == [""] + ["ended"] * 7
    winner = next(n for n, answer in enumerate(answers) if answer.accepted)
    assert world.room(lot).leader == bidding.paddle(people[winner], lot)
    sound(world, lot)


@pytest.mark.threat("T1")
def test_the_same_race_without_the_lock_gives_the_lot_to_several(world, bidding):
    """The control that must fail: look whether the lot is free, then take it."""
    lot = bidding.falling_lot()
    owners: list[int] = []
    gate = threading.Barrier(8)

    def naive(number: int) -> None:
        free = world.room(lot).leader is None and not owners
        gate.wait()
        if free:
            owners.append(number)

    at_once(8, naive)
    assert len(owners) > 1


def test_the_same_key_takes_once_also_after_the_end(world, bidding):
    lot = bidding.falling_lot()
    first = bidding.take(world.bob, lot, key="k")
    bidding.end(lot)
    again = bidding.take(world.bob, lot, key="k")
    assert (again.accepted, again.replayed, again.seq) == (True, True, first.seq)


@pytest.mark.threat("T4")
def test_who_has_no_deposit_or_a_lower_limit_takes_nothing(world, bidding):
    lot = bidding.falling_lot()
    world.sign_up(world.mallory, lot)
    assert bidding.take(world.mallory, lot).bar == "deposit_missing"
    erin = world.join("Erin", world.bob.organisation_id, limit=100 * YUAN)
    assert bidding.take(erin, lot).bar == "over_limit"
    assert world.room(lot).leader is None
    with pytest.raises(Invalid):
        commands.take_lot(world.bob.ctx, TakeLot(lot, START, key=""))


def second_phase(world, bidding) -> int:
    lot = bidding.falling_lot(**PHASES)
    answer = bidding.take(world.bob, lot)
    assert answer.stage == "sealing"
    return lot


def test_nobody_goes_above_and_the_taker_buys(world, bidding):
    lot = second_phase(world, bidding)
    assert bidding.end(lot)
    room = world.room(lot)
    assert (room.outcome, room.price_minor) == ("sold", START)
    assert room.leader == bidding.paddle(world.bob, lot)


def test_the_best_sealed_bid_above_the_taken_price_buys_if_the_taker_is_silent(world, bidding):
    lot = second_phase(world, bidding)
    assert bidding.seal(world.bob, lot, 900_000).reason == "taker_has_taken"
    bidding.seal(world.carol, lot, 850_000)
    bidding.seal(world.dora, lot, 800_000)
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.open(world.dora, lot)
    assert bidding.end(lot)
    room = world.room(lot)
    assert (room.progress.stage, room.outcome) == ("topping", None)
    assert (room.leader, room.price_minor) == (bidding.paddle(world.carol, lot), 850_000 * YUAN)
    with world.ctx.reading() as db:
        found = [line.verdict for line in minutes.seals(db, room.lot_id)]
    assert found == ["counts", "too_low"]
    assert bidding.end(lot)
    assert world.room(lot).outcome == "sold"
    world.deliver()
    assert "auction.taken_from" in told(world, world.carol)
    assert {"auction.taken", "auction.to_top", "auction.lost_sold"} <= told(world, world.bob)
    sound(world, lot)


def test_the_taker_answers_once_and_buys(world, bidding):
    lot = second_phase(world, bidding)
    bidding.seal(world.carol, lot, 850_000)
    assert bidding.top(world.bob, lot, 900_000).reason == "not_open"
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    assert bidding.top(world.carol, lot, 900_000).reason == "not_the_taker"
    assert bidding.top(world.bob, lot, 850_000).reason == "below_minimum"
    answer = bidding.top(world.bob, lot, 860_000)
    assert (answer.accepted, answer.leading, answer.stage) == (True, True, "taken")
    assert bidding.top(world.bob, lot, 870_000).reason == "ended"
    bidding.end(lot)
    room = world.room(lot)
    assert (room.outcome, room.price_minor) == ("sold", 860_000 * YUAN)
    sound(world, lot)


def test_what_is_not_opened_in_the_second_phase_costs_the_deposit_where_announced(world, bidding):
    lot = bidding.falling_lot(**PHASES, forfeits_unrevealed=True)
    bidding.take(world.bob, lot)
    bidding.seal(world.carol, lot, 850_000)
    bidding.seal(world.dora, lot, 860_000)
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    assert deposit(world, lot, world.dora).state == "held", "the lot is not over yet"
    bidding.end(lot)
    assert deposit(world, lot, world.dora).state == "forfeited"
    assert deposit(world, lot, world.carol).state == "held"


def test_a_price_that_fell_during_a_pause_is_not_resumed_but_withdrawn(world, bidding):
    lot = bidding.falling_lot()
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "核对材料"))
    assert bidding.take(world.bob, lot).bar == "paused"
    with pytest.raises(Conflict) as refused:
        commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "继续"))
    assert refused.value.code == "auctions.price_fell"
    commands.withdraw_auction(world.hugo.ctx, commands.WithdrawAuction(lot, "另行公告"))
    assert deposit(world, lot, world.bob).state == "returning"


def test_a_pause_before_the_opening_costs_a_falling_price_nothing(world):
    lot = world.announce(format="dutch", ladder=(), format_terms=FALL, reasons=KNOWN)
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "核对材料"))
    commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "继续"))
    assert world.room(lot).status == "upcoming"


def test_a_falling_price_has_no_reserve(world):
    with pytest.raises(Invalid) as refused:
        world.announce(format="dutch", ladder=(), format_terms=FALL, reserve_minor=600_000 * YUAN)
    assert refused.value.code == "auctions.dutch_has_reserve"


@pytest.mark.threat("T2")
def test_a_late_arrival_pays_the_price_of_its_instant_not_of_the_lock(world, bidding):
    lot = bidding.falling_lot()
    opens = world.room(lot).opens_at
    world.clock.now = opens + timedelta(minutes=10, milliseconds=500)
    command = TakeLot(lot, START, "late", entered=time.monotonic() - 1.5)
    answer = commands.take_lot(world.bob.ctx, command)
    assert answer.price_minor == START
    assert answer.at_ms < to_ms(opens + timedelta(minutes=10))
