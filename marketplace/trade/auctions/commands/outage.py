"""The market was away: lots that ended meanwhile, or were about to, get the time back (F21)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context, Tx
from marketplace.trade.auctions.commands.operating import GRACE_MS, OUTAGE_MS, extend, publish
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.lots import auction_lot
from marketplace.trade.auctions.models import Alive, Auction

OUTAGE = timedelta(milliseconds=OUTAGE_MS)


def keep_alive(ctx: Context) -> int:
    """Note that the market is up; after an outage first move the ends it touched.

    A worker runs this every 30 seconds. How many lots were extended. Killed half-way it runs
    again: what was extended lies beyond the outage's reach by then.
    """
    with ctx.reading() as db:
        last = db.scalar(select(Alive.at))
    now = ctx.clock()
    moved = 0
    if last is not None and now - last > OUTAGE:
        moved = sum(
            _extend(ctx, one, down_from=last, down_to=now)
            for one in _touched(ctx, last, down_to=now)
        )
    with ctx.transaction() as tx:
        row = tx.db.get(Alive, 1)
        if row is None:
            tx.db.add(Alive(id=1, at=now))
        else:
            row.at = max(row.at, now)
    return moved


def give_back_outage(ctx: Context) -> None:
    """Before anything is closed: whoever comes first after an outage moves the ends it touched."""
    with ctx.reading() as db:
        last = db.scalar(select(Alive.at))
    if last is not None and ctx.clock() - last > OUTAGE:
        keep_alive(ctx)


def was_down_at(tx: Tx, ends_ms: int) -> bool:
    """Step: the market was away when this lot ended and nobody has given the time back yet."""
    last = tx.db.scalar(select(Alive.at))
    return last is not None and tx.now - last > OUTAGE and to_ms(last) < ends_ms


def _touched(ctx: Context, down_from: datetime, *, down_to: datetime) -> list[int]:
    ends = auction_lot.c.ends_ms
    query = (
        select(Auction.id)
        .join(auction_lot, Auction.lot_id == auction_lot.c.id)
        .where(
            Auction.state == "announced",
            Auction.place == "web",
            auction_lot.c.status == "scheduled",
            ends > to_ms(down_from),
            ends < to_ms(down_to) + GRACE_MS,
        )
        .order_by(Auction.id)
    )
    with ctx.reading() as db:
        return list(db.scalars(query))


def _extend(ctx: Context, auction_id: int, *, down_from: datetime, down_to: datetime) -> bool:
    with ctx.transaction() as tx:
        auction, _state = locked_lot(tx, auction_id)
        if auction.state != "announced":
            return False
        event = extend(tx, auction, down_from=down_from, down_to=down_to)
        if event is None:
            return False
        facts = {"down_from_ms": event.down_from_ms, "down_to_ms": event.down_to_ms}
        publish(tx, auction, kind="extension", text="", ends_ms=event.ends_ms, **facts)
        return True
