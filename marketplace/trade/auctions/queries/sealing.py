"""What a page shows of the sealed bids of a lot: how many, the reader's own, the minutes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from marketplace.trade.auctions.minutes import Minutes, SealLine, minutes, seals
from marketplace.trade.auctions.queries.room import Room

STANDING = ("stands", "opened", "counts", "too_low", "unrevealed")


@dataclass(frozen=True, slots=True)
class Sealing:
    """The seals of a lot for one reader: of the others only how many there are (T10)."""

    handed_in: int
    opened: int
    mine: tuple[SealLine, ...]
    minutes: Minutes | None

    @property
    def own(self) -> SealLine | None:
        """The reader's seal that stands, opened or not."""
        return next((line for line in self.mine if line.verdict in STANDING), None)


def sealing(db: Session, room: Room, *, paddle: str | None) -> Sealing | None:
    """The seals of a lot that has such a stage; None for one that has not."""
    if room.format == "english" or (room.fall and "sealing_minutes" not in room.format_terms):
        return None
    lines = seals(db, room.lot_id)
    return Sealing(
        handed_in=sum(line.verdict in STANDING for line in lines),
        opened=sum(line.opened_at is not None for line in lines if line.verdict in STANDING),
        mine=tuple(line for line in lines if line.bidder == paddle),
        minutes=minutes(db, room.lot_id) if room.stage in ("topping", "taken") else None,
    )
