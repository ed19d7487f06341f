"""What all commands of bidders share: the case under the lock, its bars, sender and answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Table, bindparam, insert, select

from auction import sealing
from auction.commands import BidderCommand
from auction.execution import Outcome
from auction.state import Stage, State
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.db import plainly
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.locking import execute_on, lock
from marketplace.trade.auctions.models import Auction, Sender, Signup
from marketplace.treasury.deposits import queries as treasury

KEY_LENGTH = 64
OF_AUCTION = 9
"""How many fields of a ``Case``, the first, are columns of the auction."""


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
    place: str
    medium_proof: str | None
    company_code: str | None
    seller_organisation_id: int
    organisation_id: int
    paddle: str
    signup_state: str
    accepted_version: int
    refusal_rank: int | None
    lot: State

    @classmethod
    def of(cls, auction: Auction, signup: Signup, lot: State) -> Case:
        """The case of a bidder whose rows are at hand."""
        values: list[Any] = [getattr(auction, field.name) for field in fields(cls)[:OF_AUCTION]]
        values += [signup.organisation_id, signup.paddle, signup.state]
        values += [signup.accepted_version, signup.refusal_rank, lot]
        return cls(*values)


CASE = (
    select(
        *(getattr(Auction, field.name) for field in fields(Case)[:OF_AUCTION]),
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
SENDER = insert(cast("Table", Sender.__table__))
"""Without the mapper, which has nothing to keep of an inserted row."""


class Sent(Protocol):
    """What every command of a bidder has: the lot, and the key of its intent."""

    @property
    def auction_id(self) -> int:
        """The lot that it is for."""

    @property
    def key(self) -> str:
        """The client's name of the intent."""


Command = TypeVar("Command", bound=Sent)
Told = TypeVar("Told")


def in_turn(ctx: Context, command: Command, step: Callable[[Tx, Command], Told]) -> Told:
    """Run a bidder's command in the queue of its lot, whose row is all that it locks.

    Raises Invalid without a key, and as ``ctx.together``.
    """
    if not 0 < len(command.key) <= KEY_LENGTH:
        raise Invalid("auctions.key_needed")
    return ctx.together(lambda tx: step(tx, command), root=("auction", command.auction_id))


def locked_case(tx: Tx, auction_id: int) -> Case:
    """Step: the lot locked, then what a bid on it depends on, in one statement."""
    lot_id, lot = lock(tx, auction_id)
    mine = {"auction_id": auction_id, "organisation_id": tx.actor.organisation_id}
    row = plainly(tx.db, CASE, mine).first()
    if row is None:
        raise Forbidden("auctions.not_signed_up")
    values: list[Any] = [*row, lot]
    case = Case(*values)
    if case.lot_id != lot_id:  # corrected between the two reads, before the opening
        raise Conflict("auctions.terms_changed")
    return case


def bar_of(tx: Tx, case: Case, *, maximum_minor: int | None) -> str | None:
    """Step: the rule that bars this bid, asked anew for each (L5, L7, L15, L23; T4).

    ``maximum_minor`` is None for a sealed amount, which nobody knows before it is opened.
    """
    actor = tx.actor
    if is_over_limit(tx, maximum_minor):
        return "over_limit"
    if not policy.may_bid_for_organisation(actor):
        return "read_only"
    if case.place == "hall":
        return "hall_only"
    return bar_of_lot(tx, case) or policy.bar_of(tx.db, actor, case)


def bar_of_lot(tx: Tx, case: Case) -> str | None:
    """Step: what bars every bid of this bidder, online and in the hall, whoever makes it."""
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
    return None


def is_over_limit(tx: Tx, amount_minor: int | None) -> bool:
    """Whether the person may not bind his organisation to so much."""
    limit = tx.actor.bid_limit_minor
    return limit is not None and amount_minor is not None and amount_minor > limit


def age_ms(entered: float | None) -> int:
    """How long ago a request came in, by this process's monotonic clock."""
    return 0 if entered is None else int((time.monotonic() - entered) * 1000)


def remember_sender(tx: Tx, outcome: Outcome) -> None:
    """Step: keep which person sent what was written just now."""
    if not outcome.fresh:
        return
    sender = {
        "lot_id": outcome.state.lot,
        "seq": outcome.fresh[0].seq,
        "user_id": tx.actor.user_id,
        "via": tx.actor.via,
        "address": tx.actor.address,
    }
    plainly(tx.db, SENDER, sender)


def barred_by(outcome: Outcome) -> str:
    """The rule that barred a refused command, empty where none did."""
    facts = getattr(outcome.events[0], "facts", None) if outcome.refusal else None
    return str(facts.get("ineligible") or "") if isinstance(facts, dict) else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a bidder of a sealed or a Dutch lot is told, after the commit.

    Amounts in fen, instants in ms UTC. ``reason``, ``bar`` and ``replayed`` are those of a
    ``BidAnswer``; ``stage`` is that of the lot; ``seq``, ``at_ms`` and ``hash`` are the place of
    the answer in the log, which makes the receipt.
    """

    accepted: bool
    reason: str
    bar: str
    stage: str
    leading: bool
    price_minor: int | None
    minimum_next_minor: int
    ends_ms: int
    seq: int
    at_ms: int
    hash: str
    replayed: bool


def put(tx: Tx, case: Case, *, command: BidderCommand) -> tuple[Outcome, Answer]:
    """Step: put a command to the lot, keep its sender; the outcome and what the bidder is told."""
    outcome = execute_on(tx, case.lot_id, command=command, locked=case.lot)
    remember_sender(tx, outcome)
    state, refusal, entry = outcome.state, outcome.refusal, outcome.entries[0]
    answer = Answer(
        accepted=refusal is None,
        reason=refusal.value if refusal else "",
        bar=barred_by(outcome),
        stage=state.progress.stage.value,
        leading=state.leader == case.paddle,
        price_minor=state.price,
        minimum_next_minor=least_next(state),
        ends_ms=state.ends_ms,
        seq=entry.seq,
        at_ms=entry.at_ms,
        hash=entry.hash,
        replayed=outcome.replayed,
    )
    return outcome, answer


def least_next(state: State) -> int:
    """The least amount that counts next in a sealed or a Dutch lot, in fen."""
    if state.terms.dutch is not None and state.progress.stage is Stage.BIDDING:
        return state.terms.dutch.floor
    return sealing.least_above(state)
