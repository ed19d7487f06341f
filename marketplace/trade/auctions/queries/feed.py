"""The live feed: a query on the engine's public log, folded to what everybody sees (T10)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions.lots import auction_log, auction_lot, store, wire
from marketplace.trade.auctions.models import Auction

BATCH = 500
VISIBLE = frozenset(
    {
        "scheduled",
        "bid",
        "extended",
        "reserve_met",
        "voided",
        "undone",
        "outage_extended",
        "warned",
        "paused",
        "resumed",
        "committed",
        "revealed",
        "reveal_began",
        "opened",
        "taken",
        "topped",
        "closed",
        "cancelled",
    }
)
"""Public kinds that change what a watcher sees; ``noted`` changes nothing."""
MOVING = ("accepted", "voided", "undone", "opened", "taken", "topped")
"""The log's inward kinds of entries that may move the board."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What everybody sees after entry ``seq``. Amounts in fen, instants in ms UTC.

    Made of the public log alone: no maximum, no reserve, no person can be in it. ``stage`` is
    that of a sealed or a Dutch lot, ``sealed`` the aliases of who handed in; ``warnings`` were
    given in the hall at this very price, ``paused`` says that its clerk takes no bids.
    """

    seq: int = 0
    price_minor: int | None = None
    leader_alias: str | None = None
    minimum_next_minor: int | None = None
    opens_at_ms: int = 0
    ends_at_ms: int = 0
    bids: int = 0
    extended_count: int = 0
    reserve_met: bool = False
    outcome: str | None = None
    format: str = "english"
    place: str = "web"
    stage: str = "bidding"
    warnings: int = 0
    paused: bool = False
    sealed: frozenset[str] = frozenset()
    cancelled: bool = False
    visible: bool = False

    def status(self, now_ms: int, auction_state: str) -> str:
        """upcoming, live, closing, paused, sold, unsold or withdrawn."""
        if self.outcome is not None:
            return "sold" if self.outcome == "sold" else "unsold"
        if self.cancelled or auction_state == "withdrawn":
            return "withdrawn"
        if self.paused or auction_state == "paused":
            return "paused"
        if now_ms < self.opens_at_ms:
            return "upcoming"
        by_clock = self.place == "web"
        return "closing" if by_clock and now_ms >= self.ends_at_ms else "live"

    def facts(self, now_ms: int, auction_state: str) -> dict[str, Any]:
        """The message a watcher gets: the contract of js/live.js and of the API."""
        hidden = ("visible", "cancelled", "opens_at_ms", "sealed")
        own = {name: value for name, value in asdict(self).items() if name not in hidden}
        own["sealed_bids"] = len(self.sealed)
        return own | {"server_ms": now_ms, "status": self.status(now_ms, auction_state)}


def after(frame: Frame, seq: int, *, event: Mapping[str, Any]) -> Frame:
    """The frame after one public event."""
    kind = event["kind"]
    now = replace(frame, seq=seq, visible=kind in VISIBLE)
    if kind == "scheduled":
        return _scheduled(now, event["terms"])
    if kind == "closed":
        return replace(now, outcome=event["outcome"], price_minor=event["price"], warnings=0)
    if kind == "committed":
        return replace(now, sealed=now.sealed | {event["bidder"]})
    if kind in ("extended", "outage_extended"):
        now = replace(now, extended_count=now.extended_count + 1)
    if "next" in event:
        now = _moved(now, event)
    return replace(
        now,
        ends_at_ms=event.get("ends_ms", now.ends_at_ms),
        stage="revealing" if kind == "reveal_began" else event.get("stage", now.stage),
        warnings=event["count"] if kind == "warned" else 0 if kind == "paused" else now.warnings,
        paused=kind == "paused" or (now.paused and kind != "resumed"),
        reserve_met=now.reserve_met or kind == "reserve_met",
        cancelled=now.cancelled or kind == "cancelled",
    )


def _scheduled(now: Frame, terms: Mapping[str, Any]) -> Frame:
    return replace(
        now,
        minimum_next_minor=terms["start"],
        opens_at_ms=terms["opens_ms"],
        ends_at_ms=terms["ends_ms"],
        format=terms.get("format", now.format),
        place=terms.get("mode", now.place),
    )


def _moved(now: Frame, event: Mapping[str, Any]) -> Frame:
    """What everybody sees after an event that carries the board; a new view ends warnings."""
    return replace(
        now,
        price_minor=event["price"],
        leader_alias=event["leader"],
        minimum_next_minor=event["next"],
        bids=event["view"],
        reserve_met=event.get("reserve_met", now.reserve_met),
        warnings=now.warnings if event["view"] == now.bids else 0,
    )


@dataclass(frozen=True, slots=True)
class Lot:
    """Which log an auction has now, and its state."""

    lot_id: int
    state: str
    seq: int
    ends_ms: int


def lot_of(db: Session, auction_id: int) -> Lot:
    """The lot of a published auction; raises NotFound."""
    found = lots_of(db, [auction_id])
    if not found:
        raise NotFound
    return found[auction_id]


def lots_of(db: Session, auction_ids: Collection[int]) -> dict[int, Lot]:
    """The lots of those of these auctions that are published, in one statement."""
    query = (
        select(Auction.id, Auction.lot_id, Auction.state, auction_lot.c.seq, auction_lot.c.ends_ms)
        .join(auction_lot, Auction.lot_id == auction_lot.c.id)
        .where(Auction.id.in_(auction_ids))
    )
    return {auction_id: Lot(*rest) for auction_id, *rest in db.execute(query)}


def frames_after(db: Session, lot_id: int, *, frame: Frame) -> list[Frame]:
    """The frames of every entry after ``frame.seq``, in order."""
    frames: list[Frame] = []
    while True:
        rows = store(db).events_after(wire(db), lot_id, frame.seq, BATCH)
        for row in rows:
            frame = after(frame, row.seq, event=json.loads(row.public))
            frames.append(frame)
        if len(rows) < BATCH:
            return frames


def frame_of(db: Session, lot_id: int) -> Frame:
    """What everybody sees now."""
    frames = frames_after(db, lot_id, frame=Frame())
    return frames[-1] if frames else Frame()


def events_after(db: Session, auction_id: int, *, seq: int) -> list[dict[str, Any]]:
    """The public events after ``seq``, word for word as they are in the hash chain."""
    lot = lot_of(db, auction_id)
    if seq > lot.seq:
        seq = 0  # the notice was corrected and a new log begun: start again
    rows = store(db).events_after(wire(db), lot.lot_id, seq, BATCH)
    return [json.loads(row.public) for row in rows]


def recent(db: Session, lot_id: int, *, limit: int) -> Iterable[dict[str, Any]]:
    """The newest public events that moved the board, newest first."""
    log = auction_log.c
    query = (
        select(log.public)
        .where(log.lot_id == lot_id, log.kind.in_(MOVING))
        .order_by(log.seq.desc())
        .limit(limit)
    )
    events = (json.loads(text) for text in db.scalars(query))
    return (event for event in events if event["kind"] in VISIBLE)
