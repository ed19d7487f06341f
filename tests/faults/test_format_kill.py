"""A process killed at any statement of a sealed or a Dutch lot leaves nothing half-done (F3)."""

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
from marketplace.kernel.outbox import OutboxRow
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import OpenBid, TakeLot
from marketplace.trade.auctions.models import Auction, Outcome
from marketplace.treasury.deposits.models import Deposit
from tests.faults.test_bid_kill import Killer, standing
from tests.integration.trade.formats import DRAIN, Bidding
from tests.integration.trade.test_bids import entries
from tests.integration.trade.world import START, TradeWorld

pytestmark = [pytest.mark.slow, pytest.mark.fault("F3")]
Work = Callable[[Context], bool]


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file, by connections of its own."""
    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def world(ctx, clock):
    return TradeWorld(ctx, clock)


def killed(world, work: Work, *, kill_at: int) -> tuple[bool, bytes]:
    """Do the work in a child that dies at its ``kill_at``-th statement; (died, what it told)."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            ctx = replace(world.ctx, engine=make_engine(world.ctx.settings.database_url))
            Killer(kill_at).watch(ctx.engine)
            os.write(write, b"done" if work(ctx) else b"refused")
            os._exit(0)
        finally:
            os._exit(1)
    os.close(write)
    told = os.read(read, 100)
    os.close(read)
    _pid, status = os.waitpid(pid, 0)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert died or os.WEXITSTATUS(status) == 0
    return died, told


def at_every_statement(world, lot: int, work: Work, *, check: Callable[[], None]) -> int:
    """Kill the work at its 1st, 2nd, … statement until it gets through; how often it died."""
    for kill_at in range(1, 120):
        died, told = killed(world, work, kill_at=kill_at)
        standing(world, lot)
        check()
        if not died:
            assert told == b"done"
            return kill_at - 1
        assert told == b""
    raise AssertionError("it never got through")


def close(ctx: Context) -> bool:
    return commands.close_due(ctx) == 1


def results_fit(world, lot: int) -> None:
    """A result is there if and only if the log is closed and the deposits have moved with it."""
    with world.ctx.reading() as db:
        closed = db.get_one(Auction, lot).state == "closed"
        assert len(list(db.scalars(select(Outcome)))) == int(closed)
        states = set(db.scalars(select(Deposit.state)))
        told = {row.event for row in db.scalars(select(OutboxRow))}
    assert states == ({"held", "forfeited", "returning"} if closed else {"held"})
    assert (standing(world, lot).outcome is not None) == closed
    assert ("trade.auction_closed" in told) == closed


def test_a_sealed_lot_killed_from_the_reveal_to_the_settlement_is_whole_after_the_next_try(world):
    bidding = Bidding(world)
    lot = bidding.sealed_lot(forfeits_unrevealed=True)
    bidding.seal(world.bob, lot, 900_000)
    bidding.seal(world.carol, lot, 950_000)

    def fits() -> None:
        results_fit(world, lot)

    world.clock.now = world.ends_at(lot) + DRAIN
    assert at_every_statement(world, lot, close, check=fits) >= 10
    kinds = [entry.kind for entry in entries(world, lot)]
    assert kinds.count("reveal_began") == 1
    amount, nonce = bidding.kept[world.carol.id, lot]

    def reveal(ctx: Context) -> bool:
        opening = OpenBid(lot, amount, nonce, key="open")
        return commands.open_bid(ctx.acting(world.carol.actor), opening).accepted

    assert at_every_statement(world, lot, reveal, check=fits) >= 8
    world.clock.now = world.ends_at(lot) + DRAIN
    assert at_every_statement(world, lot, close, check=fits) >= 20
    assert not close(world.ctx)
    assert world.room(lot).price_minor == 95_000_000
    assert [entry.kind for entry in entries(world, lot)].count("revealed") == 1


def test_a_take_killed_at_every_statement_is_in_whole_or_not_at_all(world):
    bidding = Bidding(world)
    lot = bidding.falling_lot()

    def take(ctx: Context) -> bool:
        return commands.take_lot(
            ctx.acting(world.bob.actor), TakeLot(lot, START, key="take")
        ).accepted

    def fits() -> None:
        taken = [entry.kind for entry in entries(world, lot)].count("taken")
        assert taken == int(world.room(lot).leader is not None)

    assert at_every_statement(world, lot, take, check=fits) >= 8
    assert [entry.kind for entry in entries(world, lot)].count("taken") == 1
    again = commands.take_lot(world.bob.ctx, TakeLot(lot, START, key="take"))
    assert (again.accepted, again.replayed) == (True, True)
