"""Place a bid: the hot path of the house."""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from typing import cast

from sqlalchemy import Table, bindparam, insert, select

from auction import commands as engine
from auction.events import Accepted, Extended
from auction.execution import Outcome
from auction.proxy import minimum_next
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.events import (
    AbnormalBid,
    AuctionExtended,
    BidderOutbid,
    BidPlaced,
)
from marketplace.trade.auctions.locking import execute_on, lock
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


@dataclass(frozen=True, slots=True)
class Case:
    """What a bid depends on: the auction as it stands and the bidder's place in it.

    Columns, not rows of the mapper: this is read once for every bid, under the lock.
    """

    id: int
    lot_id: int
    state: str
    version: int
    mode: str
    medium_proof: str | None
    company_code: str | None
    seller_organisation_id: int
    organisation_id: int
    paddle: str
    signup_state: str
    accepted_version: int
    refusal_rank: int | None


CASE = (
    select(
        *(getattr(Auction, field.name) for field in fields(Case)[:8]),
        Signup.organisation_id,
        Signup.paddle,
        Signup.state,
        Signup.accepted_version,
        Signup.refusal_rank,
    )
    .join(Signup, Signup.auction_id == Auction.id)
    .where(
        Auction.id == bindparam("auction_id"),
        Signup.organisation_id == bindparam("organisation_id"),
    )
)
SENDER = cast("Table", Sender.__table__)
"""Without the mapper, which has nothing to keep of an inserted row."""


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
    case = _locked_case(tx, command.auction_id)
    bar = _bar_of(tx, case, maximum_minor=command.maximum_minor)
    outcome = execute_on(tx, case.lot_id, command=_engine_command(command, case, bar=bar))
    remember_sender(tx, outcome)
    tell_of(tx, case.id, outcome=outcome)
    return _answer(case, outcome)


def _locked_case(tx: Tx, auction_id: int) -> Case:
    """Step: the lot locked, then what a bid on it depends on, in one statement."""
    lot_id, _state = lock(tx, auction_id)
    mine = {"auction_id": auction_id, "organisation_id": tx.actor.organisation_id}
    row = tx.db.execute(CASE, mine).first()
    if row is None:
        raise Forbidden("auctions.not_signed_up")
    case = Case(*tuple(row))
    if case.lot_id != lot_id:  # corrected between the two reads, before the opening
        raise Conflict("auctions.terms_changed")
    return case


def _bar_of(tx: Tx, case: Case, *, maximum_minor: int) -> str | None:
    """The rule that bars this bid, asked anew for each (L5, L7, L15, L23; T4)."""
    actor = tx.actor
    if actor.bid_limit_minor is not None and maximum_minor > actor.bid_limit_minor:
        return "over_limit"
    if not policy.may_bid_for_organisation(actor):
        return "read_only"
    if case.state == "paused":
        return "paused"
    if case.signup_state in ("refused", "voided"):
        return case.signup_state
    if case.accepted_version != case.version:
        return "terms_changed"
    if not treasury.is_held(tx.db, case.id, organisation_id=case.organisation_id):
        return "deposit_missing"
    if case.mode == "licensed_auction" and not case.medium_proof:
        return "no_medium_proof"  # L13: such an auction does not open
    return policy.bar_of(tx.db, actor, case)


def _engine_command(command: PlaceBid, case: Case, *, bar: str | None) -> engine.PlaceBid:
    waited = 0.0 if command.entered is None else time.monotonic() - command.entered
    return engine.PlaceBid(
        bidder=case.paddle,
        amount=command.maximum_minor,
        key=command.key,
        confirmed=command.confirmed,
        rank=case.refusal_rank,
        ineligible=bar,
        age_ms=int(waited * 1000),
    )


def remember_sender(tx: Tx, outcome: Outcome) -> None:
    """Step: which person sent what was just written, through which door."""
    if not outcome.fresh:
        return
    tx.db.execute(
        insert(SENDER).values(
            lot_id=outcome.state.lot,
            seq=outcome.fresh[0].seq,
            user_id=tx.actor.user_id,
            via=tx.actor.via,
            address=tx.actor.address,
        )
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
    facts = getattr(outcome.events[0], "facts", None) if refusal else None
    return BidAnswer(
        accepted=refusal is None,
        reason=refusal.value if refusal else "",
        bar=str(facts["ineligible"] or "") if isinstance(facts, dict) else "",
        leading=state.leader == case.paddle,
        price_minor=state.price,
        minimum_next_minor=minimum_next(state.terms, state.standing, case.refusal_rank),
        ends_ms=state.ends_ms,
        seq=state.seq,
        replayed=outcome.replayed,
    )
