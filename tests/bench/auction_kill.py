"""A6, A7: the race around the end beside its naive control, and kill -9 at random."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from marketplace.kernel.clock import to_ms, utc_now
from marketplace.kernel.db import make_engine
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.lots import auction_lot, store, wire
from marketplace.trade.auctions.models import Auction
from tests.bench.auction_world import Market, market
from tests.bench.board import Board, say
from tests.integration.trade.deadline import naive_race, race, violations
from tests.integration.trade.world import START, STEP

ROOT = Path(__file__).resolve().parents[2]
RACES = ((32, 10), (128, 5))
CLOSERS = 3
KILLS = int(os.environ.get("KILLS", "25"))
BIDDERS, THREADS = 16, 16
SWEEPS = 3


def races(board: Board, kind: str) -> None:
    """A6: rounds of the race, each asked for violations; the control in the same minutes."""
    found: list[str] = []
    bids = 0
    for bidders, rounds in RACES:
        with market(kind, bidders=bidders) as kept:
            caught = [bool(naive_race(kept.ctx, bidders=bidders)) for _ in range(rounds)]
            for number in range(rounds):
                lot, told = race(kept.stage, closers=CLOSERS)
                found += violations(kept.stage, lot, told)
                bids += len(told.bids)
                say(f"{kind}, {bidders} bidders, round {number + 1}: {len(told.bids)} answers")
        board.add(
            f"A6 {kind}, {bidders} bidders",
            f"{rounds} rounds, {CLOSERS} closers: no violation, and the naive control fails",
            f"{len(found)} violations in {bids} answers {found[:2] or ''}",
            held=not found and any(caught),
            anchor=f"naive: caught in {sum(caught)} of {rounds}",
        )
        found, bids = [], 0


def kills(board: Board, kind: str) -> None:
    """A7: kill -9 while many bid, then prove; and how soon a new worker closes what is overdue."""
    dice, lost, told_in_all = random.Random(7), [], 0
    with market(kind, bidders=BIDDERS) as kept:
        lot = kept.lot()
        for number in range(KILLS):
            told = _killed(kept, lot, number, after=dice.randint(5, 150))
            told_in_all += len(told)
            lost += _lost(kept, lot, told)
        say(f"{kind}: {KILLS} kills, {told_in_all} acknowledged bids")
        sweeps = [_sweep(kept) for _ in range(SWEEPS)]
    board.add(
        f"A7 {kind}, kill -9 x {KILLS}",
        "no acknowledged bid lost, row = log, chain verifies",
        f"{len(lost)} of {told_in_all} acknowledged lost",
        held=not lost and told_in_all > KILLS,
        anchor="",
    )
    board.add(
        f"A7 {kind}, overdue lots",
        "closed <= 2 s after the worker's start",
        f"{max(sweeps):.2f} s at the most of {SWEEPS}, from the start of its process",
        held=max(sweeps) <= 2.0,
        anchor="",
    )


def _killed(kept: Market, lot: int, number: int, *, after: int) -> set[str]:
    """A process whose threads bid until it has told ``after`` answers; the keys it told."""
    kept.ctx.engine.dispose()
    read, tell = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            _bid_for_ever(kept, lot, number, tell)
        finally:
            os._exit(1)
    os.close(tell)
    heard = b""
    while heard.count(b"\n") < after:
        more = os.read(read, 4096)
        assert more, "the bidders ended by themselves"
        heard += more
    os.kill(pid, signal.SIGKILL)
    while more := os.read(read, 4096):
        heard += more
    os.close(read)
    os.waitpid(pid, 0)
    return set(heard.decode().split())


def _bid_for_ever(kept: Market, lot: int, number: int, tell: int) -> None:
    engine = make_engine(kept.ctx.settings.database_url)
    amounts = itertools.count(1)

    def bid(who: int) -> None:
        ctx = replace(kept.stage.people[who].ctx, engine=engine)
        for count in itertools.count():
            key = f"{number}-{who}-{count}"
            amount = START + STEP * (number * 10_000 + next(amounts))
            answer = commands.place_bid(ctx, commands.PlaceBid(lot, amount, key, confirmed=True))
            os.write(tell, f"{key}={'accepted' if answer.accepted else 'refused'}\n".encode())

    for who in range(THREADS):
        threading.Thread(target=bid, args=(who,), daemon=True).start()
    time.sleep(60)


def _lost(kept: Market, lot: int, told: set[str]) -> list[str]:
    with kept.stage.real.reading() as db:
        lot_id = db.get_one(Auction, lot).lot_id
        store(db).check_row_equals_fold(wire(db), lot_id)
        log = store(db).log(wire(db), lot_id)
    keys = [entry.key for entry in log if entry.key]
    assert len(keys) == len(set(keys)), "an intent is in the log twice"
    return sorted(told - {f"{entry.key}={entry.kind}" for entry in log if entry.key})


def _sweep(kept: Market) -> float:
    """Seconds from a worker's start to the closing of a lot that is overdue."""
    lot = kept.stage.lot(utc_now().replace(microsecond=0))
    while to_ms(utc_now()) < _end(kept, lot) + 2_000:
        time.sleep(0.1)
    with _worker(kept) as began:
        while time.monotonic() - began < 30:
            with kept.stage.real.reading() as db:
                if db.get_one(Auction, lot).state == "closed":
                    return time.monotonic() - began
            time.sleep(0.02)
    return 30.0


def _end(kept: Market, lot: int) -> int:
    query = select(auction_lot.c.ends_ms).join(Auction, Auction.lot_id == auction_lot.c.id)
    with kept.stage.real.reading() as db:
        return int(db.scalars(query.where(Auction.id == lot)).one())


@contextmanager
def _worker(kept: Market) -> Iterator[float]:
    command = [sys.executable, "-m", "marketplace.cli", "worker"]
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=kept.env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield began
    finally:
        process.terminate()
        process.wait(30)


def statements(board: Board) -> None:
    """A7: the fault tests that kill a process at every statement of bid, closing and settlement."""
    command = [sys.executable, "-m", "pytest", "tests/faults/test_bid_kill.py", "-n", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or ["no answer"])[-1]
    board.add(
        "A7 sqlite, every statement",
        "killed at each statement of bid, close, settle: whole or absent",
        f"tests/faults/test_bid_kill.py: {last}",
        held=done.returncode == 0,
        anchor="",
    )
