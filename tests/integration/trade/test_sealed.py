"""Sealed bids from the seal to the minutes: what is known when, who wins at what price."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from auction import envelopes
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.trade.auctions import commands, minutes
from marketplace.trade.auctions.commands import OpenBid, SealBid
from marketplace.trade.auctions.commands.admission import has_defaulted
from marketplace.trade.auctions.lots import auction_log
from marketplace.trade.auctions.models import Sender
from marketplace.treasury.deposits import queries as deposits
from tests.integration.trade.formats import Bidding
from tests.integration.trade.test_bids import entries, sound
from tests.integration.trade.world import YUAN


@pytest.fixture
def bidding(world):
    return Bidding(world)


def line(world, lot: int):
    with world.ctx.reading() as db:
        return minutes.minutes(db, world.room(lot).lot_id)


def test_the_best_of_the_opened_bids_wins_at_its_own_price(world, bidding):
    lot = bidding.sealed_lot()
    for person, yuan in ((world.bob, 900_000), (world.carol, 1_100_000), (world.dora, 850_000)):
        assert bidding.seal(person, lot, yuan).accepted
    assert (world.room(lot).leader, world.room(lot).price_minor) == (None, None)
    assert bidding.end(lot)
    assert world.room(lot).progress.stage == "revealing"
    for person in (world.bob, world.carol, world.dora):
        assert bidding.open(person, lot).accepted
    assert world.room(lot).price_minor is None
    assert bidding.end(lot)
    room = world.room(lot)
    assert (room.outcome, room.price_minor) == ("sold", 1_100_000 * YUAN)
    assert room.leader == bidding.paddle(world.carol, lot)
    written = line(world, lot)
    assert [(one.verdict, one.rank) for one in written.lines] == [
        ("counts", 2), ("counts", 1), ("counts", 3)
    ]  # fmt: skip
    sound(world, lot)
    assert not commands.close_due(world.ctx)


def test_at_the_second_price_the_best_bidder_pays_what_the_next_bid(world, bidding):
    lot = bidding.sealed_lot(pricing="second")
    bidding.seal(world.bob, lot, 900_000)
    bidding.seal(world.carol, lot, 1_100_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    room = world.room(lot)
    assert (room.leader, room.price_minor) == (bidding.paddle(world.carol, lot), 900_000 * YUAN)


def test_alone_at_the_second_price_he_pays_the_start(world, bidding):
    lot = bidding.sealed_lot(pricing="second")
    bidding.seal(world.bob, lot, 1_400_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.end(lot)
    assert world.room(lot).price_minor == world.room(lot).start_minor


def test_of_equal_bids_the_seal_that_came_first_wins(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.carol, lot, 950_000)
    bidding.seal(world.bob, lot, 950_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    assert world.room(lot).leader == bidding.paddle(world.carol, lot)


def test_a_later_seal_replaces_the_earlier_which_can_no_longer_be_opened(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 1_500_000)
    earlier = bidding.kept[world.bob.id, lot]
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    with_old = OpenBid(lot, *earlier, key="old")
    assert commands.open_bid(world.bob.ctx, with_old).reason == "wrong_opening"
    assert bidding.open(world.bob, lot).accepted
    bidding.end(lot)
    assert world.room(lot).price_minor == 900_000 * YUAN
    assert [one.verdict for one in line(world, lot).lines] == ["replaced", "counts"]


def test_what_is_never_opened_does_not_count_and_the_deposit_goes_back_unless_announced(
    world, bidding
):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 2_000_000)
    bidding.seal(world.carol, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    room = world.room(lot)
    assert (room.leader, room.price_minor) == (bidding.paddle(world.carol, lot), 900_000 * YUAN)
    assert deposit(world, lot, world.bob).state == "returning"
    assert line(world, lot).lines[0].verdict == "unrevealed"


def test_where_the_notice_says_so_who_does_not_open_loses_the_deposit_once(world, bidding):
    lot = bidding.sealed_lot(forfeits_unrevealed=True)
    bidding.seal(world.bob, lot, 2_000_000)
    bidding.seal(world.carol, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    states = [deposit(world, lot, one).state for one in (world.bob, world.carol, world.dora)]
    assert states == ["forfeited", "held", "returning"]
    with world.ctx.transaction() as tx:
        rerun = SimpleNamespace(id=0, listing_id=world.listing_id, subject_number="")
        assert not has_defaulted(tx, rerun, world.bob.organisation_id, person_id=world.bob.id), (
            "he did not win and default: the re-run is open to him (L28)"
        )
    world.deliver()
    assert "auction.deposit_kept" in told(world, world.bob)


def deposit(world, lot: int, person):
    with world.ctx.reading() as db:
        found = deposits.of_bidder(db, lot, organisation_id=person.organisation_id)
    assert found is not None
    return found


def test_below_the_secret_reserve_the_best_bid_does_not_buy(world, bidding):
    lot = bidding.sealed_lot(reserve_minor=1_000_000 * YUAN)
    bidding.seal(world.bob, lot, 999_999)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.end(lot)
    assert world.room(lot).outcome == "reserve_not_met"


def test_a_voided_bidder_is_out_of_the_minutes_and_gets_his_deposit_back(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 1_500_000)
    bidding.seal(world.carol, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    bidding.open(world.carol, lot)
    with world.ctx.reading() as db:
        from marketplace.trade.auctions import queries

        (bobs,) = (
            one.id
            for one in queries.applicants(db, world.hugo.actor, auction_id=lot)
            if one.organisation_id == world.bob.organisation_id
        )
    commands.void_bidder(world.hugo.ctx, commands.VoidBidder(lot, bobs, "与他人串通报价"))
    bidding.end(lot)
    assert world.room(lot).leader == bidding.paddle(world.carol, lot)
    assert [one.verdict for one in line(world, lot).lines] == ["voided", "counts"]
    assert deposit(world, lot, world.bob).state == "returning"


def test_when_nobody_hands_in_or_nobody_opens_the_lot_is_unsold(world, bidding):
    empty = bidding.sealed_lot()
    assert bidding.end(empty)
    assert world.room(empty).outcome == "no_bids"
    world.listing_id = world.listing()
    silent = bidding.sealed_lot()
    bidding.seal(world.bob, silent, 900_000)
    assert bidding.end(silent)
    assert bidding.end(silent)
    assert world.room(silent).outcome == "no_bids"


@pytest.mark.threat("T2")
def test_seals_after_the_end_and_openings_outside_their_window_are_refused(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    assert bidding.open(world.bob, lot).reason == "not_open"
    world.clock.now = world.ends_at(lot)
    assert bidding.seal(world.carol, lot, 1_000_000).reason == "ended"
    bidding.end(lot)
    assert bidding.seal(world.carol, lot, 1_000_000).reason == "ended"
    assert (
        bidding.open(world.dora, lot).reason == "no_commitment"
        if world.dora.id in {person for person, _lot in bidding.kept}
        else True
    )
    world.clock.now = world.ends_at(lot)
    assert bidding.open(world.bob, lot).reason == "ended"


def test_an_opening_must_fit_its_seal_and_counts_once(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    assert bidding.open(world.bob, lot, yuan=900_001).reason == "wrong_opening"
    assert bidding.open(world.bob, lot).accepted
    assert bidding.open(world.bob, lot).reason == "already_revealed"


def test_what_is_no_seal_is_refused_and_a_bid_in_the_open_too(world, bidding):
    lot = bidding.sealed_lot()
    answer = commands.seal_bid(world.bob.ctx, SealBid(lot, "1 500 000 yuan", key="a"))
    assert (answer.accepted, answer.reason) == (False, "bad_commitment")
    assert world.bid(world.bob, lot, 900_000).reason == "other_format"
    assert bidding.take(world.bob, lot).reason == "other_format"
    with pytest.raises(Invalid):
        commands.seal_bid(world.bob.ctx, SealBid(lot, "0" * 64, key=""))


def test_the_same_key_is_one_seal_and_with_another_seal_it_is_refused(world, bidding):
    lot = bidding.sealed_lot()
    seal = secrets.token_hex(32)
    first = commands.seal_bid(world.bob.ctx, SealBid(lot, seal, key="k"))
    again = commands.seal_bid(world.bob.ctx, SealBid(lot, seal, key="k"))
    assert (again.replayed, again.seq, again.hash) == (True, first.seq, first.hash)
    other = commands.seal_bid(world.bob.ctx, SealBid(lot, secrets.token_hex(32), key="k"))
    assert other.reason == "key_reused"


@pytest.mark.threat("T4")
def test_who_may_not_bid_may_not_seal_and_who_is_not_signed_up_leaves_no_trace(world, bidding):
    lot = bidding.sealed_lot()
    erin = world.join("Erin", world.bob.organisation_id, role=MemberRole.READ_ONLY)
    paddle = bidding.paddle(world.bob, lot)
    seal = envelopes.seal(world.room(lot).lot_id, paddle, 100, "0" * 64)
    answer = commands.seal_bid(erin.ctx, SealBid(lot, seal, key="e"))
    assert (answer.reason, answer.bar) == ("not_eligible", "read_only")
    before = world.room(lot).seq
    with pytest.raises(Forbidden):
        commands.seal_bid(world.mallory.ctx, SealBid(lot, seal, key="m"))
    assert world.room(lot).seq == before


def test_who_may_not_bind_the_organisation_to_so_much_cannot_open_but_a_colleague_can(
    world, bidding
):
    lot = bidding.sealed_lot()
    erin = world.join("Erin", world.bob.organisation_id, limit=500_000 * YUAN)
    bidding.seal(erin, lot, 900_000)
    bidding.end(lot)
    with pytest.raises(Forbidden):
        bidding.open(erin, lot)
    bidding.kept[world.bob.id, lot] = bidding.kept[erin.id, lot]
    assert bidding.open(world.bob, lot).accepted


def test_while_the_lot_is_paused_nothing_is_sealed_or_opened(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "核对材料"))
    assert bidding.seal(world.carol, lot, 950_000).bar == "paused"
    commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "材料已核对"))
    bidding.end(lot)
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "核对材料"))
    with pytest.raises(Conflict):
        bidding.open(world.bob, lot)
    commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "材料已核对"))
    assert bidding.open(world.bob, lot).accepted


def test_once_bids_are_being_opened_nobody_signs_up_any_more(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    with pytest.raises(Conflict):
        world.sign_up(world.mallory, lot)


def test_each_stage_is_told_to_those_it_concerns(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.seal(world.carol, lot, 950_000)
    bidding.end(lot)
    world.deliver()
    assert "auction.to_open" in told(world, world.bob)
    assert "auction.to_open" not in told(world, world.dora)
    bidding.open(world.carol, lot)
    bidding.end(lot)
    world.deliver()
    assert {"auction.minutes", "auction.lost_sold"} <= told(world, world.bob)
    assert "auction.won" in told(world, world.carol)


def told(world, person) -> set[str]:
    return {kind for kind, _facts in world.inbox(person)}


@pytest.mark.threat("T10")
def test_before_the_reveal_neither_amount_nor_nonce_is_anywhere_in_the_database(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 987_654)
    amount, nonce = bidding.kept[world.bob.id, lot]
    world.deliver()
    everything = dump(world)
    assert nonce not in everything
    assert str(amount) not in everything
    bidding.end(lot)
    bidding.open(world.bob, lot)
    assert nonce in dump(world)


@pytest.mark.threat("T10")
def test_an_opening_that_comes_too_early_leaves_no_amount_behind(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 987_654)
    amount, nonce = bidding.kept[world.bob.id, lot]
    assert bidding.open(world.bob, lot).reason == "not_open"
    everything = dump(world)
    assert nonce not in everything
    assert str(amount) not in everything


def dump(world) -> str:
    """Every value of every row of every table."""
    with world.ctx.reading() as db:
        from marketplace.kernel.db import Base

        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in db.execute(select(table))
        )


def test_every_seal_and_opening_has_its_sender(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    keyed = [entry.seq for entry in entries(world, lot) if entry.key]
    with world.ctx.reading() as db:
        senders = list(db.scalars(select(Sender.seq).where(Sender.user_id == world.bob.id)))
    assert keyed == senders


def test_the_log_shows_the_seal_in_public_and_the_amount_only_in_the_minutes(world, bidding):
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.end(lot)
    bidding.open(world.bob, lot)
    with world.ctx.reading() as db:
        public = list(
            db.scalars(
                select(auction_log.c.public).where(auction_log.c.lot_id == world.room(lot).lot_id)
            )
        )
    assert "90000000" not in "".join(public)
    bidding.end(lot)
    opened = next(entry for entry in entries(world, lot) if entry.kind == "opened")
    assert json.loads(opened.public)["lines"][0]["amount"] == 90_000_000
    assert world.clock() >= world.ends_at(lot) + timedelta(seconds=2)
