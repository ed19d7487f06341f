"""A process killed at any statement of a bid or a closing leaves nothing half-done (F1, F3)."""

from __future__ import annotations

import os
import signal
import warnings
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from auction.store import Store
from marketplace.kernel.db import make_engine
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Outcome
from tests.integration.trade.world import TradeWorld


class Killer:
    """Counts statements, commits and the engine's own SQL; kills this process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.left = kill_at

    def count(self, *_args: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, engine) -> None:
        event.listen(engine, "before_cursor_execute", self.count)
        event.listen(engine, "commit", self.count)
        run = Store._run

        def counted(store_, conn, sql, parameters):
            self.count()
            return run(store_, conn, sql, parameters)

        Store._run = counted  # in the forked child only


@pytest.fixture
def world(ctx, clock):
    return TradeWorld(ctx, clock)


def child(world, lot: int, *, kill_at: int, what: str) -> tuple[int, bytes]:
    """Do the work in a forked process, by connections of its own, that dies at its ``kill_at``-th statement or commit.

    (signal that killed it or 0, what it told before it died).
    """
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            _work(world, lot, kill_at=kill_at, what=what, tell=write)
        finally:
            os._exit(1)
    os.close(write)
    answer = os.read(read, 100)
    os.close(read)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), answer


def _work(world, lot: int, *, kill_at: int, what: str, tell: int) -> None:
    """In the child: own connections, the work, one word of answer after the commit."""
    ctx = replace(world.ctx, engine=make_engine(world.ctx.settings.database_url))
    Killer(kill_at).watch(ctx.engine)
    if what == "close":
        commands.close_due(ctx)
        os._exit(0)
    bid = commands.PlaceBid(lot, 90_000_000, key="k")
    answer = commands.place_bid(ctx.acting(world.bob.actor), bid)
    os.write(tell, b"accepted" if answer.accepted else b"refused")
    if kill_at == -1:
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(0)


def standing(world, lot: int):
    """Row equals fold, chain holds; the state."""
    with world.ctx.reading() as db:
        lot_id = db.get_one(Auction, lot).lot_id
        return store(db).check_row_equals_fold(wire(db), lot_id)


@pytest.mark.slow
@pytest.mark.fault("F3")
def test_a_bid_killed_at_every_statement_is_in_whole_or_not_at_all(world):
    lot = world.open()
    world.admit(lot, world.bob)
    tried = 0
    for kill_at in range(1, 60):
        code, answer = child(world, lot, kill_at=kill_at, what="bid")
        state = standing(world, lot)
        if code == 0:
            assert answer == b"accepted"
            break
        tried += 1
        assert answer == b""  # nobody was told anything
        assert state.price in (None, 80_000_000)
    assert tried >= 10
    again = world.bid(world.bob, lot, 900_000, key="k")
    assert again.accepted
    assert again.replayed
    with world.ctx.reading() as db:
        log = store(db).log(wire(db), db.get_one(Auction, lot).lot_id)
    assert [entry.kind for entry in log].count("accepted") == 1


@pytest.mark.fault("F1")
def test_an_acknowledged_bid_survives_kill_9(world):
    lot = world.open()
    world.admit(lot, world.bob)
    code, answer = child(world, lot, kill_at=-1, what="bid")
    assert (code, answer) == (signal.SIGKILL, b"accepted")
    assert standing(world, lot).price == 80_000_000
    assert world.bid(world.bob, lot, 900_000, key="k").replayed


@pytest.mark.slow
@pytest.mark.fault("F3")
def test_a_closing_killed_at_every_statement_is_whole_after_the_next_one(world):
    lot = world.open()
    world.admit(lot, world.bob, world.carol)
    world.bid(world.bob, lot, 900_000)
    world.clock.now = world.ends_at(lot) + timedelta(seconds=2)
    tried = 0
    for kill_at in range(1, 80):
        code, _answer = child(world, lot, kill_at=kill_at, what="close")
        with world.ctx.reading() as db:
            results = list(db.scalars(select(Outcome)))
            closed = db.get_one(Auction, lot).state == "closed"
        assert len(results) == int(closed)
        assert standing(world, lot).outcome is not None or not closed
        if code == 0:
            break
        tried += 1
    assert tried >= 10
    assert commands.close_due(world.ctx) == 0
    assert world.room(lot).outcome == "sold"
