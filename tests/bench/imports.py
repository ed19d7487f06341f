"""The import: rows a second from file to shown record, and P6, what storing alone costs."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.catalogue import indexing
from marketplace.imports.commands import BATCH, RunImport, run
from marketplace.imports.kinds import KINDS, Target
from marketplace.imports.records import Record, RowRefused
from marketplace.kernel.context import Context
from marketplace.kernel.sheets import reading
from tests.bench import stock
from tests.bench.board import Board, say
from tests.bench.site import empty_market

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("MARKET_SHARED", ROOT.parent / "shared")) / "data"
FILES = {
    "achievements": "tech_achievements_zh.jsonl.gz",
    "demands": "tech_demands_zh.jsonl.gz",
    "patents": "patents_zh.jsonl.gz",
}
TARGET = Target("bench", publish=True)
WRITTEN = 5_000


def measure(board: Board) -> None:
    """End to end through the command in one market, reading and storing apart in others."""
    with _files() as files:
        with empty_market() as ctx:
            _whole(board, ctx, files)
        _apart(board, files)


@contextmanager
def _files() -> Iterator[dict[str, Path]]:
    """The real files; without them one written for the bench."""
    if all((SHARED / name).is_file() for name in FILES.values()):
        yield {kind: SHARED / name for kind, name in FILES.items()}
        return
    say("the real files are not here: importing written ones")
    with tempfile.TemporaryDirectory(prefix="import-bench-") as folder:
        path = Path(folder) / "written.jsonl"
        articles = (stock.article(number) for number in range(WRITTEN))
        rows = (
            {"name": one.title, "summary": one.summary, "context": one.text} for one in articles
        )
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        yield {"achievements": path}


def _whole(board: Board, ctx: Context, files: dict[str, Path]) -> None:
    begun, burnt, rows = time.monotonic(), time.process_time(), 0
    for kind, path in files.items():
        rows += run(ctx, RunImport(kind, path, TARGET)).totals.read
    seconds, burnt = time.monotonic() - begun, time.process_time() - burnt
    board.add("import", ">= 1,000 rows/s wall from the JSONL files",
              f"{rows / seconds:,.0f}/s ({rows / burnt:,.0f} per CPU-second)",
              held=rows / seconds >= 1000)  # fmt: skip
    begun, burnt = time.monotonic(), time.process_time()
    count = indexing.rebuild(ctx)
    seconds += time.monotonic() - begun
    board.add("import + index", ">= 150 rows/s wall, until all can be found",
              f"{count / seconds:,.0f}/s ({count / (time.process_time() - burnt):,.0f} indexed "
              f"per CPU-second)", held=count / seconds >= 150)  # fmt: skip


def _apart(board: Board, files: dict[str, Path]) -> None:
    """Clean records first, then only their storing; the best of three fresh markets."""
    begun = time.process_time()
    records = {kind: list(_records(kind, path)) for kind, path in files.items()}
    total = sum(map(len, records.values()))
    parsed = total / (time.process_time() - begun)
    stored = []
    for _ in range(3):
        with empty_market() as ctx:
            begun = time.process_time()
            for kind, listed in records.items():
                for start in range(0, len(listed), BATCH):
                    with ctx.transaction() as tx:
                        KINDS[kind].put(tx, listed[start : start + BATCH], TARGET)
            stored.append(total / (time.process_time() - begun))
    board.add("P6", ">= 5,000 rows per CPU-second after parsing",
              f"{max(stored):,.0f} (reading and cleaning alone {parsed:,.0f})",
              held=max(stored) >= 5000, anchor="Core 40k, add+flush 3k")  # fmt: skip


def _records(kind: str, path: Path) -> Iterator[Record]:
    for row in reading.rows(reading.content_of(path), reading.format_of(path)):
        try:
            yield KINDS[kind].read(row.values)
        except RowRefused:
            continue
