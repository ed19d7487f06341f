"""The main stories of a lot, told on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.kernel.errors import Conflict, Forbidden, Invalid


def test_bob_and_carol_bid_by_maximum_and_the_price_moves_only_as_far_as_needed(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    first = world.bid(world.bob, lot, 1_000_000)
    assert (first.accepted, first.leading, first.price_minor) == (True, True, 80_000_000)
    second = world.bid(world.carol, lot, 900_000)
    assert (second.accepted, second.leading, second.price_minor) == (True, False, 92_000_000)
    third = world.bid(world.carol, lot, 1_200_000)
    assert (third.leading, third.price_minor) == (True, 102_000_000)
    assert third.minimum_next_minor == 104_000_000


def test_the_outbid_notice_goes_to_the_one_who_led_and_to_nobody_else(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)  # never led: the answer told her
    world.bid(world.carol, lot, 1_200_000)
    world.deliver()
    outbid = [facts for kind, facts in world.inbox(world.bob) if kind == "auction.outbid"]
    assert [facts["price"] for facts in outbid] == ["¥1,020,000.00"]
    assert "auction.outbid" not in [kind for kind, _facts in world.inbox(world.carol)]


@pytest.mark.law("L25")
def test_a_bid_in_the_last_five_minutes_moves_the_end_to_five_minutes_after_it(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    end = world.ends_at(lot)
    world.clock.now = end - timedelta(minutes=5, seconds=1)
    world.bid(world.bob, lot, 800_000)
    assert world.ends_at(lot) == end
    world.clock.now = end - timedelta(seconds=1)
    answer = world.bid(world.carol, lot, 900_000)
    assert answer.accepted
    assert world.ends_at(lot) == end + timedelta(minutes=4, seconds=59)


def test_the_lot_is_sold_to_the_leader_and_everybody_hears_his_own_sentence(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 1_000_000)
    world.bid(world.carol, lot, 900_000)
    world.close(lot)
    world.deliver()
    room = world.room(lot)
    assert (room.status, room.outcome, room.price_minor) == ("sold", "sold", 92_000_000)
    assert world.inbox(world.bob)[-1][0] == "auction.won"
    assert world.inbox(world.carol)[-1][0] == "auction.lost_sold"
    assert world.inbox(world.alice)[-1][0] == "auction.seller_sold"


def test_nobody_bids_without_signing_up(world):
    lot = world.open()
    with pytest.raises(Forbidden) as refused:
        world.bid(world.mallory, lot, 900_000)
    assert refused.value.code == "auctions.not_signed_up"


def test_a_blocked_notice_names_the_rule(world):
    with pytest.raises(Invalid) as refused:
        world.announce(opens_at=world.clock() + timedelta(hours=71))
    codes = [(one.code, one.rule) for one in refused.value.facts["findings"]]
    assert ("notice_too_short", "L12") in codes


def test_a_listing_in_an_auction_cannot_be_announced_twice(world):
    world.announce()
    with pytest.raises(Conflict):
        world.announce()
