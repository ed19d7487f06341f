"""Auctions in lists: the hall, the home page, beside a listing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from auction.store.rows import read_progress
from marketplace.kernel.clock import from_ms, to_ms
from marketplace.trade.auctions.fall import fall_of
from marketplace.trade.auctions.lots import auction_lot
from marketplace.trade.auctions.models import Auction, FallenSale, Outcome
from marketplace.web.pagination import Slice, cut, decode

PAGE = 20
OVER = ("sold", "unsold", "fallen", "withdrawn")
"""The states of a lot to which nothing more can happen: see ``status_of``."""
lot = auction_lot.c


@dataclass(frozen=True, slots=True)
class AuctionCard:
    """An auction in a list. Amounts in fen.

    ``status``: upcoming, live, closing (over, about to be closed), paused, sold, unsold,
    fallen (sold, but no deal came of it), withdrawn. ``stage`` of a sealed or a Dutch lot:
    bidding, sealing, revealing, topping, taken. ``price_minor``: the current or final price, the
    start price before any bid, the falling one.
    """

    id: int
    number: str
    mode: str
    format: str
    place: str
    stage: str
    status: str
    title: str
    title_en: str
    cluster: str
    listing_id: int
    seller_name: str
    start_minor: int
    price_minor: int
    deposit_minor: int
    has_bids: bool
    bids: int
    opens_at: datetime
    ends_at: datetime
    has_reserve: bool
    reserve_met: bool


FELL = (
    select(FallenSale.why)
    .where(FallenSale.auction_id == Auction.id)
    .scalar_subquery()
    .label("fell")
)
"""Why the sale of a lot came to nothing, beside the lot's other columns: see ``status_of``."""
COLUMNS = (
    Auction.id,
    Auction.number,
    Auction.mode,
    Auction.format,
    Auction.place,
    Auction.state,
    Auction.title,
    Auction.title_en,
    Auction.cluster,
    Auction.listing_id,
    Auction.seller_name,
    Auction.hides_seller,
    Auction.start_minor,
    Auction.format_terms,
    Auction.deposit_minor,
    Auction.opens_at,
    Auction.has_reserve,
    lot.price,
    lot.view,
    lot.ends_ms,
    lot.reserve_met,
    lot.outcome,
    FELL,
    lot.progress,
)


def _query() -> Select[Any]:
    return select(*COLUMNS).join(auction_lot, Auction.lot_id == lot.id)


def _card(row: Row[Any], now: datetime) -> AuctionCard:
    ends_at = from_ms(row.ends_ms)
    return AuctionCard(
        id=row.id,
        number=row.number,
        mode=row.mode,
        format=row.format,
        place=row.place,
        stage=read_progress(row.progress).stage.value,
        status=status_of(row, ends_at=ends_at, now=now),
        title=row.title,
        title_en=row.title_en,
        cluster=row.cluster,
        listing_id=row.listing_id,
        seller_name="" if row.hides_seller else row.seller_name,
        start_minor=row.start_minor,
        price_minor=_price(row, now),
        deposit_minor=row.deposit_minor,
        has_bids=row.price is not None,
        bids=row.view,
        opens_at=row.opens_at,
        ends_at=ends_at,
        has_reserve=row.has_reserve,
        reserve_met=bool(row.reserve_met),
    )


def _price(row: Row[Any], now: datetime) -> int:
    """The price of the log; before one stands there, the start or the falling price of now."""
    if row.price is not None:
        return int(row.price)
    fall = fall_of(row.format_terms, start_minor=row.start_minor, opens_at=row.opens_at)
    return row.start_minor if fall is None else fall.price_at(now)


def status_of(row: Any, *, ends_at: datetime, now: datetime) -> str:
    """What an auction is to the public at an instant.

    ``row`` has state, place and opens_at of the auction, outcome and progress of its lot, and
    once it is closed ``fell``.
    """
    if row.state == "closed":
        sold = "fallen" if row.fell else "sold"
        return sold if row.outcome == "sold" else "unsold"
    if row.state in ("paused", "withdrawn", "draft"):
        return str(row.state)
    if read_progress(row.progress).paused:
        return "paused"
    if now < row.opens_at:
        return "upcoming"
    by_clock = row.place == "web"
    return "closing" if by_clock and now >= ends_at else "live"


