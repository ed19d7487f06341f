"""P4: even answers at two workers, small processes, a quick start."""

from __future__ import annotations

import random
import re
import threading
import time
from pathlib import Path

from tests.bench import stock
from tests.bench.board import Board
from tests.bench.site import Site, empty_market, served

LISTINGS = 1_000
REQUESTS = 1_000
CLIENTS = 2
TIMED = 400
SEARCHES = ("轴承", "zhoucheng", "bearing", "减速器 精度", "压缩机", "电池隔膜", "机器人 视觉 检测")


def measure(board: Board) -> None:
    """Fill a market, start it three times, ask a thousand pages, look at the processes."""
    with empty_market() as ctx:
        stock.fill(ctx, LISTINGS)
        _start(ctx, board)
        with served(ctx, workers=2) as site:
            paths = walk(site)
            _ask(site, paths[:200])
            taken = sorted(_ask(site, paths[:TIMED]))
            _ask(site, paths[200 + TIMED :])
            _evenness(board, taken)
            _weight(board, site)


def walk(site: Site) -> list[str]:
    """Addresses of a visitor's thousand pages, in a mixed but fixed order."""
    lists = [
        "/catalogue/",
        "/catalogue/?kind=patent",
        "/catalogue/?cluster=bearings&sort=price_asc",
    ]
    first = site.get_text("/catalogue/")
    details = sorted(set(re.findall(r"/showcase/listings/\d+", first)))
    searches = [f"/catalogue/?q={word}" for word in SEARCHES]
    chance = random.Random(4)
    pages = (lists, details, searches, ["/", "/trade/auctions", "/exchange/demands/"])
    return [chance.choice(chance.choice(pages)) for _ in range(REQUESTS)]


def _ask(site: Site, paths: list[str]) -> list[float]:
    """Ask from several clients at once; how long each answer took."""
    taken: list[float] = []

    def client(part: list[str]) -> None:
        connection = site.connect()
        for path in part:
            begun = time.perf_counter()
            site.get(path, client=connection)
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client, args=(paths[at::CLIENTS],)) for at in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(paths), "a client was refused"
    return taken


def _evenness(board: Board, taken: list[float]) -> None:
    p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    board.add(
        "P4 p99",
        "<= 5x p50 at 2 workers",
        f"{p99 / p50:.1f}x ({p50 * 1000:.0f} and {p99 * 1000:.0f} ms)",
        held=p99 <= 5 * p50,
    )


def _weight(board: Board, site: Site) -> None:
    pss = [_pss(pid) for pid in site.workers()]
    board.add(
        "P4 memory",
        f"<= 120 MB PSS a web worker after {REQUESTS:,} requests",
        f"{' and '.join(f'{one:.0f}' for one in pss)} MB (parent {_pss(site.pid):.0f})",
        held=max(pss) <= 120,
        anchor="oscar 90 MB",
    )


def _pss(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024


def _start(ctx: object, board: Board) -> None:
    """From the command to the first good answer; the best of three."""
    starts = []
    for _ in range(3):
        begun = time.monotonic()
        with served(ctx) as site:
            starts.append((time.monotonic() - begun, site.cpu()))
    seconds, burnt = min(starts)
    board.add(
        "P4 cold start",
        "<= 2.5 s to the first answer",
        f"{seconds:.1f} s ({burnt:.1f} s CPU)",
        held=seconds <= 2.5,
        anchor="oscar 1.9 s",
    )
