"""A lot as its hall needs it: the board with its number, the warnings, the log; never a maximum."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.hall import WARNINGS
from auction.proxy import minimum_next
from auction.state import State
from marketplace.kernel.clock import from_ms
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions.lots import auction_log, store, wire
from marketplace.trade.auctions.models import Auction, Signup
from marketplace.trade.auctions.queries.board import OVER, AuctionCard, cards

LOG_ROWS = 30
SHOWN_KINDS = (
    "accepted", "voided", "undone", "warned", "paused", "resumed", "reserve_met", "closed",
    "cancelled",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HallLot:
    """The board of a lot. Amounts in fen; ``view`` is what a clerk's command must have seen."""

    card: AuctionCard
    view: int
    seq: int
    head: str
    leader: str | None
    price_minor: int | None
    minimum_next_minor: int
    step_minor: int
    warnings: int
    warnings_needed: int
    paused: bool
    pause_reason: str
    closed: str | None

    @classmethod
    def of(
        cls, card: AuctionCard, state: State, *, paused: bool, pause_reason: str = ""
    ) -> HallLot:
        """The board of a lot, or of the copy of one, whose ``state`` is at hand."""
        price = state.terms.start if state.price is None else state.price
        return cls(
            card=card,
            view=state.view,
            seq=state.seq,
            head=state.head,
            leader=state.leader,
            price_minor=state.price,
            minimum_next_minor=minimum_next(state.terms, state.standing),
            step_minor=state.terms.step(price),
            warnings=state.warnings,
            warnings_needed=WARNINGS,
            paused=paused,
            pause_reason=pause_reason,
            closed=state.outcome.value if state.outcome else None,
        )

    @property
    def is_over(self) -> bool:
        """Nothing can happen to it any more."""
        return self.card.status in OVER

    @property
    def below_reserve(self) -> bool:
        """There is a reserve and nobody has reached it: it cannot be sold now (L8)."""
        return self.card.has_reserve and not self.card.reserve_met


def hall_lot(db: Session, auction_id: int, *, now: datetime) -> HallLot:
    """The board of a published lot; raises NotFound."""
    card = cards(db, [auction_id], now).get(auction_id)
    row = db.execute(
        select(Auction.lot_id, Auction.state, Auction.pause_reason).where(Auction.id == auction_id)
    ).first()
    if card is None or row is None:
        raise NotFound
    state = store(db).read(wire(db), row.lot_id)
    return HallLot.of(
        card, state, paused=row.state == "paused", pause_reason=row.pause_reason or ""
    )


@dataclass(frozen=True, slots=True)
class LogLine:
    """One public entry of a lot's log. ``kind`` is the public kind; ``channel`` hall or web."""

    seq: int
    at: datetime
    kind: str
    paddle: str | None
    channel: str
    automatic: bool
    price_minor: int | None
    count: int
    reason: str


def hall_log(db: Session, auction_id: int) -> tuple[LogLine, ...]:
    """The newest entries that everybody may see, newest first."""
    log = auction_log.c
    query = (
        select(log.public)
        .join(Auction, Auction.lot_id == log.lot_id)
        .where(Auction.id == auction_id, log.kind.in_(SHOWN_KINDS))
        .order_by(log.seq.desc())
        .limit(LOG_ROWS)
    )
    events = (json.loads(text) for text in db.scalars(query))
    return log_lines(event for event in events if event["kind"] != "noted")


def log_lines(events: Iterable[dict[str, Any]]) -> tuple[LogLine, ...]:
    """Public events as lines."""
    return tuple(_log_line(event) for event in events)


def _log_line(event: dict[str, Any]) -> LogLine:
    return LogLine(
        seq=event["seq"],
        at=from_ms(event["at_ms"]),
        kind=event["kind"],
        paddle=event.get("leader") or event.get("bidder"),
        channel="hall" if event.get("channel") == "floor" else "web",
        automatic=event["kind"] == "bid" and event["leader"] != event["bidder"],
        price_minor=event.get("price"),
        count=event.get("count", 0),
        reason=str(event.get("reason") or ""),
    )


def candidates(
    db: Session, now: datetime, *, place: str | None, mode: str
) -> tuple[AuctionCard, ...]:
    """Announced lots of a place (None: any) and way of selling that are not over, soonest first."""
    query = (
        select(Auction.id)
        .where(Auction.state == "announced", Auction.mode == mode)
        .order_by(Auction.opens_at, Auction.id)
        .limit(100)
    )
    if place is not None:
        query = query.where(Auction.place == place)
    ids = list(db.scalars(query))
    found = cards(db, ids, now)
    return tuple(found[one] for one in ids if found[one].status in ("upcoming", "live"))


@dataclass(frozen=True, slots=True)
class Entered:
    """A hall guest's standing in one lot."""

    auction_id: int
    paddle: str
    state: str
    organisation_id: int
    is_current: bool


def entered(db: Session, auction_ids: Iterable[int]) -> tuple[Entered, ...]:
    """Everybody who signed up for these lots, by lot and paddle; for the desk of the hall."""
    query = (
        select(
            Signup.auction_id,
            Signup.paddle,
            Signup.state,
            Signup.organisation_id,
            (Signup.accepted_version == Auction.version).label("is_current"),
        )
        .join(Auction, Auction.id == Signup.auction_id)
        .where(Signup.auction_id.in_(sorted({*auction_ids})))
        .order_by(Signup.auction_id, Signup.id)
    )
    return tuple(Entered(*row) for row in db.execute(query))


def sellers(db: Session, auction_ids: Iterable[int]) -> dict[int, int]:
    """Lot → the organisation that sells it."""
    query = select(Auction.id, Auction.seller_organisation_id).where(
        Auction.id.in_(sorted({*auction_ids}))
    )
    return {row.id: row.seller_organisation_id for row in db.execute(query)}
