"""Who read which confidential document of a lot, by paddle: for seller and staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.trade.auctions.models import Reading, Signup

MOST = 200


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One reading; the paddle stands for the bidder, whose name the result reveals (L23)."""

    paddle: str
    file_id: int
    read_at: datetime


def readings(db: Session, auction_id: int) -> tuple[ReadingLine, ...]:
    """The newest readings, newest first."""
    query = (
        select(Signup.paddle, Reading.file_id, Reading.read_at)
        .join(Signup, Signup.id == Reading.signup_id)
        .where(Reading.auction_id == auction_id)
        .order_by(Reading.id.desc())
        .limit(MOST)
    )
    return tuple(ReadingLine(*row) for row in db.execute(query))
