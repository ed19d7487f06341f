"""Take a lot whose price falls, and once go above the best sealed bid that followed."""

from __future__ import annotations

from dataclasses import dataclass

from auction import commands as engine
from auction.events import Taken, Topped
from marketplace.kernel.context import Context, Tx
from marketplace.trade.auctions.commands.case import (
    Answer,
    age_ms,
    bar_of,
    in_turn,
    locked_case,
    put,
)
from marketplace.trade.auctions.events import BidPlaced, LotTaken


@dataclass(frozen=True, slots=True)
class TakeLot:
    """Take the lot at its price of this instant, but not above ``limit_minor``, the price seen.

    ``key`` and ``entered`` are those of ``PlaceBid``.
    """

    auction_id: int
    limit_minor: int
    key: str
    entered: float | None = None


def take_lot(ctx: Context, command: TakeLot) -> Answer:
    """Take a Dutch lot: the first under the lock has it. Raises as ``place_bid`` does."""
    return in_turn(ctx, command, _take)


def _take(tx: Tx, command: TakeLot) -> Answer:
    case = locked_case(tx, command.auction_id)
    asked = engine.Take(
        bidder=case.paddle,
        limit=command.limit_minor,
        key=command.key,
        ineligible=bar_of(tx, case, maximum_minor=command.limit_minor),
        age_ms=age_ms(command.entered),
    )
    outcome, answer = put(tx, case, command=asked)
    taken = outcome.events[0]
    if outcome.fresh and isinstance(taken, Taken):
        price = taken.board.price or 0
        tx.emit(BidPlaced(case.id, answer.seq, case.paddle, price))
        tx.emit(LotTaken(case.id, case.paddle, price, taken.ends_ms, taken.stage))
    return answer


@dataclass(frozen=True, slots=True)
class TopBid:
    """The taker goes, once, above the best sealed bid: ``amount_minor`` in fen."""

    auction_id: int
    amount_minor: int
    key: str
    entered: float | None = None


def top_bid(ctx: Context, command: TopBid) -> Answer:
    """Answer the best sealed bid; a refusal is an answer. Raises as ``place_bid`` does."""
    return in_turn(ctx, command, _top)


def _top(tx: Tx, command: TopBid) -> Answer:
    case = locked_case(tx, command.auction_id)
    asked = engine.Top(
        bidder=case.paddle,
        amount=command.amount_minor,
        key=command.key,
        ineligible=bar_of(tx, case, maximum_minor=command.amount_minor),
        age_ms=age_ms(command.entered),
    )
    outcome, answer = put(tx, case, command=asked)
    if outcome.fresh and isinstance(outcome.events[0], Topped):
        tx.emit(BidPlaced(case.id, answer.seq, case.paddle, answer.price_minor or 0))
    return answer
