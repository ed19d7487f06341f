"""A4 and A5: thousands of watchers of one lot, beside a bare server that writes to all of them."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from marketplace.serving import Address, child_environment, live_command
from marketplace.trade.auctions import commands
from marketplace.trade.auctions.commands import PlaceBid
from marketplace.trade.auctions.queries import feed
from tests.bench.auction_http import QUEUED, QUEUED_ALONE, ROOT, ROUNDS, serving
from tests.bench.auction_load import load
from tests.bench.auction_world import Market, market
from tests.bench.board import Board, say
from tests.bench.site import Site, free_port, running
from tests.integration.trade.world import START, STEP

EVENTS = 12
WARM = 20
"""Watchers before those who count: what a process keeps once is not a watcher's."""
BIDDERS = 32
FLOOD_SECONDS = 6.0


class Watchers:
    """The watchers' process and what it is told to do."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.watchers"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def say(self, order: str) -> Any:
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate("end\n", timeout=30)


@contextmanager
def watchers() -> Iterator[Watchers]:
    made = Watchers()
    try:
        yield made
    finally:
        made.end()


@dataclass
class Delivery:
    """How late each event came to each watcher, in seconds, and what else was seen of it."""

    delays: list[float] = field(default_factory=list)
    missing: int = 0
    kilobytes: float = 0.0

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.delays, n=100)[98] * 1_000

    @property
    def median_ms(self) -> float:
        return statistics.median(self.delays) * 1_000


@contextmanager
def live(kept: Market) -> Iterator[Site]:
    """The event-stream process as ``marketplace live`` starts it."""
    port = free_port()
    command = live_command(kept.ctx.settings, Address("127.0.0.1", port, 1))
    env = kept.env | {"MARKET_BASE_URL": f"http://127.0.0.1:{port}"}
    with running(command, port, env, probe="/readyz", folder=ROOT) as site:
        yield site


@contextmanager
def bare() -> Iterator[Site]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.bare_stream", str(port)]
    with running(command, port, child_environment(), probe="/tell?0", folder=ROOT) as site:
        yield site


def memory(pid: int) -> int:
    """Resident bytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def delivered(watching: Watchers, told_at: dict[int, float], count: int) -> Delivery:
    """Who got which event how late; ``told_at`` is when each was committed."""
    watching.say(f"wait {max(told_at)}")
    found, run = watching.say("times"), Delivery()
    for seq, at in told_at.items():
        times = found.get(str(seq), [])
        run.missing += count - len(times)
        run.delays += [max(0.0, one - at) for one in times]
    return run


class Bidding:
    """Bids on a lot, by the command itself, one after the other."""

    def __init__(self, kept: Market, lot: int) -> None:
        self._kept, self.lot, self._count = kept, lot, 0

    def bid(self) -> tuple[int, float]:
        """The number of the event and when it was committed."""
        person = self._kept.stage.people[self._count % 2]
        amount = START + STEP * 2 * self._count
        command = PlaceBid(self.lot, amount, f"watched-{self._count}", confirmed=True)
        self._count += 1
        answer = commands.place_bid(person.ctx, command)
        assert answer.accepted
        return answer.seq, time.monotonic()

    def bids(self, count: int, pause: float) -> dict[int, float]:
        told = {}
        for _number in range(count):
            seq, at = self.bid()
            told[seq] = at
            time.sleep(pause)
        return told


def _fan_out(kept: Market, count: int) -> tuple[Delivery, Delivery]:
    """The same watchers at the event-stream process and at the bare server."""
    pause = 0.15 + count / 8_000
    lot = kept.lot()
    with live(kept) as site, watchers() as watching:
        (worker,) = site.workers()
        bidding = Bidding(kept, lot)
        watching.say(f"open {site.port} /trade/auctions/{lot}/events {WARM}")
        delivered(watching, bidding.bids(2, 0.1), WARM)
        watching.say("forget")
        before = memory(worker)
        opened = watching.say(f"open {site.port} /trade/auctions/{lot}/events {count}")
        assert opened["statuses"] == {"200": count}, opened
        watching.say("times")
        own = delivered(watching, bidding.bids(EVENTS, pause), count)
        own.kilobytes = (memory(worker) - before) / count / 1_024
        assert len(watching.say("seen")) == 1, "some watchers saw another sequence"
    with bare() as site, watchers() as watching:
        opened = watching.say(f"open {site.port} / {count}")
        assert opened["statuses"] == {"200": count}, opened
        told = {}
        for number in range(1, EVENTS + 1):
            told[number] = time.monotonic()
            urlopen(f"{site.url}/tell?{number}").read()
            time.sleep(pause)
        control = delivered(watching, told, count)
    return own, control


def fan_out(board: Board, kind: str, count: int, factor: float) -> None:
    """A4: all is delivered, and how late."""
    own, control = [], []
    with market(kind, bidders=2) as kept:
        for number in range(ROUNDS):
            mine, others = _fan_out(kept, count)
            own.append(mine)
            control.append(others)
            say(
                f"{kind} round {number + 1}, {count} watchers: p50 {mine.median_ms:.0f} ms, "
                f"p99 {mine.p99_ms:.0f} ms, bare p50 {others.median_ms:.0f}, p99 {others.p99_ms:.0f}"
            )
    p99, bare_p99 = (statistics.median(run.p99_ms for run in runs) for runs in (own, control))
    missing, size = sum(run.missing for run in own), max(run.kilobytes for run in own)
    board.add(
        f"A4 {kind}, {count} watchers",
        f"all delivered, p99 <= {factor}x a bare server, <= 20 KB each",
        f"{missing} missing, p99 {p99:.0f} ms ({p99 / bare_p99:.2f}x), {size:.1f} KB",
        held=not missing and p99 <= factor * bare_p99 and size <= 20,
        anchor=f"bare p99 {bare_p99:.0f} ms",
    )


