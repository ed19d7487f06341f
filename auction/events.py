"""What the engine decided: facts in the past tense, each with a public and a secret part.

The public part never holds a maximum, an unmet reserve, or anything from which they follow: a bid
that moves neither leader nor price is published as ``noted``, whether it was a silent raise or a
refusal. The secret part enters the chain as a commitment and is opened after the closing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, get_args

from auction.commands import BIDDERS, Command, PlaceBid
from auction.envelope_events import Committed, Opened, RevealBegan, Revealed, Taken, Topped
from auction.facts import Board, Facts, Open, Reason, Refolded
from auction.hall_events import Paused, Resumed, Undone, Warned
from auction.state import Result, Terms

__all__ = [
    "READERS",
    "Accepted",
    "Board",
    "Cancelled",
    "Closed",
    "Committed",
    "Event",
    "Extended",
    "Opened",
    "OutageExtended",
    "Paused",
    "Reason",
    "Refused",
    "ReserveMet",
    "Resumed",
    "RevealBegan",
    "Revealed",
    "Scheduled",
    "Taken",
    "Topped",
    "Undone",
    "Voided",
    "Warned",
]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The lot and its terms were published; always the first entry."""

    name: ClassVar[str] = "Scheduled"
    kind: ClassVar[str] = "scheduled"
    lot: int
    terms: Terms

    def public(self) -> dict[str, Any]:
        """The terms; of the reserve only whether there is one (L8)."""
        terms = self.terms.facts()
        terms["reserve"] = terms["reserve"] is not None
        return {"kind": self.kind, "lot": self.lot, "terms": terms}

    def secret(self) -> dict[str, Any]:
        """The reserve."""
        return {"reserve": self.terms.reserve}

    @classmethod
    def read(cls, public: Facts, secret: Facts) -> Scheduled:
        """The event from its two parts."""
        return cls(public["lot"], Terms.from_facts({**public["terms"], **secret}))


@dataclass(frozen=True, slots=True)
class Accepted:
    """The bid stands. ``board`` is what changed for everybody, None for a silent raise."""

    name: ClassVar[str] = "Accepted"
    kind: ClassVar[str] = "accepted"
    bid: PlaceBid
    board: Board | None

    def public(self) -> dict[str, Any]:
        """The bidder, and the board if it moved."""
        if self.board is None:
            return _noted(self.bid)
        return {"kind": "bid", **_shown(self.bid), **self.board.facts()}

    def secret(self) -> dict[str, Any]:
        """The answer and the bid with its maximum."""
        return {"answer": self.kind, **self.bid.facts()}

    @classmethod
    def read(cls, public: Facts, secret: Facts) -> Accepted:
        """The event from its two parts; the key stays with the entry."""
        board = Board.from_facts(public) if public["kind"] == "bid" else None
        return cls(PlaceBid.from_facts(secret), board)


@dataclass(frozen=True, slots=True)
class Refused:
    """A command changed nothing, for exactly one reason; ``facts`` is the command."""

    kind: ClassVar[str] = "refused"
    reason: Reason
    facts: Facts

    @classmethod
    def of(cls, command: Command, reason: Reason) -> Refused:
        """The refusal of ``command``."""
        return cls(reason, command.facts())

    @property
    def name(self) -> str:
        """The reason: it names the outcome."""
        return self.reason.value

    def public(self) -> dict[str, Any]:
        """Only that something was asked, and by which bidder; of the operator not even that."""
        if self.facts["act"] == PlaceBid.act:
            return _noted(PlaceBid.from_facts(self.facts))
        from_bidder = self.facts["act"] in {command.act for command in BIDDERS}
        return {"kind": "noted", **({"bidder": self.facts["bidder"]} if from_bidder else {})}

    def secret(self) -> dict[str, Any]:
        """The reason and the command."""
        return {"answer": self.reason.value, **self.facts}

    @classmethod
    def read(cls, _public: Facts, secret: Facts) -> Refused:
        """The event from its two parts."""
        facts = {name: value for name, value in secret.items() if name != "answer"}
        return cls(Reason(secret["answer"]), facts)


@dataclass(frozen=True, slots=True)
class Voided(Refolded):
    """All bids of a bidder dropped, for a stated reason (拍卖法 36; L10)."""

    name: ClassVar[str] = "Retracted"
    kind: ClassVar[str] = "voided"


@dataclass(frozen=True, slots=True)
class Extended(Open):
    """A visible change inside the window moved the end."""

    name: ClassVar[str] = "Extended"
    kind: ClassVar[str] = "extended"
    ends_ms: int


@dataclass(frozen=True, slots=True)
class ReserveMet(Open):
    """The leader's maximum reached the reserve."""

    name: ClassVar[str] = "ReserveMet"
    kind: ClassVar[str] = "reserve_met"


@dataclass(frozen=True, slots=True)
class OutageExtended(Open):
    """The market was away near the end; the end, and a hard end with it, moved."""

    name: ClassVar[str] = "OutageExtended"
    kind: ClassVar[str] = "outage_extended"
    down_from_ms: int
    down_to_ms: int
    ends_ms: int
    hard_end_ms: int | None


@dataclass(frozen=True, slots=True)
class Cancelled(Open):
    """The operator took the lot off."""

    name: ClassVar[str] = "Cancelled"
    kind: ClassVar[str] = "cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class Closed(Open):
    """The lot closed. ``leader`` and ``price`` are the sale, or the talks' starting point."""

    kind: ClassVar[str] = "closed"
    outcome: Result
    leader: str | None
    price: int | None

    @property
    def name(self) -> str:
        """``Closed:`` and the result."""
        return f"Closed:{self.outcome.value}"

    @classmethod
    def read(cls, public: Facts, _secret: Facts) -> Closed:
        """The event from its public part."""
        return cls(Result(public["outcome"]), public["leader"], public["price"])


Event = (
    Scheduled
    | Accepted
    | Refused
    | Extended
    | ReserveMet
    | Voided
    | OutageExtended
    | Cancelled
    | Closed
    | Warned
    | Paused
    | Resumed
    | Undone
    | Committed
    | RevealBegan
    | Revealed
    | Opened
    | Taken
    | Topped
)

READERS: Mapping[str, Any] = {event.kind: event.read for event in get_args(Event)}


def _shown(bid: PlaceBid) -> dict[str, Any]:
    return {"bidder": bid.bidder, "channel": bid.channel.value, "rank": bid.rank}


def _noted(bid: PlaceBid) -> dict[str, Any]:
    return {"kind": "noted", **_shown(bid)}
