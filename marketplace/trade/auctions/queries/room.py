"""One auction as its page, its manager and its proof need it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from auction.state import Progress
from auction.store.rows import read_progress
from marketplace.kernel.actor import Actor
from marketplace.kernel.clock import from_ms
from marketplace.kernel.errors import NotFound
from marketplace.kernel.options import option
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.fall import Fall, fall_of
from marketplace.trade.auctions.lots import auction_log, auction_lot
from marketplace.trade.auctions.models import Auction, Notice, Outcome, Signup
from marketplace.trade.auctions.queries.board import FELL, OVER, status_of
from marketplace.trade.auctions.queries.feed import recent

LADDER_ROWS = 60
lot = auction_lot.c

OWN = (
    "id", "number", "state", "mode", "format", "place", "format_terms", "version",
    "lot_id", "listing_id", "subject_kind", "subject_number", "title", "title_en", "cluster",
    "seller_organisation_id", "defects",
    "start_minor", "valuation_minor", "ladder", "has_reserve", "reserve_policy",
    "hard_end_at", "deposit_minor", "deposit_account",
    "commission_hundredths", "opens_at", "soft_close_seconds", "display_from", "display_place",
    "viewing_dates", "formalities", "remarks", "company_name", "licence_number",
    "auctioneer_name", "auctioneer_certificate", "medium_name", "medium_published_on",
    "medium_proof", "notice_at", "paused_at", "pause_reason", "created_at",
)  # fmt: skip
"""The columns a room shows: neither the sealed reserve nor the leader's maximum is among them."""


@dataclass(frozen=True, slots=True)
class Room:
    """A published auction. Amounts in fen; ``price_minor`` is None before the first bid."""

    id: int
    number: str
    state: str
    mode: str
    format: str
    place: str
    format_terms: dict[str, Any]
    version: int
    lot_id: int
    listing_id: int
    subject_kind: str
    subject_number: str
    title: str
    title_en: str
    cluster: str
    seller_organisation_id: int
    defects: str
    start_minor: int
    valuation_minor: int | None
    ladder: list[list[int]]
    has_reserve: bool
    reserve_policy: str
    hard_end_at: datetime | None
    deposit_minor: int
    deposit_account: str
    commission_hundredths: int
    opens_at: datetime
    soft_close_seconds: int
    display_from: datetime
    display_place: str
    viewing_dates: list[str]
    formalities: str
    remarks: str
    company_name: str | None
    licence_number: str | None
    auctioneer_name: str | None
    auctioneer_certificate: str | None
    medium_name: str | None
    medium_published_on: date | None
    medium_proof: str | None
    notice_at: datetime
    paused_at: datetime | None
    pause_reason: str | None
    created_at: datetime
    seller_name: str
    status: str
    ends_at: datetime
    leader: str | None
    price_minor: int | None
    bids: int
    seq: int
    head: str
    reserve_met: bool
    extended_count: int
    outcome: str | None
    closed_at: datetime | None
    progress: Progress

    @property
    def is_licensed(self) -> bool:
        """A 拍卖; everything else must not be called so (L3)."""
        return self.mode == "licensed_auction"

    @property
    def soft_close(self) -> timedelta:
        """How near the end a new price moves it, and by how much."""
        return timedelta(seconds=self.soft_close_seconds)

    @property
    def minimum_next_minor(self) -> int:
        """The least acceptable bid now."""
        if self.price_minor is None or self.format == "sealed":
            return self.start_minor
        if self.format == "dutch":
            return self.price_minor + 1
        return self.price_minor + self.step_at(self.price_minor)

    def step_at(self, price_minor: int) -> int:
        """The step of the ladder at a price; a lot without a ladder has none."""
        return next((step for start, step in reversed(self.ladder) if start <= price_minor), 0)

    @property
    def stage(self) -> str:
        """How far a sealed or a Dutch lot has come."""
        return self.progress.stage.value

    @property
    def fall(self) -> Fall | None:
        """How the price falls, None where it does not."""
        return fall_of(self.format_terms, start_minor=self.start_minor, opens_at=self.opens_at)

    @property
    def by_hammer(self) -> bool:
        """A clerk in the hall ends the lot, not the clock."""
        return self.place != "web"

    @property
    def warnings(self) -> int:
        """The fair warnings that stand at the present price."""
        return self.progress.warnings if self.progress.warned_view == self.bids else 0

    @property
    def is_over(self) -> bool:
        """Nobody can bid any more."""
        return self.status in (*OVER, "closing")


