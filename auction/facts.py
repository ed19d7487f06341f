"""What all events are made of: reasons, the board everybody sees, events without a secret."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

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
    OTHER_FORMAT = "other_format"
    """The lot's format knows no such command."""

    NOT_IN_HALL = "not_in_hall"
    PAUSED = "paused"
    NOT_PAUSED = "not_paused"
    NOT_WARNED = "not_warned"
    """Two fair warnings at the present price precede the hammer and a pass."""
    ALREADY_WARNED = "already_warned"
    NO_LEADER = "no_leader"
    BELOW_RESERVE = "below_reserve"
    MUST_SELL = "must_sell"
    """A valid highest bid cannot be passed over."""

    BAD_COMMITMENT = "bad_commitment"
    NO_COMMITMENT = "no_commitment"
    ALREADY_REVEALED = "already_revealed"
    WRONG_OPENING = "wrong_opening"

    ABOVE_LIMIT = "above_limit"
    """The falling price was still above what the bidder had seen."""
    NOT_THE_TAKER = "not_the_taker"
    TAKER_HAS_TAKEN = "taker_has_taken"


@dataclass(frozen=True, slots=True)
class Board:
    """What everybody sees: leader, price, the least next bid, and the number of this view."""

    leader: str | None
    price: int | None
    next: int
    view: int

    def facts(self) -> dict[str, Any]:
        """The board as plain JSON values."""
        return {"leader": self.leader, "price": self.price, "next": self.next, "view": self.view}

    @classmethod
    def from_facts(cls, facts: Facts) -> Board:
        """The board inside ``facts``."""
        return cls(facts["leader"], facts["price"], facts["next"], facts["view"])


@dataclass(frozen=True, slots=True)
class Open:
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
class Refolded:
    """Bids dropped and the rest was refolded: only such an event lowers a price."""

    kind: ClassVar[str]
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
    def read(cls, public: Facts, secret: Facts) -> Any:
        """The event from its two parts."""
        same = {name: public[name] for name in ("bidder", "reason", "rank", "reserve_met")}
        return cls(**same, board=Board.from_facts(public), leader_max=secret["leader_max"])
