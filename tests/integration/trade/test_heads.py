"""Each day's heads are frozen, chained and checked: nobody changes a log of yesterday unseen."""

from __future__ import annotations

import hashlib
import itertools
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from marketplace import invariants
from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions import commands, verification
from marketplace.trade.auctions.commands import CorrectTerms
from marketplace.trade.auctions.heads import publish_heads
from marketplace.trade.auctions.models import HeadsDay
from marketplace.trade.auctions.queries import heads as published
from tests.integration.trade.world import Browser

BASE = "/trade/auctions"


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)


def midnight(world, days: int = 1, **more: float):
    """An instant after the next midnight (or a later one) in China."""
    local = world.clock().astimezone(SHANGHAI)
    start = local.replace(hour=0, minute=0, second=0)
    return start + timedelta(days=days, **more)


def to_next_day(world, days: int = 1) -> None:
    """Half past midnight, when the day before is to be listed."""
    world.clock.now = midnight(world, days, minutes=30).astimezone(world.clock().tzinfo)


def days(world) -> list[HeadsDay]:
    with world.ctx.reading() as db:
        return list(db.scalars(select(HeadsDay).order_by(HeadsDay.day)))


def listed(world, day):
    with world.ctx.reading() as db:
        return published.day_list(db, day)


def tamper(world, table: str, change: str) -> None:
    """What somebody with the database's password can do: the trigger dropped, a row changed."""
    sqlite = world.ctx.engine.dialect.name == "sqlite"
    with world.ctx.transaction() as tx:
        for verb in ("update", "delete"):
            tail = "" if sqlite else f" ON {table}"
            tx.db.execute(text(f"DROP TRIGGER {table}_no_{verb}{tail}"))
        tx.db.execute(text(change))


def test_a_day_lists_the_last_entry_of_every_lot_and_the_next_day_continues_the_chain(world):
    lot = world.open()
    world.admit(lot)
    world.bid(world.bob, lot, 900_000)
    before, day = world.room(lot), world.clock().astimezone(SHANGHAI).date()
    assert publish_heads(world.ctx) == 8  # the days since the notice
    to_next_day(world)
    world.bid(world.carol, lot, 950_000)  # of the new day: not in yesterday's list
    assert publish_heads(world.ctx) == 1
    found = listed(world, day)
    assert [(line.lot_id, line.seq, line.head) for line in found.lines] == [
        (before.lot_id, before.seq, before.head)
    ]
    assert found.lines[0].number == before.number
    chain = days(world)
    assert chain[0].previous == "0" * 64
    assert all(two.previous == one.sha256 for one, two in itertools.pairwise(chain))
    assert publish_heads(world.ctx) == 0


def test_a_day_is_not_listed_before_it_is_over(world):
    world.announce()
    assert publish_heads(world.ctx) == 0
    world.clock.now = midnight(world, 1, minutes=5).astimezone(world.clock().tzinfo)
    assert publish_heads(world.ctx) == 0
    world.clock.forward(minutes=6)
    assert publish_heads(world.ctx) == 1


def test_a_market_without_lots_publishes_nothing(world):
    assert publish_heads(world.ctx) == 0


def test_a_late_run_lists_the_same_as_runs_in_time(world):
    lot = world.open()
    world.admit(lot)
    world.bid(world.bob, lot, 900_000)
    publish_heads(world.ctx)
    to_next_day(world)
    yesterday = world.clock().astimezone(SHANGHAI).date() - timedelta(days=1)
    seq = world.room(lot).seq
    world.bid(world.carol, lot, 950_000)
    to_next_day(world, 3)
    assert publish_heads(world.ctx) == 4  # yesterday and three more, filled in
    assert [line.seq for line in listed(world, yesterday).lines] == [seq]
    assert listed(world, yesterday + timedelta(days=1)).lines[0].seq > seq
    assert list(verification.broken(world.ctx)) == []


def test_a_closed_lot_is_listed_on_its_last_day_and_then_no_more(world):
    lot = world.open()
    world.close(lot)
    day = world.clock().astimezone(SHANGHAI).date()
    to_next_day(world, 2)
    publish_heads(world.ctx)
    assert [line.head for line in listed(world, day).lines] == [world.room(lot).head]
    assert listed(world, day + timedelta(days=1)).lines == []


