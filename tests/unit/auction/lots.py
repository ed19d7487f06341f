"""Builders for lots and bids: every test says only what matters to it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from auction import verifier
from auction.book import Book
from auction.commands import Channel, Close, PlaceBid
from auction.execution import Outcome
from auction.export import export
from auction.state import Terms

HOUR = 3_600_000
MINUTE = 60_000
START = 10_000
LADDER = ((0, 1_000), (50_000, 2_000), (100_000, 5_000))


def terms(**changes: Any) -> Terms:
    """The terms of the worked examples: one hour, start 10,000, step 1,000 rising."""
    plain: dict[str, Any] = {
        "start": START,
        "ladder": LADDER,
        "opens_ms": 0,
        "ends_ms": HOUR,
        "end_granularity_ms": 1,
        "abnormal_multiple": None,
    }
    return Terms(**(plain | changes))


def lot(**changes: Any) -> Book:
    """A scheduled lot in memory."""
    return Book(7, terms(**changes))


def bid(book: Book, bidder: str, amount: Any, at: int = MINUTE, **more: Any) -> Outcome:
    """An online bid."""
    return book.execute(PlaceBid(bidder, amount, **more), at)


def floor(book: Book, bidder: str, amount: int, at: int = MINUTE, **more: Any) -> Outcome:
    """A bid called in the hall."""
    return book.execute(PlaceBid(bidder, amount, channel=Channel.FLOOR, **more), at)


def close(book: Book, at: int | None = None) -> Outcome:
    """A closing attempt, at the end unless another instant is given."""
    return book.execute(Close(), book.state.ends_ms if at is None else at)


def board(book: Book) -> tuple[int | None, str | None]:
    """Price and leader."""
    return book.state.price, book.state.leader


def checked(book: Book) -> str:
    """How the stand-alone verifier, given the exported log, says the lot ended."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.jsonl"
        path.write_text(export(book.state.lot, book.entries))
        return verifier.verify(str(path)).split("; ")[1]
