"""``make bench``: print the performance bars: what was asked, what was measured, held or not.

A bar that this script cannot measure yet is printed as «not measured», never left out.
"""

from __future__ import annotations

import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from marketplace.app import create_app
from marketplace.catalogue import indexing
from marketplace.imports.commands import RunImport, run
from marketplace.imports.kinds import Target
from marketplace.instance import make_context
from marketplace.kernel import assets, migrate
from marketplace.kernel.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = Path(os.environ.get("MARKET_SHARED", ROOT.parent / "shared")) / "data"
FILES = (
    ("achievements", "tech_achievements_zh.jsonl.gz"),
    ("demands", "tech_demands_zh.jsonl.gz"),
    ("patents", "patents_zh.jsonl.gz"),
)


class Board:
    """The table of bars."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []

    def add(self, bar: str, asked: str, measured: str, held: bool | None) -> None:
        verdict = "not measured" if held is None else "held" if held else "NOT HELD"
        self.lines.append((bar, asked, measured, verdict))

    def show(self) -> None:
        widths = [max(len(line[column]) for line in self.lines) for column in range(4)]
        for line in self.lines:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def imports(ctx, board: Board) -> None:
    rows, started, burnt = 0, time.monotonic(), cpu()
    for kind, name in FILES:
        done = run(ctx, RunImport(kind, SHARED / name, Target("bench", publish=True)))
        rows += done.totals.read
    seconds, burnt = time.monotonic() - started, cpu() - burnt
    board.add("import", ">= 1,000 rows/s wall", f"{rows / seconds:,.0f}/s", rows / seconds >= 1000)
    board.add("P6", ">= 5,000 rows per CPU-second after parsing",
              f"{rows / burnt:,.0f} with parsing", rows / burnt >= 5000)  # fmt: skip
    started = time.monotonic()
    count = indexing.rebuild(ctx)
    total = time.monotonic() - started + seconds
    board.add("import + index", ">= 150 rows/s", f"{count / total:,.0f}/s", count / total >= 150)


def statements(app, ctx, board: Board) -> None:
    counted: list[str] = []
    event.listen(ctx.engine, "before_cursor_execute", lambda _c, _u, text, *_: counted.append(text))
    client = app.test_client()
    listing = re.search(r"/showcase/listings/\d+", client.get("/catalogue/").text)
    pages = (("list", "/catalogue/", 6), ("search", "/catalogue/?q=轴承", 6),
             ("detail", listing.group() if listing else "/", 5))  # fmt: skip
    for name, path, most in pages:
        client.get(path)
        counted.clear()
        burnt = cpu()
        client.get(path)
        work = [text for text in counted if not text.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]
        note = f"{len(work)} statements, {(cpu() - burnt) * 1000:.0f} ms CPU"
        board.add(f"P2 {name}", f"<= {most} statements", note, len(work) <= most)


def weight(app, board: Board) -> None:
    page = app.test_client().get("/").data
    parts = [page] + [
        (ROOT / "static" / name).read_bytes()
        for name in ("vendor/market.css", "vendor/market.js", "vendor/htmx.min.js", "css/pages/home.css")
    ]  # fmt: skip
    size = sum(len(gzip.compress(part)) for part in parts) / 1024
    hosts = re.findall(rb'(?:src|href)="https?://(?!localhost|127)', page)
    board.add("P5 weight", "<= 60 KB gz, no other hosts", f"{size:.1f} KB, {len(hosts)} hosts",
              size <= 60 and not hosts)  # fmt: skip


def start(board: Board) -> None:
    started = time.monotonic()
    code = "from marketplace.app import from_env; from_env()"
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "MARKET_HOME": home}
        subprocess.run([sys.executable, "-c", code], check=True, env=env)
    seconds = time.monotonic() - started
    board.add("P4 cold start", "<= 2.5 s", f"{seconds:.1f} s", seconds <= 2.5)


def main() -> None:
    board = Board()
    for bar, asked in (("P1", "CPU against django-oscar's pages"),
                       ("P3", "growth exponent 1k to 100k <= 0.1"),
                       ("P4 memory", "<= 120 MB PSS per web worker"),
                       ("P5 paint", "LCP <= 0.6 s, CLS <= 0.05")):  # fmt: skip
        board.add(bar, asked, "-", None)
    start(board)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings.from_env({"MARKET_HOME": home, "MARKET_MODE": "test"})
        ctx = make_context(settings)
        migrate.upgrade(ctx.engine, assets.migrations())
        if SHARED.is_dir():
            imports(ctx, board)
            app = create_app(settings, ctx=ctx)
            statements(app, ctx, board)
            weight(app, board)
        else:
            board.add("imports, P2", "the shared data", "absent", None)
    board.show()


if __name__ == "__main__":
    main()
