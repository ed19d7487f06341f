"""The sealed bids of a lot as everybody may see them: seals as they came, and the minutes.

Made of the public log alone: before the minutes there is no amount in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import from_ms
from marketplace.trade.auctions.lots import auction_log

KINDS = ("committed", "revealed", "voided", "opened")
log = auction_log.c


@dataclass(frozen=True, slots=True)
class SealLine:
    """A seal as it was handed in, and what became of it. ``amount_minor`` in fen.

    ``verdict``: stands, opened (its amount is secret until the minutes), replaced, voided; by the
    minutes counts, too_low or unrevealed. ``rank`` is the place among the bids that count.
    """

    seq: int
    at: datetime
    bidder: str
    seal: str
    verdict: str = "stands"
    opened_at: datetime | None = None
    amount_minor: int | None = None
    nonce: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """The opening minutes: every seal with its opening, in the order of their coming."""

    seq: int
    written_at: datetime
    lines: tuple[SealLine, ...]

    @property
    def counting(self) -> int:
        """How many bids count."""
        return sum(line.verdict == "counts" for line in self.lines)


def seals(db: Session, lot_id: int) -> tuple[SealLine, ...]:
    """Every seal handed in so far, oldest first; with amounts once the minutes are written."""
    return _fold(_events(db, lot_id))[0]


def minutes(db: Session, lot_id: int) -> Minutes | None:
    """The minutes of a lot, None before they are written."""
    lines, opened = _fold(_events(db, lot_id))
    if opened is None:
        return None
    return Minutes(opened["seq"], from_ms(opened["at_ms"]), lines)


def unopened(db: Session, lot_id: int) -> list[str]:
    """The paddles whose seal stood and was never opened, by the minutes."""
    return [line.bidder for line in seals(db, lot_id) if line.verdict == "unrevealed"]


def taker(db: Session, lot_id: int) -> str | None:
    """The paddle that took a Dutch lot, or None."""
    text = db.scalar(select(log.public).where(log.lot_id == lot_id, log.kind == "taken"))
    return None if text is None else str(json.loads(text)["bidder"])


def _events(db: Session, lot_id: int) -> Iterator[dict[str, Any]]:
    query = select(log.public).where(log.lot_id == lot_id, log.kind.in_(KINDS)).order_by(log.seq)
    return (json.loads(text) for text in db.scalars(query))


def _fold(events: Iterator[dict[str, Any]]) -> tuple[tuple[SealLine, ...], dict[str, Any] | None]:
    lines: list[SealLine] = []
    opened = None
    for event in events:
        match event["kind"]:
            case "committed":
                lines = [_marked(line, event, "replaced") for line in lines]
                at = from_ms(event["at_ms"])
                lines.append(SealLine(event["seq"], at, event["bidder"], event["seal"]))
            case "revealed":
                lines = [_marked(line, event, "opened") for line in lines]
            case "voided":
                lines = [_marked(line, event, "voided") for line in lines]
            case _:
                opened, lines = event, _by_minutes(lines, event["lines"])
    return tuple(lines), opened


def _marked(line: SealLine, event: dict[str, Any], verdict: str) -> SealLine:
    if line.bidder != event["bidder"] or line.verdict not in ("stands", "opened"):
        return line
    opened_at = from_ms(event["at_ms"]) if verdict == "opened" else line.opened_at
    return replace(line, verdict=verdict, opened_at=opened_at)


def _by_minutes(lines: list[SealLine], told: list[dict[str, Any]]) -> list[SealLine]:
    """The engine lists the same seals in the same order."""
    found = [
        replace(line, verdict=one["verdict"], amount_minor=one["amount"], nonce=one["nonce"])
        for line, one in zip(lines, told, strict=True)
    ]
    best = sorted(
        (line for line in found if line.verdict == "counts"),
        key=lambda line: -(line.amount_minor or 0),
    )
    ranks = {line.seq: place for place, line in enumerate(best, start=1)}
    return [replace(line, rank=ranks.get(line.seq)) for line in found]
