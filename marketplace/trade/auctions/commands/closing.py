"""Close what is due: idempotent, by whoever comes first, with its result in one transaction.

A sealed or a Dutch lot goes from stage to stage in the same way before it closes.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction import commands as engine
from auction.events import Closed, Opened, RevealBegan
from auction.execution import Outcome as Answer
from auction.state import Result, Stage, State
from marketplace.kernel.clock import from_ms, to_ms
from marketplace.kernel.context import Context, Tx
from marketplace.showcase.listings import steps as listings
from marketplace.trade.auctions.commands.outage import give_back_outage, was_down_at
from marketplace.trade.auctions.events import AuctionClosed, MinutesWritten, OpeningBegan
from marketplace.trade.auctions.findings import thresholds
from marketplace.trade.auctions.locking import execute, locked_lot
from marketplace.trade.auctions.lots import auction_lot
from marketplace.trade.auctions.minutes import unopened
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.moves import advance
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.terms import DealTerms
from marketplace.treasury.deposits import steps as treasury
from rules import auction_sums, auction_terms
from rules.auction_terms import AuctionMode

DRAIN_MS = 2_000
"""How long after the end a bid that arrived before it may still wait for the lock."""


def close_due(ctx: Context) -> int:
    """Move on every lot whose time has come, to its next stage or to its closing; how many.

    Safe at any time, any number of times, by any number of processes (F4). A worker runs it
    every second; pages, feeds and the start of a process run it too, so nobody has to look.
    """
    with ctx.reading() as db:
        due = _due(db, to_ms(ctx.clock()))
    if due:
        give_back_outage(ctx)
    return sum(_close(ctx, auction_id) for auction_id in due)


def close_if_due(ctx: Context, auction_id: int) -> bool:
    """Close this lot, or begin its next stage, if its time has come; True when this call did."""
    with ctx.reading() as db:
        due = auction_id in _due(db, to_ms(ctx.clock()), only=auction_id)
    if not due:
        return False
    give_back_outage(ctx)
    return _close(ctx, auction_id)


def _due(db: Session, now_ms: int, *, only: int | None = None) -> list[int]:
    """A hint: the closing itself decides again under the lock."""
    lot = auction_lot.c
    query = (
        select(Auction.id)
        .join(auction_lot, Auction.lot_id == lot.id)
        .where(
            lot.status == "scheduled",
            lot.ends_ms <= now_ms - DRAIN_MS,
            Auction.state == "announced",
            Auction.place == "web",  # in a hall the hammer ends a lot
        )
        .order_by(lot.ends_ms)
    )
    if only is not None:
        query = query.where(Auction.id == only)
    return list(db.scalars(query))


def _close(ctx: Context, auction_id: int) -> bool:
    with ctx.transaction() as tx:
        auction, before = locked_lot(tx, auction_id)
        if auction.state != "announced":  # paused lots wait for their end to be moved (L30)
            return False
        if was_down_at(tx, before.ends_ms):  # no closing on stale data: the end will be moved
            return False
        outcome = execute(tx, auction, command=engine.Close(drain_ms=DRAIN_MS))
        _tell_stage(tx, auction, outcome=outcome)
        if any(isinstance(event, Closed) for event in outcome.events):
            settle(tx, auction, state=outcome.state)
        return bool(outcome.fresh)


def _tell_stage(tx: Tx, auction: Auction, *, outcome: Answer) -> None:
    """Others hear that bids must be opened, and that the minutes are written."""
    for entry, event in zip(outcome.fresh, outcome.events, strict=True):
        if isinstance(event, RevealBegan):
            tx.emit(OpeningBegan(auction.id, event.ends_ms))
            tx.audit("auction.opening_began", "auction", auction.id)
        elif isinstance(event, Opened):
            until = event.ends_ms if event.stage == Stage.TOPPING else None
            tx.emit(MinutesWritten(auction.id, entry.seq, until))
            tx.audit("auction.minutes_written", "auction", auction.id, head=entry.hash)


def settle(tx: Tx, auction: Auction, *, state: State) -> None:
    """Step: what the closing means: result, listing, deposits, and the fact for all others."""
    winner = _winner(tx, auction, state=state)
    result = _result(auction, state, winner=winner)
    tx.db.add(result)
    auction.state = advance(auction.state, "close")
    if winner is not None:
        listings.mark_sold(tx, auction.listing_id)
        tx.db.flush()
        orders.open_order(tx, _agreed(tx, auction, result, winner=winner))
    else:
        listings.release(tx, auction.listing_id)
    winner_id = winner.organisation_id if winner else None
    keeps = _to_forfeit(tx, auction)
    treasury.conclude(tx, auction.id, winner_organisation_id=winner_id, forfeits=keeps)
    tx.emit(AuctionClosed(auction.id, auction.listing_id, result.outcome, state.price, winner_id))
    tx.audit("auction.closed", "auction", auction.id, outcome=result.outcome, head=state.head)


def _to_forfeit(tx: Tx, auction: Auction) -> frozenset[int]:
    """Who never opened a sealed bid, where the notice said that the deposit is lost for it."""
    if not auction.format_terms.get("forfeits_unrevealed"):
        return frozenset()
    paddles = unopened(tx.db, auction.lot_id or 0)
    query = select(Signup.organisation_id).where(
        Signup.auction_id == auction.id, Signup.paddle.in_(paddles)
    )
    return frozenset(tx.db.scalars(query))


def _agreed(tx: Tx, auction: Auction, result: Outcome, *, winner: Signup) -> orders.Agreed:
    """What the price means as a deal: to be signed in time, with the commission as noticed."""
    price = result.price_minor or 0
    tier = auction_sums.Tier(from_minor=0, basis_points=auction.commission_hundredths)
    limits = thresholds(tx.db, AuctionMode(auction.mode))
    return orders.Agreed(
        origin="auction",
        origin_id=auction.id,
        listing_id=auction.listing_id,
        buyer_organisation_id=winner.organisation_id,
        buyer_name=winner.organisation_name,
        terms=DealTerms("assignment", price),
        way="auction" if auction.mode == AuctionMode.LICENSED else "tender",
        hides_buyer=winner.hides_name,
        hides_seller=auction.hides_seller,
        start_minor=auction.start_minor,
        sign_by=auction_terms.confirmation_deadline(result.closed_at, limits),
        buyer_commission_minor=auction_sums.commission_minor(price, [tier]),
    )


def _winner(tx: Tx, auction: Auction, *, state: State) -> Signup | None:
    if state.outcome is not Result.SOLD:
        return None
    query = select(Signup).where(Signup.auction_id == auction.id, Signup.paddle == state.leader)
    return tx.db.scalars(query).one()


def _result(auction: Auction, state: State, *, winner: Signup | None) -> Outcome:
    return Outcome(
        auction_id=auction.id,
        outcome=(state.outcome or Result.NO_BIDS).value,
        price_minor=state.price,
        winner_signup_id=winner.id if winner else None,
        winner_organisation_id=winner.organisation_id if winner else None,
        winner_name=winner.organisation_name if winner else None,
        closed_at=from_ms(state.closed_ms or state.ends_ms),
        last_seq=state.seq,
        head=state.head,
    )
