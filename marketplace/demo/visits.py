"""Who looked at what: invented openings of the listings' pages in the last two weeks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import datetime

from marketplace.demo.content import Row, rows
from marketplace.demo.history import Stage, Step
from marketplace.showcase.listings.tally import Tally

DAYS = 14
MOST_A_DAY = 9
HIDDEN = ("submitted", "suspended")


def visits(stage: Stage) -> Iterator[Step]:
    """One step a day, which counts what was opened on it."""
    for ago in range(DAYS, 0, -1):
        yield Step(stage.days_ago(ago - 0.5), _open_pages(stage, ago))


def _open_pages(stage: Stage, ago: int) -> Callable[[datetime], None]:
    def open_pages(at: datetime) -> None:
        tally, ctx = Tally(), stage.at(at)
        shown = [row["key"] for row in rows("listing") if _was_shown(row, ago)]
        for key in shown:
            for _ in range(_openings(key, ago)):
                tally.note(ctx, stage.ids["listing", key])
        tally.write(ctx)

    return open_pages


def _was_shown(row: Row, ago: int) -> bool:
    shown: int = row["published_days_ago"]
    return row.get("state") not in HIDDEN and shown > ago


def _openings(key: str, ago: int) -> int:
    """The same figure for every loading: some listings are looked at more than others."""
    liked = zlib.crc32(key.encode()) % MOST_A_DAY
    return zlib.crc32(f"{key} {ago}".encode()) % (liked + 1)