def _room() -> Select[*tuple[Any, ...]]:
    """The one statement of a room: auction, lot, extensions and result."""
    extended = select(func.count()).where(
        auction_log.c.lot_id == Auction.lot_id,
        auction_log.c.kind.in_(("extended", "outage_extended")),
    )
    return (
        select(
            *(getattr(Auction, name) for name in OWN),
            Auction.hides_seller,
            Auction.seller_name,
            lot.ends_ms,
            lot.leader,
            lot.price,
            lot.view,
            lot.seq,
            lot.head,
            lot.reserve_met,
            lot.progress,
            extended.scalar_subquery().label("extended_count"),
            Outcome.outcome,
            Outcome.closed_at,
            FELL,
        )
        .join(auction_lot, Auction.lot_id == lot.id)
        .outerjoin(Outcome, Outcome.auction_id == Auction.id)
    )


_ROOM = _room()


def room(db: Session, auction_id: int, *, now: datetime) -> Room:
    """A published auction; raises NotFound for a draft too."""
    row = db.execute(_ROOM.where(Auction.id == auction_id)).first()
    if row is None:
        raise NotFound
    ends_at = from_ms(row.ends_ms)
    return Room(
        **{name: getattr(row, name) for name in OWN},
        seller_name="" if row.hides_seller else row.seller_name,
        status=status_of(row, ends_at=ends_at, now=now),
        ends_at=ends_at,
        leader=row.leader,
        price_minor=row.price,
        bids=row.view,
        seq=row.seq,
        head=row.head,
        reserve_met=bool(row.reserve_met),
        extended_count=row.extended_count,
        outcome=row.outcome,
        closed_at=row.closed_at,
        progress=read_progress(row.progress),
    )


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A price as the public log has it: who leads at it, and whether the market bid for him."""

    seq: int
    paddle: str
    mine: bool
    automatic: bool
    channel: str
    amount_minor: int
    at: datetime
    voided: bool


def ladder(db: Session, lot_id: int, *, own_paddle: str | None) -> tuple[LadderRow, ...]:
    """The newest prices, newest first."""
    return tuple(
        _ladder_row(event, own_paddle)
        for event in recent(db, lot_id, limit=LADDER_ROWS)
        if event["price"] is not None
    )


def _ladder_row(event: dict[str, Any], own_paddle: str | None) -> LadderRow:
    return LadderRow(
        seq=event["seq"],
        paddle=event["leader"],
        mine=event["leader"] == own_paddle,
        automatic=event["leader"] != event.get("bidder", event["leader"]),
        channel="hall" if event.get("channel") == "floor" else "web",
        amount_minor=event["price"],
        at=from_ms(event["at_ms"]),
        voided=event["kind"] in ("voided", "undone"),
    )


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """Something published about a lot, with its reason."""

    version: int
    kind: str
    text: str
    facts: dict[str, Any]
    published_at: datetime


def notices(db: Session, auction_id: int) -> tuple[NoticeLine, ...]:
    """Everything published about a lot, newest first (L30: with the public reason)."""
    columns = (Notice.version, Notice.kind, Notice.text, Notice.facts, Notice.published_at)
    query = select(*columns).where(Notice.auction_id == auction_id).order_by(Notice.id.desc())
    return tuple(NoticeLine(*row) for row in db.execute(query))


@dataclass(frozen=True, slots=True)
class Applicant:
    """A sign-up as the auctioneer sees it: no maximum, ever (L30)."""

    id: int
    organisation_id: int
    organisation_name: str
    paddle: str
    state: str
    accepted_version: int
    refusal_rank: int | None
    applied_at: datetime
    admitted_at: datetime | None
    ended_why: str | None


def applicants(db: Session, actor: Actor, *, auction_id: int) -> tuple[Applicant, ...]:
    """Who signed up; for the auctioneer only: identities are hidden from all others (L23)."""
    if not policy.may_operate(actor):
        raise NotFound
    columns = (getattr(Signup, name) for name in Applicant.__slots__)
    query = select(*columns).where(Signup.auction_id == auction_id).order_by(Signup.id)
    return tuple(Applicant(*row) for row in db.execute(query))


def abnormal_above(db: Session, room: Room) -> int:
    """Above this amount (fen) a bid must be confirmed as meant."""
    return option(db, "abnormal_price_multiple") * (room.valuation_minor or room.start_minor)
