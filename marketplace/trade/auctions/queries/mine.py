"""What a bidder sees of himself: state, deposit, own maximum; and all his lots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import from_ms
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, Signup, Watch
from marketplace.trade.auctions.queries.board import FELL, OVER, status_of
from marketplace.trade.auctions.queries.room import Room
from marketplace.treasury.deposits import queries as treasury
from marketplace.treasury.deposits.queries import DepositLine

lot = auction_lot.c


@dataclass(frozen=True, slots=True)
class MyState:
    """The reader's own part in a lot. ``maximum_minor`` is his own last maximum, nobody else's.

    ``stands``: watching, applied, admitted, leading, outbid, won, lost, refused, voided.
    """

    stands: str
    watches: bool = False
    signup_id: int | None = None
    paddle: str | None = None
    accepted_version: int | None = None
    maximum_minor: int | None = None
    ended_why: str | None = None
    deposit: DepositLine | None = None

    @property
    def may_bid(self) -> bool:
        """Signed up, paid and not out."""
        paid = self.deposit is not None and self.deposit.state == "held"
        return paid and self.stands in ("admitted", "leading", "outbid")


def my_state(db: Session, actor: Actor | None, *, room: Room) -> MyState:
    """Where the reader stands in this lot."""
    if actor is None:
        return MyState("watching")
    query = (
        select(Signup, Watch.user_id)
        .outerjoin(Watch, and_(Watch.auction_id == room.id, Watch.user_id == actor.user_id))
        .where(Signup.auction_id == room.id, Signup.organisation_id == actor.organisation_id)
    )
    row = db.execute(query).first()
    if row is None:
        return MyState("watching", watches=db.get(Watch, (actor.user_id, room.id)) is not None)
    signup = row[0]
    maximum = last_maximum(db, room.lot_id, paddle=signup.paddle)
    return MyState(
        stands=_stands(signup, room, has_bid=maximum is not None),
        watches=row[1] is not None,
        signup_id=signup.id,
        paddle=signup.paddle,
        accepted_version=signup.accepted_version,
        maximum_minor=maximum,
        ended_why=signup.ended_why,
        deposit=treasury.of_bidder(db, room.id, organisation_id=signup.organisation_id),
    )


def _stands(signup: Signup, room: Room, *, has_bid: bool) -> str:
    if signup.state in ("refused", "voided"):
        return signup.state
    leads = room.leader is not None and room.leader == signup.paddle
    if room.outcome is not None:
        return "won" if leads and room.outcome == "sold" else "lost"
    if leads:
        return "leading"
    return "outbid" if has_bid else signup.state


def last_maximum(db: Session, lot_id: int, *, paddle: str) -> int | None:
    """The bidder's own last accepted maximum, for himself alone."""
    log = auction_log.c
    query = (
        select(log.secret)
        .where(log.lot_id == lot_id, log.bidder == paddle, log.kind == "accepted")
        .order_by(log.seq.desc())
        .limit(1)
    )
    secret = db.scalar(query)
    return None if secret is None else int(json.loads(secret)["amount"])


@dataclass(frozen=True, slots=True)
class MyBid:
    """One of the reader's lots, for the desk. Amounts in fen."""

    auction_id: int
    number: str
    title: str
    title_en: str
    status: str
    paddle: str
    signup_state: str
    leads: bool
    price_minor: int | None
    opens_at: datetime
    ends_at: datetime


def my_bids(db: Session, organisation_id: int, *, now: datetime) -> tuple[MyBid, ...]:
    """The lots an organisation signed up for, what ends soonest first, the past last."""
    rows = db.execute(_my_bids(organisation_id)).all()
    bids = [
        MyBid(
            auction_id=row.id,
            number=row.number,
            title=row.title,
            title_en=row.title_en,
            status=status_of(row, ends_at=from_ms(row.ends_ms), now=now),
            paddle=row.paddle,
            signup_state=row.signup_state,
            leads=row.leader == row.paddle,
            price_minor=row.price,
            opens_at=row.opens_at,
            ends_at=from_ms(row.ends_ms),
        )
        for row in rows
    ]
    return tuple(sorted(bids, key=lambda bid: (bid.status in OVER, bid.ends_at)))


def _my_bids(organisation_id: int) -> Select[tuple[object, ...]]:
    query: Select[tuple[object, ...]] = (
        select(
            Auction.id,
            Auction.number,
            Auction.title,
            Auction.title_en,
            Auction.state,
            Auction.place,
            Auction.opens_at,
            lot.progress,
            lot.ends_ms,
            lot.leader,
            lot.price,
            lot.outcome,
            FELL,
            Signup.paddle,
            Signup.state.label("signup_state"),
        )
        .join(Signup, Signup.auction_id == Auction.id)
        .join(auction_lot, Auction.lot_id == lot.id)
        .where(Signup.organisation_id == organisation_id)
        .order_by(Auction.id.desc())
        .limit(100)
    )
    return query
