"""What a clerk does to a lot in the hall: steps; the room of sessions says who may and when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from auction import commands as engine
from auction.clerk import ClerkCommand, Hammer, Pass, Undo, Warn
from auction.events import Accepted, Closed, Refused
from auction.execution import Outcome
from auction.proxy import minimum_next
from auction.state import State
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.commands import operating
from marketplace.trade.auctions.commands.bidding import tell_of
from marketplace.trade.auctions.commands.case import KEY_LENGTH, Case, bar_of_lot, remember_sender
from marketplace.trade.auctions.commands.closing import settle
from marketplace.trade.auctions.locking import execute, locked_lot
from marketplace.trade.auctions.models import Auction, Signup


@dataclass(frozen=True, slots=True)
class FloorCall:
    """The exact price (fen) that paddle ``paddle`` called, keyed by the clerk.

    ``seen_view`` is the number of the board on the clerk's screen; ``key`` names the intent.
    """

    auction_id: int
    paddle: str
    amount_minor: int
    key: str
    seen_view: int
    confirmed: bool = False
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class HallAnswer:
    """What the console is told after the commit. Amounts in fen.

    ``reason`` is the one refusal reason, empty when it was done; ``bar`` says for
    ``not_eligible`` which rule bars. ``leads_at``: the called paddle and price, if just this bid
    made them the board. ``closed`` is the result of a lot that is over.
    """

    reason: str
    bar: str
    seq: int
    view: int
    leader: str | None
    price_minor: int | None
    minimum_next_minor: int
    closed: str | None
    replayed: bool
    leads_at: tuple[str, int] | None = None

    @property
    def done(self) -> bool:
        """It stands in the log as asked for."""
        return not self.reason


GUEST = select(Signup).where(
    Signup.auction_id == bindparam("auction_id"), Signup.paddle == bindparam("paddle")
)


def floor_bid(tx: Tx, call: FloorCall) -> HallAnswer:
    """Step: take a bid of the floor; an online maximum above it answers in the same transaction.

    A refusal is an answer, logged like every bid. Raises NotFound for a paddle that was not
    given out for this lot: there is nobody to log.
    """
    if not 0 < len(call.key) <= KEY_LENGTH:
        raise Invalid("auctions.key_needed")
    auction, state = locked_lot(tx, call.auction_id)
    guest = tx.db.scalar(GUEST, {"auction_id": auction.id, "paddle": call.paddle})
    if guest is None:
        raise NotFound("auctions.paddle_unknown", paddle=call.paddle)
    bid = engine.PlaceBid(
        bidder=guest.paddle,
        amount=call.amount_minor,
        key=call.key,
        channel=engine.Channel.FLOOR,
        seen_view=call.seen_view,
        confirmed=call.confirmed,
        rank=guest.refusal_rank,
        ineligible=_bar_of(tx, auction, state, guest=guest),
        age_ms=call.age_ms,
    )
    outcome = execute(tx, auction, command=bid)
    remember_sender(tx, outcome)
    tell_of(tx, auction.id, outcome=outcome)
    return answer_of(outcome)


def _bar_of(tx: Tx, auction: Auction, state: State, *, guest: Signup) -> str | None:
    """The rule that bars this bid, asked anew for each (L5, L7, L15, L23; T4)."""
    return bar_of_lot(tx, Case.of(auction, guest, state)) or policy.bar_at_desk(
        tx.db, guest.user_id, organisation_id=guest.organisation_id, auction=auction
    )


def warn(tx: Tx, auction_id: int, *, seen_view: int) -> HallAnswer:
    """Step: give fair warning, twice at one price before the lot can end (L15)."""
    return _act(tx, auction_id, command=Warn(seen_view))


def hammer(tx: Tx, auction_id: int, *, seen_view: int) -> HallAnswer:
    """Step: the public sign of the sale (拍卖法 51): result, order, deposits with it."""
    return _act(tx, auction_id, command=Hammer(seen_view))


def pass_lot(tx: Tx, auction_id: int, *, seen_view: int) -> HallAnswer:
    """Step: end the lot unsold; the listing is free again, all deposits go back."""
    return _act(tx, auction_id, command=Pass(seen_view))


def undo(tx: Tx, auction_id: int, *, seen_view: int, reason: str) -> HallAnswer:
    """Step: take back the last floor bid, keyed by a slip, for a reason that is published."""
    if not reason.strip():
        raise Invalid("reason_needed")
    return _act(tx, auction_id, command=Undo(seen_view, reason.strip()))


def pause_lot(tx: Tx, auction_id: int, *, reason: str) -> bool:
    """Step: stop a lot that runs, for a public reason (L30); False when there is nothing to stop.

    Raises Invalid without a reason, NotFound.
    """
    auction, state = locked_lot(tx, auction_id)
    if auction.state != "announced":
        return False
    operating.pause(tx, auction, state=state, reason=reason)
    return True


def resume_lot(tx: Tx, auction_id: int, *, reason: str) -> None:
    """Step: let a paused lot go on, for a public reason. Raises as ``operating.resume``."""
    auction, state = locked_lot(tx, auction_id)
    operating.resume(tx, auction, state=state, reason=reason)


def _act(tx: Tx, auction_id: int, *, command: ClerkCommand) -> HallAnswer:
    auction, state = locked_lot(tx, auction_id)
    paused_before_opening = auction.state == "paused" and not state.progress.paused
    if paused_before_opening and not isinstance(command, Undo):
        raise Conflict("auctions.lot_paused")
    outcome = execute(tx, auction, command=command)
    remember_sender(tx, outcome)
    refusal = outcome.refusal
    tx.audit(
        f"auction.hall_{command.act}",
        "auction",
        auction.id,
        why=getattr(command, "reason", ""),
        seq=outcome.state.seq,
        refused=refusal.value if refusal else "",
    )
    if any(isinstance(event, Closed) for event in outcome.events):
        settle(tx, auction, state=outcome.state)
    return answer_of(outcome)


def answer_of(outcome: Outcome) -> HallAnswer:
    """What the engine's answer tells the console."""
    state, first = outcome.state, outcome.events[0]
    refusal = outcome.refusal
    bar = first.facts.get("ineligible") if isinstance(first, Refused) else None
    return HallAnswer(
        reason=refusal.value if refusal else "",
        bar=str(bar or ""),
        seq=state.seq,
        view=state.view,
        leader=state.leader,
        price_minor=state.price,
        minimum_next_minor=minimum_next(state.terms, state.standing),
        closed=state.outcome.value if state.outcome else None,
        replayed=outcome.replayed,
        leads_at=_leads_at(first),
    )


def _leads_at(first: object) -> tuple[str, int] | None:
    """What the hall believes after its own call: told by the log, so a replay tells the same."""
    if not isinstance(first, Accepted) or first.board is None:
        return None
    mine = (first.bid.bidder, first.bid.amount)
    return mine if (first.board.leader, first.board.price) == mine else None
