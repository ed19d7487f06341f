"""What fits into a session, and what is wrong with its order: said, never mended silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.trade.auctions import queries as auctions
from marketplace.trade.auctions.queries import AuctionCard
from marketplace.trade.sessions.models import SaleSession, SessionLot

APART = timedelta(minutes=1)
"""Lots that end one after the other online: the next ends at least so much later."""


class Plan(Protocol):
    """What of a session decides which lots fit."""

    @property
    def mode(self) -> str:
        """Licensed auction or listed bidding."""

    @property
    def place(self) -> str:
        """Where it is held."""

    @property
    def running(self) -> str:
        """In sequence or in parallel."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def is_rehearsal(self) -> bool:
        """Nothing of it counts."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A code of the room's words with its facts."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def misfit(session: Plan, card: AuctionCard) -> str | None:
    """Why a lot cannot be in this session at all; None when it can."""
    if card.status not in ("upcoming", "live"):
        return "sessions.lot_not_announced"
    if card.mode != session.mode:
        return "sessions.lot_other_mode"
    if session.is_rehearsal:
        return None if card.format == "english" else "sessions.lot_other_place"
    return None if card.place == session.place else "sessions.lot_other_place"


def faults(session: Plan, cards: Sequence[AuctionCard], *, now: datetime) -> Iterator[Fault]:
    """Everything that keeps this session from being announced, in the order of the lots."""
    if not cards:
        yield Fault("sessions.no_lots")
    if session.is_rehearsal:
        return
    if session.starts_at <= now:
        yield Fault("sessions.starts_in_past")
    for card in cards:
        code = misfit(session, card)
        if code is not None:
            yield Fault(code, {"lot": card.number})
    if session.place == "web":
        yield from _ends(session, cards)
    else:
        yield from _openings(session, cards)


def _openings(session: Plan, cards: Sequence[AuctionCard]) -> Iterator[Fault]:
    """A lot of the hall is open when its session begins: the clerk calls it up from then on."""
    for card in cards:
        if card.opens_at > session.starts_at:
            yield Fault("sessions.opens_after_start", {"lot": card.number})


def _ends(session: Plan, cards: Sequence[AuctionCard]) -> Iterator[Fault]:
    """Online lots in sequence end one after the other, in parallel at one instant."""
    for before, card in pairwise(cards):
        facts = {"lot": card.number, "before": before.number}
        if session.running == "parallel" and card.ends_at != before.ends_at:
            yield Fault("sessions.ends_differ", facts)
        if session.running == "sequence" and card.ends_at < before.ends_at + APART:
            yield Fault("sessions.ends_too_near", facts)


def cards_of(db: Session, session_id: int, *, now: datetime) -> list[AuctionCard]:
    """The lots of a session in their order."""
    query = select(SessionLot.auction_id).where(SessionLot.session_id == session_id)
    ids = list(db.scalars(query.order_by(SessionLot.position)))
    found = auctions.cards(db, ids, now)
    return [found[one] for one in ids if one in found]


def session_of(db: Session, auction_id: int) -> SaleSession | None:
    """The real session a lot is in."""
    query = (
        select(SaleSession)
        .join(SessionLot, SessionLot.session_id == SaleSession.id)
        .where(SessionLot.auction_id == auction_id, ~SessionLot.is_rehearsal)
    )
    return db.scalar(query)