def come_back(board: Board, kind: str, count: int = 1_000) -> None:
    """A4: all lose their line at once, miss events, and resume."""
    seconds, kinds = [], 0
    with market(kind, bidders=2) as kept, live(kept) as site, watchers() as watching:
        for _round in range(ROUNDS):
            lot = kept.lot()
            bidding = Bidding(kept, lot)
            watching.say(f"open {site.port} /trade/auctions/{lot}/events {count}")
            delivered(watching, bidding.bids(5, 0.1), count)
            watching.say("cut")
            told = bidding.bids(5, 0.02)
            began = time.monotonic()
            watching.say("again")
            watching.say(f"wait {max(told)}")
            seconds.append(time.monotonic() - began)
            seen = watching.say("seen")
            whole = " ".join(map(str, range(1, max(told) + 1)))
            kinds += count - seen.get(whole, 0)
            watching.say("forget")
    board.add(
        f"A4 {kind}, {count} come back at once",
        "every event exactly once, within 5 s",
        f"{kinds} of {count * ROUNDS} otherwise, {statistics.median(seconds):.1f} s",
        held=not kinds and statistics.median(seconds) <= 5,
        anchor="-",
    )


def embedded(board: Board, count: int = 200) -> None:
    """A4: watchers at a web process, which serves pages beside them."""
    with market("sqlite", bidders=2) as kept:
        lot = kept.lot()
        with serving(kept, QUEUED_ALONE) as site, watchers() as watching:
            opened = watching.say(f"open {site.port} /trade/auctions/{lot}/events {count}")
            bidding = Bidding(kept, lot)
            pages, client = [], site.connect()
            site.get(f"/trade/auctions/{lot}", client=client)
            for _number in range(40):
                began = time.monotonic()
                site.get(f"/trade/auctions/{lot}", client=client)
                pages.append(time.monotonic() - began)
                time.sleep(0.05)
            run = delivered(watching, bidding.bids(EVENTS, 0.2), opened["statuses"].get("200", 0))
    median = statistics.median(pages) * 1_000
    board.add(
        f"A4 sqlite, {count} watchers of one web process",
        "all let in, pages <= 50 ms p50",
        f"{opened['statuses'].get('200', 0)} let in, page {median:.0f} ms, "
        f"event p99 {run.p99_ms:.0f} ms, {run.missing} missing",
        held=opened["statuses"] == {"200": count} and median <= 50 and not run.missing,
        anchor="-",
    )


def _answered(
    watching: Watchers, kept: Market, web: Site, bids: tuple[int, list[str], float]
) -> Delivery:
    """How long after the bidder's answer the watchers have the event; silent raises tell nothing."""
    lot, tokens, pause = bids
    first = 0 if pause else 100_000
    run = load([web.port], lot, tokens, seconds=FLOOD_SECONDS, first=first, pause=pause)
    with kept.stage.real.reading() as db:
        frames = feed.frames_after(db, feed.lot_of(db, lot).lot_id, frame=feed.Frame())
    visible = {frame.seq for frame in frames if frame.visible}
    told = {seq: at for seq, at in run.answered.items() if seq in visible}
    return delivered(watching, told, 1_000)


def flood(board: Board, kind: str) -> None:
    """A5: bidders as fast as they are answered, beside a lot where one bids now and then."""
    idle, busy, count = [], [], 1_000
    with market(kind, bidders=BIDDERS) as kept:
        tokens = kept.tokens()
        for number in range(ROUNDS):
            lot = kept.lot()
            with serving(kept, QUEUED) as web, live(kept) as site, watchers() as watching:
                watching.say(f"open {site.port} /trade/auctions/{lot}/events {count}")
                idle.append(_answered(watching, kept, web, (lot, tokens[:2], 0.5)))
                busy.append(_answered(watching, kept, web, (lot, tokens, 0.0)))
            say(
                f"{kind} round {number + 1}: idle p99 {idle[-1].p99_ms:.0f} ms, "
                f"flood p99 {busy[-1].p99_ms:.0f} ms, {busy[-1].missing} missing"
            )
    quiet, loud = (statistics.median(run.p99_ms for run in runs) for runs in (idle, busy))
    missing = sum(run.missing for run in busy)
    board.add(
        f"A5 {kind}, {count} watchers, {BIDDERS} bidders",
        "p99 in a flood of bids <= 2x idle, all delivered",
        f"p99 {loud:.0f} ms ({loud / quiet:.2f}x), {missing} missing",
        held=not missing and loud <= 2 * quiet,
        anchor=f"idle p99 {quiet:.0f} ms",
    )


def watched(board: Board, kind: str) -> None:
    """A4 on one database."""
    fan_out(board, kind, 1_000, 3.0)
    fan_out(board, kind, 5_000, 3.5)
    come_back(board, kind)
    if kind == "sqlite":
        embedded(board)
