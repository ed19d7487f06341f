"""Reminders by the clock: a day and an hour before the opening, and when the end is near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, union
from sqlalchemy.dialects import postgresql, sqlite

from marketplace.kernel.clock import from_ms, to_ms
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.options import option
from marketplace.notify.commands import tell
from marketplace.trade.auctions.lots import auction_lot
from marketplace.trade.auctions.models import Auction, Reminder, Signup, Watch
from marketplace.trade.auctions.notices import local

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
lot = auction_lot.c


@dataclass(frozen=True, slots=True)
class Due:
    """A lot whose reminder of a kind is due since ``since``."""

    kind: str
    since: datetime
    auction_id: int
    lot_id: int
    number: str
    title: str
    opens_at: datetime
    ends_at: datetime


def remind(ctx: Context) -> int:
    """Tell watchers and admitted bidders what is near, once each; how many were told.

    A row per lot, person and kind is written with the notice: a second run, a second worker, a
    run that was killed and an extension of the end all tell nobody twice. Who began to follow
    after the moment is not told of it. A paused lot waits until it goes on.
    """
    with ctx.reading() as db:
        now = ctx.clock()
        near = timedelta(seconds=option(db, "ending_soon_seconds"))
        found = [one for row in db.execute(_near(now, near)) if (one := _due(row, now, near))]
    return sum(_tell(ctx, one) for one in found)


def _near(now: datetime, near: timedelta) -> Any:
    coming = (Auction.opens_at > now) & (Auction.opens_at <= now + DAY)
    by_clock = (Auction.place == "web") & (Auction.opens_at <= now)
    ending = by_clock & (lot.ends_ms > to_ms(now)) & (lot.ends_ms <= to_ms(now + near))
    return (
        select(
            Auction.id, Auction.lot_id, Auction.number, Auction.title, Auction.opens_at, lot.ends_ms
        )
        .join(auction_lot, Auction.lot_id == lot.id)
        .where(Auction.state == "announced", coming | ending)
        .order_by(Auction.id)
    )


def _due(row: Row[Any], now: datetime, near: timedelta) -> Due | None:
    ends_at = from_ms(row.ends_ms)
    if row.opens_at <= now:
        kind, since = "ending", ends_at - near
    elif row.opens_at <= now + HOUR:
        kind, since = "hour", row.opens_at - HOUR
    else:
        kind, since = "day", row.opens_at - DAY
    return Due(
        kind=kind,
        since=since,
        auction_id=row.id,
        lot_id=row.lot_id,
        number=row.number,
        title=row.title,
        opens_at=row.opens_at,
        ends_at=ends_at,
    )


def _tell(ctx: Context, due: Due) -> int:
    with ctx.transaction() as tx:
        told = _claim(tx, due)
        facts = {
            "title": due.title,
            "number": due.number,
            "opens": local(due.opens_at),
            "ends": local(due.ends_at),
        }
        url = f"/trade/auctions/{due.auction_id}"
        tell(tx, user_ids=told, kind=f"auction.reminder_{due.kind}", facts=facts, url=url)
    return len(told)


def _claim(tx: Tx, due: Due) -> list[int]:
    """Step: write down who is told now; whoever has a row already is left out."""
    people = _followers(tx, due)
    if not people:
        return []
    dialect: Any = sqlite if tx.ctx.engine.dialect.name == "sqlite" else postgresql
    rows = [
        {"lot_id": due.lot_id, "user_id": one, "kind": due.kind, "told_at": tx.now}
        for one in people
    ]
    inserted = dialect.insert(Reminder).values(rows).on_conflict_do_nothing()
    return sorted(tx.db.scalars(inserted.returning(Reminder.user_id)))


def _followers(tx: Tx, due: Due) -> list[int]:
    """Step: who followed the lot when the moment came and has not been told yet."""
    watching = select(Watch.user_id).where(
        Watch.auction_id == due.auction_id, Watch.since <= due.since
    )
    bidding = select(Signup.user_id).where(
        Signup.auction_id == due.auction_id,
        Signup.state == "admitted",
        Signup.admitted_at <= due.since,
    )
    told = select(Reminder.user_id).where(Reminder.lot_id == due.lot_id, Reminder.kind == due.kind)
    people = set(tx.db.scalars(union(watching, bidding)))
    return sorted(people - set(tx.db.scalars(told)))
