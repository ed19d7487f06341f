"""What the auctioneer may do while a lot runs; each is published with its reason (L30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from auction import commands as engine
from auction.clerk import Pause, Resume
from auction.events import OutageExtended, Refused
from auction.proxy import minimum_next
from auction.state import Stage, State
from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.listings.queries import lot_terms
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.commands.case import least_next, remember_sender
from marketplace.trade.auctions.events import (
    AuctionExtended,
    AuctionPaused,
    AuctionResumed,
    BidderVoided,
)
from marketplace.trade.auctions.findings import right_findings
from marketplace.trade.auctions.locking import execute, locked_lot
from marketplace.trade.auctions.models import Auction, Notice, Signup
from marketplace.trade.auctions.moves import advance, advance_signup
from marketplace.treasury.deposits import steps as treasury

RESUME_WITHIN = timedelta(days=5)
"""A pause ends within five days (L30; SPC 28)."""
OUTAGE_MS = 300_000
"""A shorter failure moves nothing."""
RIGHT_BLOCKED = "标的权利状态或者权利负担发生变化，目前不能转让；待查明后恢复或者撤回。"
GRACE_MS = 3_600_000
"""What a failure near the end gives back beyond its own length."""


@dataclass(frozen=True, slots=True)
class PauseAuction:
    """Stop bidding at once, for a reason that is published."""

    auction_id: int
    reason: str


def pause_auction(ctx: Context, command: PauseAuction) -> None:
    """Pause a lot that is not over; raises Invalid without a public reason (L30), Conflict."""
    with ctx.transaction() as tx:
        auction, state = operated(tx, command.auction_id, reason=command.reason)
        pause(tx, auction, state=state, reason=command.reason)


def pause(tx: Tx, auction: Auction, *, state: State, reason: str) -> None:
    """Step: stop a locked lot; in the hall the log says so too (L30).

    There is one pause: whether the auctioneer's page, the console or the register asks for it,
    the auction is ``paused`` and, once a hall lot is open, so is its log. Raises as the command.
    """
    if not reason.strip():
        raise Invalid("reason_needed")
    if state.phase(to_ms(tx.now)) not in ("scheduled", "open"):
        raise Conflict("auctions.over")
    auction.state = advance(auction.state, "pause")
    auction.paused_at, auction.pause_reason = tx.now, reason.strip()
    if state.terms.in_hall and state.phase(to_ms(tx.now)) == "open":
        _log(tx, auction, Pause(reason.strip()))
    publish(tx, auction, kind="pause", text=reason)
    tx.emit(AuctionPaused(auction.id))


def pause_blocked(ctx: Context, listing_id: int) -> None:
    """Pause the lot whose right can no longer be sold (L64; 细则 103); nothing when it can."""
    with ctx.transaction() as tx:
        running = select(Auction.id).where(
            Auction.listing_id == listing_id, Auction.state == "announced"
        )
        for auction_id in tx.db.scalars(running).all():
            auction, state = locked_lot(tx, auction_id)
            going_on = state.phase(to_ms(tx.now)) in ("scheduled", "open")
            if going_on and auction.state == "announced" and _is_blocked(tx, auction):
                pause(tx, auction, state=state, reason=RIGHT_BLOCKED)


def _is_blocked(tx: Tx, auction: Auction) -> bool:
    return any(one.blocks for one in right_findings(lot_terms(tx.db, auction.listing_id)))


@dataclass(frozen=True, slots=True)
class ResumeAuction:
    """Go on after a pause, for a reason that is published."""

    auction_id: int
    reason: str


def resume_auction(ctx: Context, command: ResumeAuction) -> None:
    """Resume within five days (L30).

    A pause that touched the last hour moves the end: by its length and one hour more, as after
    an outage. Raises Invalid without a reason, Conflict when not paused, after five days, or
    while the register still stops the sale (L64); the price of a Dutch lot fell meanwhile, so
    that it can only be withdrawn and run again.
    """
    with ctx.transaction() as tx:
        auction, state = operated(tx, command.auction_id, reason=command.reason)
        resume(tx, auction, state=state, reason=command.reason)


def resume(tx: Tx, auction: Auction, *, state: State, reason: str) -> None:
    """Step: let a locked lot go on; all fair warnings must be given anew. Raises as the command."""
    if not reason.strip():
        raise Invalid("reason_needed")
    if _has_fallen(state, tx.now):
        raise Conflict("auctions.price_fell")
    if _is_blocked(tx, auction):
        raise Conflict("auctions.right_blocked")
    since = auction.paused_at
    auction.state = advance(auction.state, "resume")
    if since is None or tx.now > since + RESUME_WITHIN:
        raise Conflict("auctions.paused_too_long", days=RESUME_WITHIN.days)
    auction.paused_at = auction.pause_reason = None
    if state.progress.paused:
        _log(tx, auction, Resume())
    ends_ms = state.ends_ms if state.terms.in_hall else _give_back(tx, auction, since=since)
    publish(tx, auction, kind="resumption", text=reason, ends_ms=ends_ms)
    tx.emit(AuctionResumed(auction.id, ends_ms))


def _log(tx: Tx, auction: Auction, command: Pause | Resume) -> None:
    """Say it in the log of a hall lot, which knows pauses of its own."""
    outcome = execute(tx, auction, command=command)
    if tx.actor_or_none is not None:
        remember_sender(tx, outcome)


@dataclass(frozen=True, slots=True)
class ExtendForOutage:
    """The market could not be reached from ``down_from`` to ``down_to``."""

    auction_id: int
    down_from: datetime
    down_to: datetime
    reason: str


def extend_for_outage(ctx: Context, command: ExtendForOutage) -> None:
    """Move the end by the outage and an hour (F21). Bids before stay valid.

    An outage counts when it was longer than five minutes and touched the last hour or the end;
    raises Conflict when it does not, Invalid without a reason or for times that cannot be.
    """
    with ctx.transaction() as tx:
        auction, _state = operated(tx, command.auction_id, reason=command.reason)
        if not command.down_from < command.down_to <= tx.now:
            raise Invalid("auctions.outage_times")
        extended = extend(tx, auction, down_from=command.down_from, down_to=command.down_to)
        if extended is None:
            raise Conflict("auctions.outage_not_counted")
        publish(tx, auction, kind="extension", text=command.reason, ends_ms=extended.ends_ms)


def extend(
    tx: Tx, auction: Auction, *, down_from: datetime, down_to: datetime
) -> OutageExtended | None:
    """Step: give an outage back to a lot; None when it does not count."""
    advance(auction.state, "extend")
    outcome = execute(
        tx,
        auction,
        command=engine.ExtendForOutage(to_ms(down_from), to_ms(down_to), OUTAGE_MS, GRACE_MS),
    )
    event = outcome.events[0]
    if not isinstance(event, OutageExtended):
        return None
    tx.emit(AuctionExtended(auction.id, outcome.state.seq, event.ends_ms))
    return event


@dataclass(frozen=True, slots=True)
class VoidBidder:
    """Take all bids of a bidder out, for a reason that is published (L11, L31)."""

    auction_id: int
    signup_id: int
    reason: str


def void_bidder(ctx: Context, command: VoidBidder) -> None:
    """Void a bidder; the rest of the bids is refolded, the end stays, the log stays whole.

    Raises Invalid without a reason (L11), Conflict when the lot is not open or he never bid.
    """
    with ctx.transaction() as tx:
        auction, _state = operated(tx, command.auction_id, reason=command.reason)
        signup = tx.db.get(Signup, command.signup_id)
        if signup is None or signup.auction_id != auction.id:
            raise NotFound
        outcome = execute(
            tx, auction, command=engine.VoidBidder(signup.paddle, command.reason.strip())
        )
        if isinstance(outcome.events[0], Refused):
            raise Conflict("auctions.cannot_void")
        signup.state = advance_signup(signup.state, "void")
        signup.ended_why = command.reason.strip()
        treasury.owe_release(tx, auction.id, organisation_id=signup.organisation_id)
        now = outcome.state
        english = now.terms.format == "english"
        next_minor = minimum_next(now.terms, now.standing) if english else least_next(now)
        publish(
            tx,
            auction,
            kind="voiding",
            text=command.reason,
            paddle=signup.paddle,
            next_minor=next_minor,
        )
        tx.emit(BidderVoided(auction.id, signup.id, signup.paddle))


def publish(tx: Tx, auction: Auction, *, kind: str, text: str, **facts: Any) -> Notice:
    """Step: add what happened to the lot's public notices, and to the audit log."""
    actor = tx.actor_or_none
    notice = Notice(
        auction_id=auction.id,
        version=auction.version,
        kind=kind,
        text=text.strip(),
        facts=facts,
        published_at=tx.now,
        published_by=actor.user_id if actor else None,
    )
    tx.db.add(notice)
    tx.audit(f"auction.{kind}", "auction", auction.id, why=text.strip(), version=auction.version)
    return notice


def operated(tx: Tx, auction_id: int, *, reason: str) -> tuple[Auction, State]:
    """Step: a published lot, locked, for the auctioneer who gives a reason."""
    if not policy.may_operate(tx.actor):
        raise Forbidden
    if not reason.strip():
        raise Invalid("reason_needed")
    return locked_lot(tx, auction_id)


def _has_fallen(state: State, now: datetime) -> bool:
    """Whether a price went down while nobody could take it."""
    falling = state.terms.dutch is not None and state.progress.stage is Stage.BIDDING
    return falling and to_ms(now) >= state.terms.opens_ms


def _give_back(tx: Tx, auction: Auction, *, since: datetime) -> int:
    command = engine.ExtendForOutage(to_ms(since), to_ms(tx.now), 0, GRACE_MS)
    outcome = execute(tx, auction, command=command)
    return outcome.state.ends_ms
