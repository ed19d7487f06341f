"""``make bench``: print the performance bars: asked, measured, by whom before, held or not.

``ONLY=P2,P5`` measures some of them. The exit status is 1 when a measured bar is not held. Bars of
CPU hold on a busy machine too; those of wall time (import, L1, P4, P5) want a quiet one.
"""

from __future__ import annotations

import os
import sys
import time

import structlog

from tests.bench import growth, imports, memory, money, oscar_shop, pages, paint
from tests.bench.board import Board, say

PARTS = {
    "P2": pages.measure,
    "L1": money.settlements,
    "L2": money.ledger_pages,
    "P5": paint.measure,
    "P4": memory.measure,
    "P6": imports.measure,
    "P1": oscar_shop.measure,
    "P3": growth.measure,
}


def main() -> int:
    """Measure what was asked for, quick ones first; the board comes last."""
    wanted = [one.strip().upper() for one in os.environ.get("ONLY", "").split(",") if one.strip()]
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        print(f"ONLY knows {', '.join(sorted(PARTS))}, not {', '.join(sorted(unknown))}")
        return 2
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    board = Board()
    for name, measure in PARTS.items():
        if not wanted or name in wanted:
            begun = time.monotonic()
            say(name)
            measure(board)
            say(f"{name} took {time.monotonic() - begun:.0f} s")
    board.show()
    return 0 if board.all_held else 1


if __name__ == "__main__":
    sys.exit(main())
