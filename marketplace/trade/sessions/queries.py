"""Reads of sessions: SQL in, frozen values out; no maximum and no reserve among them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions.queries import AuctionCard, in_hall
from marketplace.trade.auctions.queries.in_hall import Entered, HallLot, LogLine
from marketplace.trade.sessions import policy, rehearsal, roots, running_order
from marketplace.trade.sessions.models import Guest, SaleSession, SessionLot

MOST = 60
LOG_ROWS = 30
UPCOMING = ("planned", "announced", "open")


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A session without its lots."""

    id: int
    number: str
    state: str
    mode: str
    place: str
    running: str
    is_rehearsal: bool
    title: str
    title_en: str
    venue: str
    starts_at: datetime
    auctioneer_id: int
    auctioneer_name: str
    clerk_id: int
    clerk_name: str
    current_auction_id: int | None
    heartbeat_at: datetime | None
    announced_at: datetime | None
    opened_at: datetime | None
    over_at: datetime | None
    lots: int

    @property
    def is_licensed(self) -> bool:
        """A 拍卖会; everything else must not be called so (L3)."""
        return self.mode == "licensed_auction"


def _cards(db: Session, *conditions: object) -> list[SessionCard]:
    counted = select(func.count()).where(SessionLot.session_id == SaleSession.id).scalar_subquery()
    own = [getattr(SaleSession, name) for name in SessionCard.__slots__[:-1]]
    query = select(*own, counted).where(*conditions)  # type: ignore[arg-type]
    rows = db.execute(
        query.order_by(SaleSession.starts_at.desc(), SaleSession.id.desc()).limit(MOST)
    )
    return [SessionCard(*tuple(row)) for row in rows]


def sessions(db: Session, actor: Actor | None) -> tuple[list[SessionCard], list[SessionCard]]:
    """(to come or running, soonest first; over, latest first) as this reader may see them."""
    found = _cards(db, *_visible(actor), SaleSession.state != "cancelled")
    coming = [one for one in found if one.state in UPCOMING]
    return coming[::-1], [one for one in found if one.state not in UPCOMING]


def _visible(actor: Actor | None) -> list[object]:
    if policy.may_see_plan(actor):
        return []
    return [SaleSession.state != "planned", ~SaleSession.is_rehearsal]


def card(db: Session, session_id: int, *, actor: Actor | None) -> SessionCard:
    """One session; raises NotFound for a plan or a rehearsal that is not this reader's to see."""
    found = _cards(db, SaleSession.id == session_id, *_visible(actor))
    if not found:
        raise NotFound
    return found[0]


def lots(db: Session, session: SessionCard, *, now: datetime) -> list[AuctionCard]:
    """The running order; of a rehearsal that has begun, the copies."""
    cards = running_order.cards_of(db, session.id, now=now)
    if not session.is_rehearsal or session.opened_at is None:
        return cards
    return [rehearsal.board(db, session.id, card=one).card for one in cards]


def candidates(db: Session, session: SessionCard, *, now: datetime) -> list[AuctionCard]:
    """Announced lots that would fit and are in no other session, nor in this one."""
    place = session.place if not session.is_rehearsal else None
    found = in_hall.candidates(db, now, place=place, mode=session.mode)
    taken = set(
        db.scalars(
            select(SessionLot.auction_id).where(
                (SessionLot.session_id == session.id)
                | (~SessionLot.is_rehearsal & (not session.is_rehearsal))
            )
        )
    )
    fitting = [one for one in found if running_order.misfit(session, one) is None]
    return [one for one in fitting if one.id not in taken]


def session_of_lot(db: Session, auction_id: int) -> SessionCard | None:
    """The announced session a lot is in, for its own page."""
    found = running_order.session_of(db, auction_id)
    if found is None or found.state == "planned":
        return None
    return _cards(db, SaleSession.id == found.id)[0]


@dataclass(frozen=True, slots=True)
class Up:
    """The lot that is up: its position, its board, its log."""

    position: int
    board: HallLot
    log: tuple[LogLine, ...]


def up(db: Session, session: SessionCard, *, now: datetime) -> Up | None:
    """What console and projector show; None while nothing is up."""
    current = session.current_auction_id
    if current is None:
        return None
    positions = {lot.auction_id: lot.position for lot in roots.lots_of(db, session.id)}
    if session.is_rehearsal:
        real = next(
            one for one in running_order.cards_of(db, session.id, now=now) if one.id == current
        )
        board = rehearsal.board(db, session.id, card=real)
        log = rehearsal.lines(db, session.id, current, most=LOG_ROWS)
    else:
        board = in_hall.hall_lot(db, current, now=now)
        log = in_hall.hall_log(db, current)
    return Up(positions[current], board, log)


@dataclass(frozen=True, slots=True)
class GuestLine:
    """A paddle of the session, for its desk."""

    id: int
    paddle: int
    organisation_id: int
    organisation_name: str
    holder_name: str
    hides_name: bool
    rules_read_at: datetime
    entered_at: datetime
    lots: tuple[Entered, ...] = ()


def guests(db: Session, session_id: int) -> list[GuestLine]:
    """Everybody who was given a paddle, with the standing in each lot."""
    ids = [lot.auction_id for lot in roots.lots_of(db, session_id)]
    entered = in_hall.entered(db, ids)
    own = [getattr(Guest, name) for name in GuestLine.__slots__[:-1]]
    query = select(*own).where(Guest.session_id == session_id).order_by(Guest.paddle)
    found = []
    for row in db.execute(query):
        mine = (row.organisation_id, str(row.paddle))
        lots = tuple(one for one in entered if (one.organisation_id, one.paddle) == mine)
        values: tuple[Any, ...] = (*row, lots)
        found.append(GuestLine(*values))
    return found


def guest(db: Session, session_id: int, guest_id: int) -> GuestLine:
    """One paddle; raises NotFound."""
    found = next((one for one in guests(db, session_id) if one.id == guest_id), None)
    if found is None:
        raise NotFound
    return found


def paddles(db: Session, session: SessionCard, *, auction_id: int) -> Collection[str]:
    """The hall paddles that may bid on a lot."""
    if session.is_rehearsal:
        return [str(number) for number in rehearsal.PADDLES]
    known = set(db.scalars(select(Guest.paddle).where(Guest.session_id == session.id)))
    return [
        one.paddle
        for one in in_hall.entered(db, [auction_id])
        if one.state == "admitted" and int(one.paddle) in known
    ]
