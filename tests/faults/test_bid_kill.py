"""A process killed at any statement of a bid or a closing leaves nothing half-done (F1, F3)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from marketplace.trade.auctions import commands
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Outcome
from tests.integration.trade.world import TradeWorld

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from marketplace.app import make_context
from marketplace.kernel.actor import Actor, MemberRole
from marketplace.kernel.settings import Secrets, Settings
from marketplace.trade.auctions import commands

home, instant, kill_at, what, user, organisation, lot = sys.argv[1:]
settings = Settings(home=Path(home), database_url=f"sqlite:///{home}/market.db",
                    secrets=Secrets.fresh(), mode="test")
now = datetime.fromisoformat(instant)
ctx = make_context(settings, lambda: now)
count = 0
def kill(*_):
    global count
    count += 1
    if count == int(kill_at):
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(ctx.engine, "before_cursor_execute", kill)
event.listen(ctx.engine, "commit", kill)
from auction.store import store as engine_store
run = engine_store.Store._run
def counted(self, conn, sql, parameters):
    kill()
    return run(self, conn, sql, parameters)
engine_store.Store._run = counted
if what == "close":
    commands.close_due(ctx)
else:
    actor = Actor(user_id=int(user), organisation_id=int(organisation), organisation_name="B",
                  organisation_verified=True, member_role=MemberRole.OWNER)
    answer = commands.place_bid(ctx.acting(actor), commands.PlaceBid(int(lot), 90_000_000, key="k"))
    os.write(1, b"accepted" if answer.accepted else b"refused")
    if int(kill_at) == -1:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """SQLite only: the child works on the same file."""
    import shutil

    shutil.copy(sqlite_template, tmp_path / "market.db")
    return f"sqlite:///{tmp_path / 'market.db'}"


@pytest.fixture
def world(ctx, clock):
    return TradeWorld(ctx, clock)


def child(world, lot: int, *, kill_at: int, what: str) -> tuple[int, bytes]:
    """Run the work in a process that dies at its ``kill_at``-th statement or commit."""
    home = str(world.ctx.settings.home)
    args = [home, world.clock().isoformat(), kill_at, what, world.bob.id,
            world.bob.organisation_id, lot]  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, args)],
        cwd=ROOT, capture_output=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert run.returncode in (0, -signal.SIGKILL), run.stderr.decode()[-2000:]
    return run.returncode, run.stdout


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
    assert (code, answer) == (-signal.SIGKILL, b"accepted")
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
