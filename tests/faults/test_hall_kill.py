"""A process killed at any statement between a floor bid and the sale leaves nothing half-done."""

from __future__ import annotations

import os
import shutil
import signal
import warnings
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.kernel.db import make_engine
from marketplace.trade.auctions.models import Auction, Outcome
from marketplace.trade.orders.models import Order
from marketplace.trade.sessions import commands
from marketplace.trade.sessions.commands import FloorBid
from marketplace.treasury.deposits.models import Deposit
from tests.faults.test_bid_kill import Killer, standing
from tests.integration.trade.hall_world import FIRST, Hall
from tests.integration.trade.world import YUAN, TradeWorld

pytestmark = [pytest.mark.slow, pytest.mark.fault("F3")]


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def hall(ctx, clock) -> Hall:
    """Bob leads online, Walt holds paddle 1."""
    world = TradeWorld(ctx, clock)
    hall = Hall(world)
    world.admit(hall.lot, world.bob)
    hall.check_in()
    hall.open()
    world.bid(world.bob, hall.lot, FIRST)
    return hall


def killed(hall: Hall, work: Callable[[Context], bool], *, kill_at: int) -> tuple[int, bytes]:
    """Work in a forked process that dies at its ``kill_at``-th statement: (signal, what it told)."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            ctx = hall.world.ctx
            ctx = replace(ctx, engine=make_engine(ctx.settings.database_url))
            Killer(kill_at).watch(ctx.engine)
            told = work(ctx.acting(hall.cleo.actor))
            os.write(write, b"done" if told else b"refused")
            os._exit(0)
        finally:
            os._exit(1)
    os.close(write)
    answer = os.read(read, 100)
    os.close(read)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return (os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), answer


def rows(hall: Hall, model: type) -> list[object]:
    with hall.world.ctx.reading() as db:
        return list(db.scalars(select(model)))


def test_a_floor_bid_killed_at_every_statement_is_in_whole_or_not_at_all(hall):
    up = hall.up()

    def call(ctx: Context) -> bool:
        return commands.floor_bid(ctx, FloorBid(up, 1, 900_000 * YUAN, "k")).done

    tried = 0
    for kill_at in range(1, 80):
        code, told = killed(hall, call, kill_at=kill_at)
        state = standing(hall.world, hall.lot)
        if code == 0:
            assert told == b"done"
            break
        tried += 1
        assert (code, told) == (signal.SIGKILL, b"")
        assert state.price in (FIRST * YUAN, 900_000 * YUAN)
    assert tried >= 10
    again = hall.call(1, 900_000, key="k", view=up.seen_view)
    assert (again.done, again.replayed) == (True, True)


def test_a_sale_killed_at_every_statement_is_result_order_and_deposits_or_none_of_them(hall):
    hall.call(1, 900_000)
    hall.warn()
    hall.warn()
    up = hall.up()

    def sell(ctx: Context) -> bool:
        return commands.hammer(ctx, up).closed == "sold"

    tried = 0
    for kill_at in range(1, 160):
        code, told = killed(hall, sell, kill_at=kill_at)
        state = standing(hall.world, hall.lot)
        with hall.world.ctx.reading() as db:
            closed = db.get_one(Auction, hall.lot).state == "closed"
        sold = int(closed)
        assert len(rows(hall, Outcome)) == len(rows(hall, Order)) == sold
        assert (state.outcome is not None) == closed
        returned = [one for one in rows(hall, Deposit) if one.state == "returning"]
        assert len(returned) == sold
        if code == 0:
            assert told == b"done"
            break
        tried += 1
        assert told == b""
        if closed:
            break
    assert tried >= 20
    if not rows(hall, Outcome):
        assert commands.hammer(hall.cleo.ctx, up).closed == "sold"
    assert len(rows(hall, Order)) == 1
