"""The calendar of public lots: notice, display, opening and end, by month and as a feed."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI, from_ms, to_ms
from marketplace.trade.auctions.lots import auction_lot
from marketplace.trade.auctions.models import Auction, CalendarKey, Signup, Watch
from marketplace.trade.auctions.queries.board import FELL, status_of

PUBLIC = Auction.state.in_(("announced", "paused", "closed"))
KINDS = ("notice", "display", "opening", "end")
MOST = 500
PAST = timedelta(days=90)
lot = auction_lot.c


@dataclass(frozen=True, slots=True)
class Date:
    """One of the four instants of a lot. ``status`` is that of the lot now."""

    at: datetime
    kind: str
    auction_id: int
    number: str
    version: int
    mode: str
    title: str
    title_en: str
    status: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's days with their dates in order, and the months before and after with lots."""

    first: date
    days: tuple[tuple[date, tuple[Date, ...]], ...]
    previous: date | None
    next: date | None

    @property
    def count(self) -> int:
        """How many dates the month has."""
        return sum(len(dates) for _day, dates in self.days)


def month(db: Session, first: date, *, now: datetime) -> Month:
    """The month that begins on ``first``, in Asia/Shanghai; two statements."""
    begin, end = _midnight(first), _midnight(_after(first))
    stored = [
        (column >= begin) & (column < end)
        for column in (Auction.notice_at, Auction.display_from, Auction.opens_at)
    ]
    ending = (lot.ends_ms >= to_ms(begin)) & (lot.ends_ms < to_ms(end))
    by_day: dict[date, list[Date]] = defaultdict(list)
    for one in _dates(db, or_(*stored, ending), now=now):
        if begin <= one.at < end:
            by_day[one.at.astimezone(SHANGHAI).date()].append(one)
    days = (first + timedelta(days=n) for n in range(calendar.monthrange(*_of(first))[1]))
    earliest, latest = _reach(db)
    before = _before(first)
    return Month(
        first=first,
        days=tuple((day, tuple(by_day[day])) for day in days),
        previous=before if earliest is not None and _midnight(first) > earliest else None,
        next=_after(first) if latest is not None and end <= latest else None,
    )


def _reach(db: Session) -> tuple[datetime | None, datetime | None]:
    query = select(func.min(Auction.notice_at), func.max(lot.ends_ms)).select_from(Auction)
    earliest, ends_ms = db.execute(query.join(auction_lot, Auction.lot_id == lot.id)).one()
    return earliest, None if ends_ms is None else from_ms(ends_ms)


def coming(db: Session, now: datetime) -> list[Date]:
    """Every date of the lots that end in the future or ended lately: for a calendar program."""
    return list(_dates(db, lot.ends_ms >= to_ms(now - PAST), now=now))


def own(db: Session, user_id: int, *, now: datetime) -> list[Date]:
    """The same for the lots that a person watches or signed up for."""
    watched = select(Watch.auction_id).where(Watch.user_id == user_id)
    signed = select(Signup.auction_id).where(
        Signup.user_id == user_id, Signup.state.in_(("applied", "admitted"))
    )
    mine = or_(Auction.id.in_(watched), Auction.id.in_(signed))
    return list(_dates(db, mine & (lot.ends_ms >= to_ms(now - PAST)), now=now))


def owner_of(db: Session, sha256: str) -> int | None:
    """Whose secret calendar address has this hash."""
    return db.scalar(select(CalendarKey.user_id).where(CalendarKey.sha256 == sha256))


def key_made_at(db: Session, user_id: int) -> datetime | None:
    """When the person made the address in force, or None."""
    return db.scalar(select(CalendarKey.made_at).where(CalendarKey.user_id == user_id))


def _query(test: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Auction.id,
            Auction.number,
            Auction.version,
            Auction.mode,
            Auction.title,
            Auction.title_en,
            Auction.state,
            Auction.place,
            Auction.notice_at,
            Auction.display_from,
            Auction.opens_at,
            lot.ends_ms,
            lot.progress,
            lot.outcome,
            FELL,
        )
        .join(auction_lot, Auction.lot_id == lot.id)
        .where(PUBLIC, test)
        .order_by(Auction.opens_at.desc(), Auction.id)
        .limit(MOST)
    )


def _dates(db: Session, test: ColumnElement[bool], *, now: datetime) -> Iterator[Date]:
    found = [one for row in db.execute(_query(test)) for one in _of_lot(row, now)]
    yield from sorted(found, key=lambda one: (one.at, one.auction_id, KINDS.index(one.kind)))


def _of_lot(row: Row[Any], now: datetime) -> Iterator[Date]:
    ends_at = from_ms(row.ends_ms)
    status = status_of(row, ends_at=ends_at, now=now)
    instants = [row.notice_at, row.display_from, row.opens_at]
    if row.place == "web":  # in a hall a hammer ends the lot, nobody knows when
        instants.append(ends_at)
    for kind, at in zip(KINDS, instants, strict=False):
        yield Date(
            at=at,
            kind=kind,
            auction_id=row.id,
            number=row.number,
            version=row.version,
            mode=row.mode,
            title=row.title,
            title_en=row.title_en,
            status=status,
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def _of(day: date) -> tuple[int, int]:
    return day.year, day.month


def _after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
