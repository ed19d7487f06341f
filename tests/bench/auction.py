"""``make bench-auction``: the auction's bars A1 to A9, each beside its control.

``ONLY=A1,A6`` measures some; ``SECONDS=10 ROUNDS=5`` measures longer. Every number is a median of
ROUNDS runs that alternate with those of the control. The exit status is 1 when a bar is not held.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import structlog

from tests.bench import auction_http, auction_kill, auction_live, auction_store
from tests.bench.auction_world import KINDS, postgres
from tests.bench.board import Board, say

BARS = tuple(f"A{number}" for number in range(1, 10))


def _speed(board: Board, wanted: set[str]) -> None:
    for kind in KINDS:
        auction_http.speed(board, kind, wanted)


def _kinds(measure: Callable[[Board, str], None]) -> Callable[[Board, set[str]], None]:
    def each(board: Board, _wanted: set[str]) -> None:
        for kind in KINDS:
            measure(board, kind)

    return each


def _killing(board: Board, wanted: set[str]) -> None:
    _kinds(auction_kill.kills)(board, wanted)
    auction_kill.statements(board)


PARTS: tuple[tuple[set[str], Callable[[Board, set[str]], None]], ...] = (
    ({"A3"}, _kinds(auction_store.measure)),
    ({"A1", "A2", "A8"}, _speed),
    ({"A4"}, _kinds(auction_live.watched)),
    ({"A5"}, _kinds(auction_live.flood)),
    ({"A6"}, _kinds(auction_kill.races)),
    ({"A7"}, _killing),
    ({"A9"}, lambda board, _wanted: auction_http.nodes(board)),
)


def main() -> int:
    """Measure what was asked for; the board comes last."""
    named = {one.strip().upper() for one in os.environ.get("ONLY", "").split(",") if one.strip()}
    if named - set(BARS):
        print(f"ONLY knows {', '.join(BARS)}, not {', '.join(sorted(named - set(BARS)))}")
        return 2
    wanted = named or set(BARS)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    board = Board()
    say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before the start")
    with postgres():
        for bars, measure in PARTS:
            if bars & wanted:
                begun = time.monotonic()
                measure(board, wanted)
                say(f"{', '.join(sorted(bars & wanted))} took {time.monotonic() - begun:.0f} s")
    board.show()
    return 0 if board.all_held else 1


if __name__ == "__main__":
    sys.exit(main())
