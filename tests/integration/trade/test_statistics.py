"""A lot in numbers: what is counted, who sees it when, and what can never be read from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.trade.auctions import commands
from marketplace.trade.auctions.models import HourViews
from marketplace.trade.auctions.queries import statistics as numbers
from tests.integration.trade.counting import count_statements
from tests.integration.trade.formats import Bidding
from tests.integration.trade.world import Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


@pytest.fixture
def lot(world) -> int:
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    return lot


def opened(browser, lot: int) -> None:
    """The page, read to its end: what follows the answer has happened."""
    browser.get(f"{BASE}/{lot}").close()


def found(world, lot):
    with world.ctx.reading() as db:
        return numbers.statistics(db, world.room(lot))


def test_the_numbers_of_a_lot_are_those_of_its_log_and_its_people(world, lot):
    commands.watch(world.dora.ctx, commands.WatchAuction(lot, follow=True))
    world.sign_up(world.dora, lot)
    world.bid(world.bob, lot, 900_000)
    world.clock.forward(hours=2)
    world.bid(world.carol, lot, 880_000)
    world.bid(world.carol, lot, 1_000_000)
    now = found(world, lot)
    assert (now.watchers, now.applicants, now.admitted) == (1, 3, 2)
    assert (now.bidders, now.bids) == (2, 3)
    assert now.rise == pytest.approx(920_000 / 800_000 - 1)
    assert [one.bids for one in now.hours] == [1, 2]
    assert [one.bids for one in now.chart] == [1, 0, 2]


@pytest.mark.threat("T10")
def test_a_raised_maximum_and_a_refused_bid_leave_the_numbers_as_they_are(world, lot):
    world.bid(world.bob, lot, 900_000)
    before = found(world, lot)
    assert world.bid(world.bob, lot, 1_200_000).accepted
    assert not world.bid(world.carol, lot, 800_000).accepted
    assert found(world, lot) == before


def test_sealed_bids_count_as_they_are_handed_in_and_say_no_amount(world):
    bidding = Bidding(world)
    lot = bidding.sealed_lot()
    bidding.seal(world.bob, lot, 900_000)
    bidding.seal(world.carol, lot, 950_000)
    now = found(world, lot)
    assert (now.bidders, now.bids, now.price_minor, now.rise) == (2, 2, None, None)


def test_openings_are_counted_by_the_hour_and_written_together(world, browse, lot):
    visitor = browse()
    for _ in range(3):
        opened(visitor, lot)
    with world.ctx.reading() as db:
        assert db.scalar(select(HourViews.count)) is None  # in memory still
    world.clock.forward(seconds=20)
    opened(visitor, lot)
    with world.ctx.reading() as db:
        rows = db.execute(select(HourViews.hour_at, HourViews.count)).all()
    assert [row.count for row in rows] == [4] or sum(row[1] for row in rows) == 4
    assert all(row.hour_at.minute == row.hour_at.second == 0 for row in rows)


def test_the_page_waits_for_no_write_and_seller_and_staff_do_not_count(world, browse, lot):
    opened(browse(), lot)
    world.clock.forward(seconds=20)
    visitor, written = browse(), []

    def read() -> None:
        answer = visitor.get(f"{BASE}/{lot}")
        with world.ctx.reading() as db:
            written.append(db.scalar(select(HourViews.count)))
        answer.close()

    read()
    assert written == [None]  # the answer was there before the counter was written
    assert found(world, lot).views == 2
    world.clock.forward(seconds=20)
    for person in (world.alice, world.hugo):
        opened(browse(person), lot)
    assert found(world, lot).views == 2


def test_while_it_runs_only_seller_and_staff_see_the_numbers_and_everybody_after_the_end(
    world, browse, lot
):
    world.bid(world.bob, lot, 900_000)
    outside, inside = (None, world.bob, world.carol, world.mallory), (world.alice, world.hugo)
    for tail in ("statistics", "statistics.csv"):
        for person in outside:
            assert browse(person).get(f"{BASE}/{lot}/{tail}").status_code == 404, (person, tail)
        for person in (*inside, world.rui):
            assert browse(person).get(f"{BASE}/{lot}/{tail}").status_code == 200, (person, tail)
    world.close(lot)
    assert browse().get(f"{BASE}/{lot}/statistics").status_code == 200
    assert browse(world.mallory).get(f"{BASE}/{lot}/statistics.csv").status_code == 200


@pytest.mark.threat("T10")
def test_the_page_and_the_table_hold_no_maximum_and_no_bidder(world, browse, lot):
    world.bid(world.bob, lot, 1_234_567)
    hugo = browse(world.hugo)
    for text in (hugo.text(f"{BASE}/{lot}/statistics"), hugo.text(f"{BASE}/{lot}/statistics.csv")):
        assert "1,234,567" not in text
        assert "123456700" not in text
        assert world.bob.actor.organisation_name not in text
        assert f"竞买人 {world.room(lot).leader}" not in text
        assert f'"{world.room(lot).leader}"' not in text


def test_the_table_has_the_hours_in_beijing_time(world, browse, lot):
    world.bid(world.bob, lot, 900_000)
    body = browse(world.alice).text(f"{BASE}/{lot}/statistics.csv")
    lines = body.lstrip("\ufeff").splitlines()
    assert lines[0] == "hour_beijing,views,bids"
    assert lines[1].endswith(":00,0,1")


def test_a_long_lot_is_drawn_by_day(world):
    lot = world.open(ends_at=world.clock() + timedelta(days=40))
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 900_000)
    world.clock.forward(days=20)
    world.bid(world.carol, lot, 880_000)
    now = found(world, lot)
    assert now.by_day
    assert sum(one.bids for one in now.chart) == 2
    assert len(now.chart) in (20, 21)


def test_the_page_keeps_its_statement_budget(world, browse, lot):
    world.bid(world.bob, lot, 900_000)
    world.close(lot)
    visitor = browse()
    visitor.text(f"{BASE}/{lot}/statistics")
    assert count_statements(world.ctx, lambda: visitor.text(f"{BASE}/{lot}/statistics")) <= 5
