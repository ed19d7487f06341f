"""What the engine decided: facts in the past tense, each with a public and a secret part.

The public part never holds a maximum, an unmet reserve, or anything from which they follow: a bid
that moves neither leader nor price is published as ``noted``, whether it was a silent raise or a
refusal. The secret part enters the chain as a commitment and is opened after the closing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from auction.commands import Command, PlaceBid
from auction.state import Result, Terms

Facts = Mapping[str, Any]


class Reason(enum.StrEnum):
    """Why a command was refused; the value is a stable wire name."""

    KEY_REUSED = "key_reused"
    NOT_OPEN = "not_open"
    ENDED = "ended"
    NOT_ELIGIBLE = "not_eligible"
    BAD_AMOUNT = "bad_amount"
    STALE_VIEW = "stale_view"
    NOT_ABOVE_OWN_MAX = "not_above_own_max"
    BELOW_MINIMUM = "below_minimum"
    NOT_CONFIRMED = "not_confirmed"
    """The amount is abnormally high and was not confirmed."""
    CANNOT_RETRACT = "cannot_retract"
    OUTAGE_NOT_COUNTED = "outage_not_counted"


@dataclass(frozen=True, slots=True)
class Board:
    """What everybody sees: leader, price, the least next bid, and the number of this view."""

    leader: str | None
    price: int | None
    next: int
    view: int

    def facts(self) -> dict[str, Any]:
        """The board as plain JSON values."""
        shown = {"leader": self.leader, "price": self.price}
        return shown | {"next": self.next, "view": self.view}

    @classmethod
    def from_facts(cls, facts: Facts) -> Board:
        """The board inside ``facts``."""
        return cls(facts["leader"], facts["price"], facts["next"], facts["view"])


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
        if self.facts["act"] != PlaceBid.act:
            return {"kind": "noted"}
        return _noted(PlaceBid.from_facts(self.facts))

    def secret(self) -> dict[str, Any]:
        """The reason and the command."""
        return {"answer": self.reason.value, **self.facts}

    @classmethod
    def read(cls, _public: Facts, secret: Facts) -> Refused:
        """The event from its two parts."""
        facts = {name: value for name, value in secret.items() if name != "answer"}
        return cls(Reason(secret["answer"]), facts)


@dataclass(frozen=True, slots=True)
class Voided:
    """All bids of a bidder dropped and the rest was refolded: the only event to lower a price."""

    name: ClassVar[str] = "Retracted"
    kind: ClassVar[str] = "voided"
    bidder: str
    reason: str
    board: Board
    rank: int | None
    reserve_met: bool
    leader_max: int | None

    def public(self) -> dict[str, Any]:
        """Who, why, and what everybody sees now."""
        return {
            "kind": self.kind,
            "bidder": self.bidder,
            "reason": self.reason,
            "rank": self.rank,
            "reserve_met": self.reserve_met,
            **self.board.facts(),
        }

    def secret(self) -> dict[str, Any]:
        """The new leader's maximum."""
        return {"leader_max": self.leader_max}

    @classmethod
    def read(cls, public: Facts, secret: Facts) -> Voided:
        """The event from its two parts."""
        same = {name: public[name] for name in ("bidder", "reason", "rank", "reserve_met")}
        return cls(**same, board=Board.from_facts(public), leader_max=secret["leader_max"])


@dataclass(frozen=True, slots=True)
class _Open:
    """An event without a secret: what is in it, everybody may read."""

    kind: ClassVar[str]

    def public(self) -> dict[str, Any]:
        """Everything."""
        return {"kind": self.kind, **asdict(self)}

    def secret(self) -> None:
        """Nothing."""

    @classmethod
    def read(cls, public: Facts, _secret: Facts) -> Any:
        """The event from its public part."""
        return cls(**{slot.name: public[slot.name] for slot in fields(cls)})


@dataclass(frozen=True, slots=True)
class Extended(_Open):
    """A visible change inside the window moved the end."""

    name: ClassVar[str] = "Extended"
    kind: ClassVar[str] = "extended"
    ends_ms: int


@dataclass(frozen=True, slots=True)
class ReserveMet(_Open):
    """The leader's maximum reached the reserve."""

    name: ClassVar[str] = "ReserveMet"
    kind: ClassVar[str] = "reserve_met"


@dataclass(frozen=True, slots=True)
class OutageExtended(_Open):
    """The market was away near the end; the end, and a hard end with it, moved."""

    name: ClassVar[str] = "OutageExtended"
    kind: ClassVar[str] = "outage_extended"
    down_from_ms: int
    down_to_ms: int
    ends_ms: int
    hard_end_ms: int | None


@dataclass(frozen=True, slots=True)
class Cancelled(_Open):
    """The operator took the lot off."""

    name: ClassVar[str] = "Cancelled"
    kind: ClassVar[str] = "cancelled"
    reason: str


@dataclass(frozen=True, slots=True)
class Closed(_Open):
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
)

READERS: Mapping[str, Any] = {
    event.kind: event.read
    for event in (
        Scheduled,
        Accepted,
        Refused,
        Extended,
        ReserveMet,
        Voided,
        OutageExtended,
        Cancelled,
        Closed,
    )
}


def _shown(bid: PlaceBid) -> dict[str, Any]:
    return {"bidder": bid.bidder, "channel": bid.channel.value, "rank": bid.rank}


def _noted(bid: PlaceBid) -> dict[str, Any]:
    return {"kind": "noted", **_shown(bid)}
