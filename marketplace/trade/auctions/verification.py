"""What ``marketplace verify`` checks of the auctions' daily heads (I4, I10)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context
from marketplace.trade.auctions.heads import FIRST, Line, hash_of, lines_at, text_of
from marketplace.trade.auctions.lots import auction_log
from marketplace.trade.auctions.models import DayHead, HeadsDay

WHOLE_DAYS = 31
"""So many of the newest lists are made anew from the logs: no lot may be missing in them."""
log = auction_log.c


def broken(ctx: Context) -> Iterator[tuple[str, str]]:
    """(which list, what is wrong): each list's hash, the chain of lists, each head in its log."""
    with ctx.reading() as db:
        yield from _lists(db)
        yield from _heads(db)
        yield from _missing(db)


def _lists(db: Session) -> Iterator[tuple[str, str]]:
    lines = _lines(db)
    previous, expected = FIRST, None
    for row in db.scalars(select(HeadsDay).order_by(HeadsDay.day)):
        name, own = f"heads of {row.day}", lines.get(row.day, [])
        if expected is not None and row.day != expected:
            yield name, f"the day {expected} before it is missing"
        if row.previous != previous:
            yield name, "does not follow from the list of the day before"
        if row.lots != len(own) or row.sha256 != hash_of(text_of(row.day, row.previous, own)):
            yield name, "its hash is not that of its lines"
        previous, expected = row.sha256, row.day + timedelta(days=1)


def _lines(db: Session) -> dict[date, list[Line]]:
    columns = (DayHead.day, DayHead.lot_id, DayHead.number, DayHead.seq, DayHead.head)
    rows = db.execute(select(*columns).order_by(DayHead.day, DayHead.lot_id))
    return {
        day: [Line(*row[1:]) for row in group] for day, group in groupby(rows, lambda row: row[0])
    }


def _heads(db: Session) -> Iterator[tuple[str, str]]:
    query = (
        select(DayHead.day, DayHead.lot_id)
        .outerjoin(auction_log, (log.lot_id == DayHead.lot_id) & (log.seq == DayHead.seq))
        .where(or_(log.hash.is_(None), log.hash != DayHead.head))
        .order_by(DayHead.day, DayHead.lot_id)
    )
    for day, lot_id in db.execute(query):
        yield f"heads of {day}", f"the log of lot {lot_id} does not have the published head"


def _missing(db: Session) -> Iterator[tuple[str, str]]:
    newest = db.scalar(select(func.max(HeadsDay.day)))
    if newest is None:
        return
    recent = select(HeadsDay.day).where(HeadsDay.day > newest - timedelta(days=WHOLE_DAYS))
    for day in db.scalars(recent.order_by(HeadsDay.day)).all():
        stored = set(db.execute(select(DayHead.lot_id, DayHead.seq).where(DayHead.day == day)))
        for line in lines_at(db, day):
            if (line.lot_id, line.seq) not in stored:
                yield f"heads of {day}", f"lot {line.lot_id} is missing or stands at another entry"
