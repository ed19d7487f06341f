"""The published daily heads: the days, one day's list, and where a lot's head was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import Invalid, NotFound
from marketplace.trade.auctions.heads import Line, text_of
from marketplace.trade.auctions.models import Auction, DayHead, HeadsDay
from marketplace.web.pagination import Slice, cut, decode

PAGE = 31
RECENT = 10


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """A day's list in short."""

    day: date
    previous: str
    sha256: str
    lots: int
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """A lot's head as some day's list has it."""

    day: date
    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class DayList:
    """A day's list whole; ``auctions`` maps lots to the auctions whose pages show them."""

    about: PublishedDay
    lines: Sequence[Line]
    auctions: dict[int, int]
    has_next: bool

    @property
    def text(self) -> str:
        """What was hashed."""
        return text_of(self.about.day, self.about.previous, self.lines)


DAY = tuple(getattr(HeadsDay, name) for name in PublishedDay.__slots__)


def days(db: Session, *, cursor: str | None = None) -> Slice[PublishedDay]:
    """The lists, newest first."""
    query = select(*DAY)
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(HeadsDay.day < _day(key[0]))
    rows = db.execute(query.order_by(HeadsDay.day.desc()).limit(PAGE + 1))
    found = [PublishedDay(*row) for row in rows]
    return cut(found, size=PAGE, keys=[[one.day.toordinal()] for one in found])


def _day(ordinal: int | str | None) -> date:
    if not isinstance(ordinal, int) or not 0 < ordinal <= date.max.toordinal():
        raise Invalid("bad_cursor")
    return date.fromordinal(ordinal)


def day_list(db: Session, day: date) -> DayList:
    """The list of a day; raises NotFound when there is none."""
    row = db.execute(select(*DAY).where(HeadsDay.day == day)).first()
    if row is None:
        raise NotFound
    columns = (DayHead.lot_id, DayHead.number, DayHead.seq, DayHead.head, Auction.id)
    query = (
        select(*columns)
        .outerjoin(Auction, Auction.lot_id == DayHead.lot_id)
        .where(DayHead.day == day)
        .order_by(DayHead.lot_id)
    )
    rows = db.execute(query).all()
    following = select(HeadsDay.day).where(HeadsDay.day == day + timedelta(days=1))
    return DayList(
        about=PublishedDay(*row),
        lines=[Line(one.lot_id, one.number, one.seq, one.head) for one in rows],
        auctions={one.lot_id: one.id for one in rows if one.id is not None},
        has_next=db.scalar(following) is not None,
    )


def published(db: Session, lot_id: int) -> tuple[PublishedHead, ...]:
    """The last days in whose lists a lot stands, newest first."""
    query = (
        select(DayHead.day, DayHead.seq, DayHead.head)
        .where(DayHead.lot_id == lot_id)
        .order_by(DayHead.day.desc())
        .limit(RECENT)
    )
    return tuple(PublishedHead(*row) for row in db.execute(query))
