"""Followers of a lot hear of its opening and its end in time: once each, whatever happens."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from marketplace.kernel.options import ChangeOption, change_option
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import CorrectTerms
from marketplace.trade.auctions.models import Reminder
from marketplace.trade.auctions.reminders import remind


@pytest.fixture
def lot(world) -> int:
    """Dora watches, Bob is admitted, Carol applied and has not paid."""
    lot = world.announce()
    commands.watch(world.dora.ctx, commands.WatchAuction(lot, follow=True))
    world.admit(lot, world.bob)
    world.sign_up(world.carol, lot)
    return lot


def at(world, instant) -> None:
    world.clock.now = instant


def heard(world, person) -> list[str]:
    return [
        kind.removeprefix("auction.reminder_")
        for kind, _facts in world.inbox(person)
        if kind.startswith("auction.reminder_")
    ]


def test_watchers_and_admitted_bidders_hear_a_day_and_an_hour_before_and_near_the_end(world, lot):
    opens, ends = world.room(lot).opens_at, world.ends_at(lot)
    moments = (
        opens - timedelta(days=1, seconds=1), opens - timedelta(days=1),
        opens - timedelta(hours=1), opens, ends - timedelta(minutes=15, seconds=1),
        ends - timedelta(minutes=15), ends,
    )  # fmt: skip
    told = []
    for moment in moments:
        at(world, moment)
        told.append(remind(world.ctx))
    assert told == [0, 2, 2, 0, 0, 2, 0]
    for person in (world.bob, world.dora):
        assert heard(world, person) == ["day", "hour", "ending"]
    for person in (world.carol, world.alice, world.mallory):
        assert heard(world, person) == []


def test_the_notice_names_the_instant_in_beijing_time(world, lot):
    at(world, world.room(lot).opens_at - timedelta(hours=20))
    remind(world.ctx)
    kind, facts = world.inbox(world.dora)[-1]
    assert kind == "auction.reminder_day"
    from marketplace.trade.auctions.notices import local

    assert facts["opens"] == local(world.room(lot).opens_at)


def test_a_sweep_that_runs_again_tells_nobody_twice(world, lot):
    at(world, world.room(lot).opens_at - timedelta(minutes=59))
    assert [remind(world.ctx) for _ in range(3)] == [2, 0, 0]
    world.clock.forward(minutes=30)
    assert remind(world.ctx) == 0
    assert heard(world, world.bob) == ["hour"]


def test_who_begins_to_follow_later_is_not_told_what_he_just_read(world, lot):
    at(world, world.room(lot).opens_at - timedelta(minutes=10))
    commands.watch(world.mallory.ctx, commands.WatchAuction(lot, follow=True))
    remind(world.ctx)
    assert heard(world, world.mallory) == []


def test_an_extension_does_not_repeat_the_word_that_the_end_is_near(world, lot):
    at(world, world.ends_at(lot) - timedelta(minutes=2))
    assert remind(world.ctx) == 2
    before = world.ends_at(lot)
    world.bid(world.bob, lot, 900_000)
    assert world.ends_at(lot) > before
    world.clock.forward(minutes=1)
    assert remind(world.ctx) == 0
    assert heard(world, world.bob) == ["ending"]


def test_a_corrected_notice_reminds_of_its_new_opening(world, lot):
    at(world, world.room(lot).opens_at - timedelta(hours=23))
    assert remind(world.ctx) == 2
    later = world.clock() + timedelta(days=8)
    terms = world.terms(opens_at=later, ends_at=later + timedelta(days=2))
    commands.correct_terms(world.hugo.ctx, CorrectTerms(lot, terms, "更正开始时间", {}))
    at(world, later - timedelta(hours=23))
    assert remind(world.ctx) == 2
    assert heard(world, world.dora) == ["day", "day"]


def test_a_paused_lot_reminds_nobody_until_it_goes_on(world, lot):
    at(world, world.ends_at(lot) - timedelta(minutes=10))
    commands.pause_auction(world.hugo.ctx, commands.PauseAuction(lot, "网络故障"))
    assert remind(world.ctx) == 0
    commands.resume_auction(world.hugo.ctx, commands.ResumeAuction(lot, "已修复"))
    at(world, world.ends_at(lot) - timedelta(minutes=10))
    assert remind(world.ctx) == 2


def test_a_lot_that_a_hammer_ends_is_announced_but_has_no_end_to_remind_of(world):
    lot = world.announce(place="hall")
    commands.watch(world.dora.ctx, commands.WatchAuction(lot, follow=True))
    at(world, world.room(lot).opens_at - timedelta(minutes=30))
    assert remind(world.ctx) == 1
    at(world, world.ends_at(lot) - timedelta(minutes=5))
    assert remind(world.ctx) == 0


def test_how_near_is_near_is_a_threshold_of_the_market(world, lot):
    change_option(world.hugo.ctx, ChangeOption("ending_soon_seconds", 3600, "试行"))
    at(world, world.ends_at(lot) - timedelta(minutes=59))
    assert remind(world.ctx) == 2


def race(world) -> list[int]:
    """Four workers sweep in the same moment; how many each told."""
    barrier, told = threading.Barrier(4), []

    def work() -> None:
        barrier.wait()
        told.append(remind(world.ctx))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.fault("F4")
def test_workers_at_once_tell_each_person_once(world, lot):
    at(world, world.room(lot).opens_at - timedelta(minutes=30))
    assert sum(race(world)) == 2
    assert heard(world, world.bob) == ["hour"]


def test_the_race_without_the_row_tells_twice(world, lot, monkeypatch):
    """The control: without the row that is unique per person the same race fails."""
    from marketplace.trade.auctions import reminders

    monkeypatch.setattr(reminders, "_claim", reminders._followers)
    at(world, world.room(lot).opens_at - timedelta(minutes=30))
    assert sum(race(world)) > 2


@pytest.mark.fault("F3")
def test_a_sweep_that_dies_before_its_commit_tells_again_and_one_that_committed_does_not(
    world, lot, monkeypatch
):
    from marketplace.trade.auctions import reminders

    at(world, world.room(lot).opens_at - timedelta(minutes=30))

    def die(*_args, **_facts):
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(reminders, "tell", die)
        with pytest.raises(RuntimeError, match="killed"):
            remind(world.ctx)
    with world.ctx.reading() as db:
        assert db.query(Reminder).count() == 0
    assert remind(world.ctx) == 2
