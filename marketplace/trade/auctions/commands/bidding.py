"""Place a bid: the hot path of the house."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import insert, select

from auction import commands as engine
from auction.events import Accepted, Extended
from auction.execution import Outcome
from auction.proxy import minimum_next
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Forbidden, Invalid
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.events import (
    AbnormalBid,
    AuctionExtended,
    BidderOutbid,
    BidPlaced,
)
from marketplace.trade.auctions.locking import execute, locked_lot
from marketplace.trade.auctions.models import Auction, Sender, Signup
from marketplace.treasury.deposits import queries as treasury

KEY_LENGTH = 64


@dataclass(frozen=True, slots=True)
class PlaceBid:
    """Bid up to ``maximum_minor`` (fen) for the acting organisation.

    ``key`` names the intent: sending it again is not a second bid. ``entered`` is the server's
    ``time.monotonic()`` when the request came in: waiting for the lock costs the bidder nothing.
    ``confirmed`` answers the question about an abnormally high amount.
    """

    auction_id: int
    maximum_minor: int
    key: str
    confirmed: bool = False
    entered: float | None = None


@dataclass(frozen=True, slots=True)
class BidAnswer:
    """What the bidder is told, after the commit. Amounts in fen, instants in ms UTC.

    ``reason`` is the one refusal reason, empty when the bid stands; ``bar`` says for
    ``not_eligible`` which rule bars. ``replayed``: the stored answer to a key sent before.
    """

    accepted: bool
    reason: str
    bar: str
    leading: bool
    price_minor: int | None
    minimum_next_minor: int
    ends_ms: int
    seq: int
    replayed: bool


def place_bid(ctx: Context, command: PlaceBid) -> BidAnswer:
    """Place a bid. A refusal is an answer, logged like every bid, not an exception.

    The bids of one process share commits; their order is that in which they came in. Raises
    NotFound, SignInNeeded, Forbidden (not signed up for this lot: no paddle, nothing to log),
    Invalid (no key) and Unavailable (too many wait: nothing was taken, send it again).
    """
    if not 0 < len(command.key) <= KEY_LENGTH:
        raise Invalid("auctions.key_needed")
    return ctx.together(lambda tx: _bid(tx, command))


def _bid(tx: Tx, command: PlaceBid) -> BidAnswer:
    auction, _state = locked_lot(tx, command.auction_id)
    signup = _signup_of(tx, auction)
    bar = _bar_of(tx, auction, signup=signup, maximum_minor=command.maximum_minor)
    outcome = execute(tx, auction, command=_engine_command(command, signup, bar=bar))
    _remember_sender(tx, auction, outcome=outcome)
    _emit(tx, auction, outcome=outcome)
    return _answer(signup, outcome)


def _signup_of(tx: Tx, auction: Auction) -> Signup:
    signup = tx.db.scalar(
        select(Signup).where(
            Signup.auction_id == auction.id,
            Signup.organisation_id == tx.actor.organisation_id,
        )
    )
    if signup is None:
        raise Forbidden("auctions.not_signed_up")
    return signup


def _bar_of(tx: Tx, auction: Auction, *, signup: Signup, maximum_minor: int) -> str | None:
    """The rule that bars this bid, asked anew for each (L5, L7, L15, L23; T4)."""
    actor = tx.actor
    if actor.bid_limit_minor is not None and maximum_minor > actor.bid_limit_minor:
        return "over_limit"
    if not policy.may_bid_for_organisation(actor):
        return "read_only"
    if auction.state == "paused":
        return "paused"
    if signup.state in ("refused", "voided"):
        return signup.state
    if signup.accepted_version != auction.version:
        return "terms_changed"
    if not treasury.is_held(tx.db, auction.id, organisation_id=signup.organisation_id):
        return "deposit_missing"
    if auction.mode == "licensed_auction" and not auction.medium_proof:
        return "no_medium_proof"  # L13: such an auction does not open
    return policy.bar_of(tx.db, actor, auction)


def _engine_command(command: PlaceBid, signup: Signup, *, bar: str | None) -> engine.PlaceBid:
    waited = 0.0 if command.entered is None else time.monotonic() - command.entered
    return engine.PlaceBid(
        bidder=signup.paddle,
        amount=command.maximum_minor,
        key=command.key,
        confirmed=command.confirmed,
        rank=signup.refusal_rank,
        ineligible=bar,
        age_ms=int(waited * 1000),
    )


def _remember_sender(tx: Tx, auction: Auction, *, outcome: Outcome) -> None:
    if not outcome.fresh:
        return
    tx.db.execute(
        insert(Sender).values(
            lot_id=auction.lot_id,
            seq=outcome.fresh[0].seq,
            user_id=tx.actor.user_id,
            via=tx.actor.via,
            address=tx.actor.address,
        )
    )


def _emit(tx: Tx, auction: Auction, *, outcome: Outcome) -> None:
    """The facts that others hear: none of them carries a maximum."""
    if not outcome.fresh:
        return
    now, first = outcome.state, outcome.events[0]
    if outcome.is_abnormal:
        tx.emit(AbnormalBid(auction.id, outcome.fresh[0].bidder or ""))
    if not isinstance(first, Accepted) or first.board is None:
        return
    price = now.price or 0
    tx.emit(BidPlaced(auction.id, now.seq, first.bid.bidder, price))
    if outcome.outbid is not None:
        tx.emit(
            BidderOutbid(
                auction.id, now.seq, outcome.outbid, price, minimum_next(now.terms, now.standing)
            )
        )
    if any(isinstance(event, Extended) for event in outcome.events):
        tx.emit(AuctionExtended(auction.id, now.seq, now.ends_ms))


def _answer(signup: Signup, outcome: Outcome) -> BidAnswer:
    state, refusal = outcome.state, outcome.refusal
    facts = getattr(outcome.events[0], "facts", None) if refusal else None
    return BidAnswer(
        accepted=refusal is None,
        reason=refusal.value if refusal else "",
        bar=str(facts["ineligible"] or "") if isinstance(facts, dict) else "",
        leading=state.leader == signup.paddle,
        price_minor=state.price,
        minimum_next_minor=minimum_next(state.terms, state.standing, signup.refusal_rank),
        ends_ms=state.ends_ms,
        seq=state.seq,
        replayed=outcome.replayed,
    )
