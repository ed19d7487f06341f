"""Hand in a sealed bid and open it: the market learns the amount from its bidder alone."""

from __future__ import annotations

from dataclasses import dataclass

from auction import commands as engine
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.commands.case import (
    Answer,
    age_ms,
    bar_of,
    in_turn,
    is_over_limit,
    locked_case,
    put,
)


@dataclass(frozen=True, slots=True)
class SealBid:
    """Hand in ``seal``, the hash of a bid that only its bidder knows; a later one replaces it.

    ``key`` and ``entered`` are those of ``PlaceBid``.
    """

    auction_id: int
    seal: str
    key: str
    entered: float | None = None


def seal_bid(ctx: Context, command: SealBid) -> Answer:
    """Hand in a sealed bid; a refusal is an answer. Raises as ``place_bid`` does."""
    return in_turn(ctx, command, _seal)


def _seal(tx: Tx, command: SealBid) -> Answer:
    case = locked_case(tx, command.auction_id)
    asked = engine.Commit(
        bidder=case.paddle,
        seal=command.seal,
        key=command.key,
        ineligible=bar_of(tx, case, maximum_minor=None),
        age_ms=age_ms(command.entered),
    )
    _outcome, answer = put(tx, case, command=asked)
    return answer


@dataclass(frozen=True, slots=True)
class OpenBid:
    """Open the own sealed bid: its amount (fen) and the nonce it was sealed with."""

    auction_id: int
    amount_minor: int
    nonce: str
    key: str
    entered: float | None = None


def open_bid(ctx: Context, command: OpenBid) -> Answer:
    """Open the sealed bid of the acting organisation; a refusal is an answer.

    The amount stays secret until the minutes. Who may not bind his organisation to it cannot
    open it: a colleague with the receipt can. Raises as ``place_bid`` does, Forbidden for such a
    person, Conflict while the lot is paused.
    """
    return in_turn(ctx, command, _open)


def _open(tx: Tx, command: OpenBid) -> Answer:
    case = locked_case(tx, command.auction_id)
    if not policy.may_bid_for_organisation(tx.actor):
        raise Forbidden("auctions.barred.read_only")
    if is_over_limit(tx, command.amount_minor):
        raise Forbidden("auctions.barred.over_limit")
    if case.state == "paused":
        raise Conflict("auctions.barred.paused")
    asked = engine.Reveal(
        bidder=case.paddle,
        amount=command.amount_minor,
        nonce=command.nonce,
        key=command.key,
        age_ms=age_ms(command.entered),
    )
    _outcome, answer = put(tx, case, command=asked)
    return answer
