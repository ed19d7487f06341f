"""Reads of the board: by key, with sums of the last twelve months."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from marketplace.showcase.deals.models import Deal
from marketplace.web.pagination import Slice, cut, decode
from rules.days import add_months

PAGE = 30


@dataclass(frozen=True, slots=True)
class DealLine:
    """One deal of the board; amounts in fen, empty names are kept secret."""

    id: int
    listing_id: int | None
    auction_id: int | None
    title: str
    title_en: str
    kind: str
    cluster: str
    mode: str
    way: str
    price_minor: int
    start_minor: int | None
    seller_name: str
    buyer_name: str
    agreed_on: date
    registration_number: str


STANDS = Deal.fell_through_at.is_(None)
"""What did not come about in the end is on no list and in no figure."""
COLUMNS = tuple(getattr(Deal, name) for name in DealLine.__slots__)


def board(db: Session, *, cluster: str = "", cursor: str | None = None) -> Slice[DealLine]:
    """Deals, newest first, by key."""
    query = select(*COLUMNS).where(STANDS).order_by(Deal.agreed_on.desc(), Deal.id.desc())
    if cluster:
        query = query.where(Deal.cluster == cluster)
    key = decode(cursor, length=2)
    if key is not None:
        after = (date.fromisoformat(str(key[0])), key[1])
        query = query.where(tuple_(Deal.agreed_on, Deal.id) < after)
    rows = [DealLine(*row) for row in db.execute(query.limit(PAGE + 1))]
    return cut(rows, size=PAGE, keys=[[row.agreed_on.isoformat(), row.id] for row in rows])


def newest(db: Session, limit: int) -> list[DealLine]:
    """The newest deals, for the front page."""
    query = (
        select(*COLUMNS).where(STANDS).order_by(Deal.agreed_on.desc(), Deal.id.desc()).limit(limit)
    )
    return [DealLine(*row) for row in db.execute(query)]


def all_lines(db: Session) -> Iterator[DealLine]:
    """Every deal, oldest first, for the open data."""
    for row in db.execute(select(*COLUMNS).where(STANDS).order_by(Deal.agreed_on, Deal.id)):
        yield DealLine(*row)


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months: how many deals and their sum in fen, in all and month by month."""

    count: int
    sum_minor: int
    counts: tuple[int, ...]
    sums_minor: tuple[int, ...]


def last_year(db: Session, today: date) -> Year:
    """Counts and sums of the twelve months that end today, the oldest month first."""
    since = add_months(today, -12)
    query = (
        select(Deal.agreed_on, func.count(), func.sum(Deal.price_minor))
        .where(Deal.agreed_on > since, STANDS)
        .group_by(Deal.agreed_on)
    )
    counts, sums = [0] * 12, [0] * 12
    starts = [add_months(today, index - 12) for index in range(12)]
    for agreed_on, count, total in db.execute(query):
        month = max(index for index, start in enumerate(starts) if start < agreed_on)
        counts[month] += count
        sums[month] += int(total)
    return Year(sum(counts), sum(sums), tuple(counts), tuple(sums))