def test_a_corrected_notice_leaves_its_first_log_in_the_lists_it_was_in(world):
    lot = world.announce()
    first, day = world.room(lot).lot_id, world.clock().astimezone(SHANGHAI).date()
    to_next_day(world)
    publish_heads(world.ctx)
    later = world.clock() + timedelta(days=8)
    terms = world.terms(opens_at=later, ends_at=later + timedelta(days=2))
    commands.correct_terms(world.hugo.ctx, CorrectTerms(lot, terms, "更正", {}))
    to_next_day(world, 2)
    publish_heads(world.ctx)
    assert [line.lot_id for line in listed(world, day).lines] == [first]
    after = listed(world, day + timedelta(days=1)).lines
    assert [line.lot_id for line in after] == [first, world.room(lot).lot_id]
    assert [line.lot_id for line in listed(world, day + timedelta(days=2)).lines] == [
        world.room(lot).lot_id
    ]
    assert list(verification.broken(world.ctx)) == []


@pytest.mark.fault("F4")
def test_workers_at_once_publish_a_day_once(world):
    world.announce()
    to_next_day(world)
    barrier, made = threading.Barrier(4), []

    def work() -> None:
        barrier.wait()
        made.append(publish_heads(world.ctx))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 0, 0, 1]
    assert list(verification.broken(world.ctx)) == []


@pytest.mark.threat("T23")
def test_the_database_refuses_to_change_a_list(world):
    world.announce()
    to_next_day(world)
    publish_heads(world.ctx)
    for table in ("trade_auction_heads_day", "trade_auction_day_head"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET day = day"):
            with pytest.raises(Exception, match="append-only"), world.ctx.transaction() as tx:
                tx.db.execute(text(change))


@pytest.mark.threat("T23")
@pytest.mark.fault("F30")
@pytest.mark.parametrize(
    ("table", "change", "what"),
    [
        ("trade_auction_heads_day", "UPDATE {t} SET sha256 = '{f}'", "its hash is not that"),
        ("trade_auction_heads_day", "UPDATE {t} SET previous = '{f}'", "does not follow"),
        ("trade_auction_day_head", "UPDATE {t} SET head = '{f}'", "does not have the published"),
        ("trade_auction_day_head", "DELETE FROM {t}", "is missing"),
        ("auction_log", "UPDATE {t} SET hash = '{f}' WHERE seq = 1", "does not have the published"),
    ],
)
def test_verify_names_the_list_that_was_changed(world, table, change, what):
    world.announce()
    to_next_day(world)
    publish_heads(world.ctx)
    day = days(world)[0].day
    assert list(verification.broken(world.ctx)) == []
    tamper(world, table, change.format(t=table, f="f" * 64))
    found = [one for one in invariants.broken(world.ctx) if one.thing == f"heads of {day}"]
    assert any(one.invariant == "I10" and what in one.what for one in found), found


def test_the_pages_show_the_lists_and_the_text_has_the_published_hash(world, browse):
    lot = world.announce()
    to_next_day(world)
    publish_heads(world.ctx)
    row, visitor = days(world)[0], browse()
    assert row.sha256 in visitor.text(f"{BASE}/heads")
    page = visitor.text(f"{BASE}/heads/{row.day}")
    assert world.room(lot).head in page
    assert f"/trade/auctions/{lot}/proof" in page
    body = visitor.get(f"{BASE}/heads/{row.day}.txt").get_data()
    assert hashlib.sha256(body).hexdigest() == row.sha256
    found = visitor.get(f"{BASE}/heads/{row.day}.json").json
    assert found["sha256"] == row.sha256
    assert [one["head"] for one in found["lots"]] == [world.room(lot).head]
    proof = visitor.text(f"{BASE}/{lot}/proof")
    assert f"/trade/auctions/heads/{row.day}" in proof


@pytest.mark.parametrize("day", ["2026-02-30", "x", "20261128", "2026-W48-6", "1999-01-01"])
def test_a_day_without_a_list_is_not_found(browse, world, day):
    for tail in ("", ".txt", ".json"):
        assert browse().get(f"{BASE}/heads/{day}{tail}").status_code == 404


def test_a_forged_cursor_is_refused(browse, world):
    from marketplace.web.pagination import encode

    for key in (["x"], [None], [-1], [10**9]):
        assert browse().get(f"{BASE}/heads", after=encode(key)).status_code == 422
