"""What a lot is at an instant: only events move it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from auction.terms import AMOUNT_LIMIT, ReservePolicy, Terms, is_amount

__all__ = [
    "AMOUNT_LIMIT",
    "GENESIS",
    "Progress",
    "ReservePolicy",
    "Result",
    "Stage",
    "Standing",
    "State",
    "Status",
    "Terms",
    "is_amount",
]

GENESIS = "0" * 64
"""The head of an empty log."""


class Status(enum.StrEnum):
    """What the log has said about a lot; ``open`` follows from the clock and is not stored."""

    SCHEDULED = "scheduled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Stage(enum.StrEnum):
    """How far a sealed or a Dutch lot has come; the order is that of time."""

    BIDDING = "bidding"
    """Seals are handed in; in a Dutch lot, the price falls."""
    SEALING = "sealing"
    """The Dutch lot was taken, and others hand in seals."""
    REVEALING = "revealing"
    """Bidders open their own seals."""
    TOPPING = "topping"
    """The taker may once go above the best sealed bid."""
    TAKEN = "taken"
    """Nothing more can change who buys at what price."""


class Result(enum.StrEnum):
    """How a lot closed."""

    SOLD = "sold"
    NO_BIDS = "no_bids"
    RESERVE_NOT_MET = "reserve_not_met"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who leads, up to which maximum (secret), by which rank, and the visible price."""

    leader: str | None = None
    maximum: int | None = None
    rank: int | None = None
    price: int | None = None
    reserve_met: bool = False

    def shows_as(self, other: Standing) -> bool:
        """Whether everybody sees the same: leader and price."""
        return (self.leader, self.price) == (other.leader, other.price)


@dataclass(frozen=True, slots=True)
class Progress:
    """What moves a lot besides bids and the clock; the fold of the few events that say so.

    ``warnings`` were given when the board had the number ``warned_view``: a bid takes them back.
    """

    stage: Stage = Stage.BIDDING
    paused: bool = False
    warnings: int = 0
    warned_view: int = 0
    taker: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a lot stands; the fold of its log. ``view`` counts the visible changes so far."""

    lot: int
    terms: Terms
    ends_ms: int
    hard_end_ms: int | None
    standing: Standing = field(default_factory=Standing)
    status: Status = Status.SCHEDULED
    outcome: Result | None = None
    closed_ms: int | None = None
    view: int = 0
    seq: int = 0
    head: str = GENESIS
    progress: Progress = field(default_factory=Progress)

    @property
    def leader(self) -> str | None:
        """The leading bidder, or None."""
        return self.standing.leader

    @property
    def leader_max(self) -> int | None:
        """The leader's maximum: secret while the lot runs."""
        return self.standing.maximum

    @property
    def price(self) -> int | None:
        """The visible price; None while nobody leads."""
        return self.standing.price

    @property
    def reserve_met(self) -> bool:
        """Whether the leader's maximum has reached the reserve."""
        return self.standing.reserve_met

    @property
    def warnings(self) -> int:
        """The fair warnings that still stand."""
        return self.progress.warnings if self.progress.warned_view == self.view else 0

    def phase(self, at_ms: int) -> str:
        """``scheduled``, ``open``, ``ended``, ``closed`` or ``cancelled`` as of ``at_ms``."""
        if self.status is not Status.SCHEDULED:
            return self.status.value
        if at_ms < self.terms.opens_ms:
            return "scheduled"
        if self.terms.in_hall:
            return "open"
        return "open" if at_ms < self.ends_ms else "ended"

    def led_by(self, standing: Standing, view: int) -> State:
        """The same lot with another standing, seen as the board number ``view``."""
        return self._copy(standing, view, self.closed_ms, seq=self.seq, head=self.head)

    def recorded(self, seq: int, head: str, at_ms: int) -> State:
        """The same state after the entry ``seq`` of ``at_ms`` with hash ``head`` was written."""
        just_closed = self.status is Status.CLOSED and self.closed_ms is None
        closed_ms = at_ms if just_closed else self.closed_ms
        return self._copy(self.standing, self.view, closed_ms, seq=seq, head=head)

    def _copy(
        self, standing: Standing, view: int, closed_ms: int | None, *, seq: int, head: str
    ) -> State:
        """Every bid pays this twice; ``dataclasses.replace`` costs several times as much."""
        return State(
            lot=self.lot,
            terms=self.terms,
            ends_ms=self.ends_ms,
            hard_end_ms=self.hard_end_ms,
            standing=standing,
            status=self.status,
            outcome=self.outcome,
            closed_ms=closed_ms,
            view=view,
            seq=seq,
            head=head,
            progress=self.progress,
        )
