"""Place a bid: the hot path of the house."""

from __future__ import annotations

from dataclasses import dataclass

from auction import commands as engine
from auction.events import Accepted, Extended
from auction.execution import Outcome
from auction.proxy import minimum_next
from marketplace.kernel.context import Context, Tx
from marketplace.trade.auctions.commands.case import (
    KEY_LENGTH,
    Case,
    age_ms,
    bar_of,
    barred_by,
    in_turn,
    locked_case,
    remember_sender,
)
from marketplace.trade.auctions.events import (
    AbnormalBid,
    AuctionExtended,
    BidderOutbid,
    BidPlaced,
)
from marketplace.trade.auctions.locking import execute_on

__all__ = ["KEY_LENGTH", "BidAnswer", "PlaceBid", "place_bid"]


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
    return in_turn(ctx, command, _bid)


def _bid(tx: Tx, command: PlaceBid) -> BidAnswer:
    case = locked_case(tx, command.auction_id)
    bar = bar_of(tx, case, maximum_minor=command.maximum_minor)
    bid = _engine_command(command, case, bar=bar)
    outcome = execute_on(tx, case.lot_id, command=bid, locked=case.lot)
    remember_sender(tx, outcome)
    tell_of(tx, case.id, outcome=outcome)
    return _answer(case, outcome)


def _engine_command(command: PlaceBid, case: Case, *, bar: str | None) -> engine.PlaceBid:
    return engine.PlaceBid(
        bidder=case.paddle,
        amount=command.maximum_minor,
        key=command.key,
        confirmed=command.confirmed,
        rank=case.refusal_rank,
        ineligible=bar,
        age_ms=age_ms(command.entered),
    )


def tell_of(tx: Tx, auction_id: int, *, outcome: Outcome) -> None:
    """Step: the facts of a bid that others hear: none of them carries a maximum."""
    if not outcome.fresh:
        return
    now, first = outcome.state, outcome.events[0]
    if outcome.is_abnormal:
        tx.emit(AbnormalBid(auction_id, outcome.fresh[0].bidder or ""))
    if not isinstance(first, Accepted) or first.board is None:
        return
    price = now.price or 0
    tx.emit(BidPlaced(auction_id, now.seq, first.bid.bidder, price))
    if outcome.outbid is not None:
        tx.emit(
            BidderOutbid(
                auction_id, now.seq, outcome.outbid, price, minimum_next(now.terms, now.standing)
            )
        )
    if any(isinstance(event, Extended) for event in outcome.events):
        tx.emit(AuctionExtended(auction_id, now.seq, now.ends_ms))


def _answer(case: Case, outcome: Outcome) -> BidAnswer:
    state, refusal = outcome.state, outcome.refusal
    return BidAnswer(
        accepted=refusal is None,
        reason=refusal.value if refusal else "",
        bar=barred_by(outcome),
        leading=state.leader == case.paddle,
        price_minor=state.price,
        minimum_next_minor=minimum_next(state.terms, state.standing, case.refusal_rank),
        ends_ms=state.ends_ms,
        seq=state.seq,
        replayed=outcome.replayed,
    )