def cards(db: Session, ids: Iterable[int], now: datetime) -> dict[int, AuctionCard]:
    """Published auctions by id."""
    query = _query().where(Auction.id.in_(sorted({*ids})))
    return {row.id: _card(row, now) for row in db.execute(query)}


def board(db: Session, now: datetime, limit: int) -> tuple[AuctionCard, ...]:
    """For the home page: what is live, soonest end first, then what comes, soonest first."""
    now_ms = to_ms(now)
    running = (lot.ends_ms > now_ms) | (Auction.place != "web")
    open_now = _query().where(Auction.state == "announced", running)
    query = open_now.order_by(Auction.opens_at > now, lot.ends_ms, Auction.id).limit(limit)
    return tuple(_card(row, now) for row in db.execute(query))


def _tabs(now: datetime) -> dict[str, ColumnElement[bool]]:
    running = Auction.state.in_(("announced", "paused"))
    return {
        "live": running & (Auction.opens_at <= now),
        "upcoming": running & (Auction.opens_at > now),
        "ended": Auction.state == "closed",
    }


def hall(db: Session, now: datetime, *, tab: str, cursor: str | None = None) -> Slice[AuctionCard]:
    """One tab of the hall: live soonest end first, upcoming soonest first, ended latest first."""
    query = _query().where(_tabs(now)[tab])
    opens_ms = lot.opens_ms
    order = {"live": lot.ends_ms, "upcoming": opens_ms, "ended": lot.ends_ms}[tab]
    key = decode(cursor, length=2)
    if tab == "ended":
        query = query.order_by(order.desc(), Auction.id.desc())
        after = (order < key[0]) | ((order == key[0]) & (Auction.id < key[1])) if key else None
    else:
        query = query.order_by(order, Auction.id)
        after = (order > key[0]) | ((order == key[0]) & (Auction.id > key[1])) if key else None
    if after is not None:
        query = query.where(after)
    rows = db.execute(query.add_columns(order.label("sort_ms")).limit(PAGE + 1)).all()
    found = [_card(row, now) for row in rows]
    return cut(found, size=PAGE, keys=[[row.sort_ms, row.id] for row in rows])


def counts(db: Session, now: datetime) -> dict[str, int]:
    """How many auctions each tab holds."""
    columns = [func.count().filter(test).label(tab) for tab, test in _tabs(now).items()]
    row = db.execute(select(*columns).select_from(Auction)).one()
    return dict(row._mapping)


def for_listing(db: Session, listing_id: int, *, now: datetime) -> AuctionCard | None:
    """The newest published auction of a listing, or None; a withdrawn one does not count."""
    query = _query().where(Auction.listing_id == listing_id, Auction.state != "withdrawn")
    row = db.execute(query.order_by(Auction.id.desc()).limit(1)).first()
    return None if row is None else _card(row, now)


@dataclass(frozen=True, slots=True)
class Figures:
    """Public statistics: closed and sold lots, their value (fen) and the rise over the start."""

    closed: int
    sold: int
    value_minor: int
    rise: float | None


def figures(db: Session, now: datetime, *, days: int = 365) -> Figures:
    """What the last ``days`` days brought."""
    since = now - timedelta(days=days)
    sold = (Outcome.outcome == "sold") & FallenSale.why.is_(None)
    row = db.execute(
        select(
            func.count(),
            func.count().filter(sold),
            func.coalesce(func.sum(Outcome.price_minor).filter(sold), 0),
            func.coalesce(func.sum(Auction.start_minor).filter(sold), 0),
        )
        .select_from(Outcome)
        .join(Auction, Auction.id == Outcome.auction_id)
        .outerjoin(FallenSale, FallenSale.auction_id == Outcome.auction_id)
        .where(Outcome.closed_at >= since)
    ).one()
    closed, count, value, start = (int(one) for one in row)
    return Figures(closed, count, value, value / start - 1 if start else None)
