"""The daily list of heads: the last hash of every running lot, frozen at the end of each day.

The text of a list is what is hashed, so that ``sha256sum`` on the downloaded file proves it:

    auction-heads/1 2026-11-28 Asia/Shanghai
    previous <SHA-256 of the list of the day before, 64 zeros before the first>
    lots <how many lines follow>
    <lot> <number of the notice, - when it was replaced> <entry> <hash of that entry>

Every line ends with a line feed; lots stand in the order of their numbers. A lot is in every
list from the day of its notice to the day of its closing, so no day can be left out or made up
later without breaking the lists after it (T23).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI, from_ms, to_ms
from marketplace.kernel.context import Context
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, DayHead, HeadsDay

FORMAT = "auction-heads/1"
FIRST = "0" * 64
GRACE = timedelta(minutes=10)
"""A day is listed so long after its end: whatever came in before midnight is written by then."""
AT_ONCE = 400
ONE_DAY = timedelta(days=1)
log, lot = auction_log.c, auction_lot.c


@dataclass(frozen=True, slots=True)
class Line:
    """A lot at the end of a day: the number and the hash of its last entry."""

    lot_id: int
    number: str
    seq: int
    head: str


def text_of(day: date, previous: str, lines: Sequence[Line]) -> str:
    """The list as published and hashed."""
    head = f"{FORMAT} {day.isoformat()} Asia/Shanghai\nprevious {previous}\nlots {len(lines)}\n"
    return head + "".join(
        f"{line.lot_id} {line.number or '-'} {line.seq} {line.head}\n" for line in lines
    )


def hash_of(text: str) -> str:
    """SHA-256 of a list's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def lines_at(db: Session, day: date) -> list[Line]:
    """What the logs say of a day that is over: lots that were not closed before it began."""
    begins, ends = _bounds(day)
    past = auction_log.alias("past").c
    last = (
        select(func.max(past.seq))
        .where(past.lot_id == lot.id, past.at_ms < to_ms(ends))
        .scalar_subquery()
    )
    over = select(past.seq).where(
        past.lot_id == lot.id, past.kind.in_(("closed", "cancelled")), past.at_ms < to_ms(begins)
    )
    query = (
        select(lot.id, func.coalesce(Auction.number, ""), log.seq, log.hash)
        .select_from(auction_lot)
        .join(auction_log, (log.lot_id == lot.id) & (log.seq == last))
        .outerjoin(Auction, Auction.lot_id == lot.id)
        .where(~over.exists())
        .order_by(lot.id)
    )
    return [Line(*row) for row in db.execute(query)]


def publish_heads(ctx: Context) -> int:
    """Publish the list of every day that is over and has none; how many days were published.

    Safe to run at any time by anybody: a day has one list, and a late run fills the days in with
    what their logs say, which nobody can change.
    """
    with ctx.reading() as db:
        owed = _owed(db, ctx.clock())
    return sum(_publish(ctx, day) for day in owed)


def _owed(db: Session, now: datetime) -> list[date]:
    last = db.scalar(select(func.max(HeadsDay.day)))
    if last is None:
        began = db.scalar(select(func.min(log.at_ms)).where(log.seq == 1))
        if began is None:
            return []
        last = from_ms(began).astimezone(SHANGHAI).date() - ONE_DAY
    over = (now - GRACE).astimezone(SHANGHAI).date() - ONE_DAY
    count = min((over - last).days, AT_ONCE)
    return [last + ONE_DAY * number for number in range(1, count + 1)]


def _publish(ctx: Context, day: date) -> bool:
    dialect: Any = sqlite if ctx.engine.dialect.name == "sqlite" else postgresql
    with ctx.transaction() as tx:
        before = tx.db.scalar(select(HeadsDay.sha256).where(HeadsDay.day == day - ONE_DAY))
        previous, lines = before or FIRST, lines_at(tx.db, day)
        row = {
            "day": day,
            "previous": previous,
            "sha256": hash_of(text_of(day, previous, lines)),
            "lots": len(lines),
            "published_at": tx.now,
        }
        new = dialect.insert(HeadsDay).values(row).on_conflict_do_nothing()
        if tx.db.scalar(new.returning(HeadsDay.day)) is None:
            return False  # another worker was faster
        _keep(tx.db, day, lines)
        tx.audit("auction.heads_published", "heads", day.isoformat(), sha256=row["sha256"])
    return True


def _keep(db: Session, day: date, lines: Iterable[Line]) -> None:
    rows = [
        {"day": day, "lot_id": one.lot_id, "number": one.number, "seq": one.seq, "head": one.head}
        for one in lines
    ]
    table: Table = DayHead.__table__  # type: ignore[assignment]
    if rows:
        db.execute(insert(table), rows)


def _bounds(day: date) -> tuple[datetime, datetime]:
    begins = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
    return begins, begins + ONE_DAY
