"""What a lot is: its terms, fixed at publication, and its state, which only events move."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from auction.errors import InvalidTerms

AMOUNT_LIMIT = 10**15
"""Greatest amount in minor units: ten trillion yuan, and still exact in a browser's numbers."""

GENESIS = "0" * 64
"""The head of an empty log."""


def is_amount(value: object) -> bool:
    """Whether ``value`` is money: a positive integer of minor units, no bool, no overflow (T3)."""
    return type(value) is int and 0 < value <= AMOUNT_LIMIT


class ReservePolicy(enum.StrEnum):
    """What a met reserve does to the price."""

    JUMP = "jump"
    """The price jumps to the reserve as soon as the leader's maximum reaches it."""
    AT_CLOSE = "at_close"
    """The price runs on below it; the lot sells at the greater of the two."""


class Status(enum.StrEnum):
    """What the log has said about a lot; ``open`` follows from the clock and is not stored."""

    SCHEDULED = "scheduled"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Result(enum.StrEnum):
    """How a lot closed."""

    SOLD = "sold"
    NO_BIDS = "no_bids"
    RESERVE_NOT_MET = "reserve_not_met"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was fixed when the lot was published. Amounts in minor units, instants in ms UTC.

    ``ladder`` is ``((from, step), …)`` in rising order. Defaults are those of the court rule
    (SPC 11, 20; L25): a change in the last five minutes extends to five minutes after it.
    """

    start: int
    ladder: tuple[tuple[int, int], ...]
    opens_ms: int
    ends_ms: int
    reserve: int | None = None
    reserve_policy: ReservePolicy = ReservePolicy.JUMP
    window_ms: int = 300_000
    extend_ms: int = 300_000
    hard_end_ms: int | None = None
    end_granularity_ms: int = 1_000
    appraisal: int | None = None
    abnormal_multiple: int | None = 20
    format: str = "english"

    def __post_init__(self) -> None:
        """Accept the wire name of the policy, then refuse what contradicts itself."""
        try:
            object.__setattr__(self, "reserve_policy", ReservePolicy(self.reserve_policy))
        except ValueError as error:
            raise InvalidTerms(str(error)) from None
        for holds, fault in self._conditions():
            if not holds:
                raise InvalidTerms(fault)

    def _conditions(self) -> tuple[tuple[bool, str], ...]:
        froms = [start for start, _ in self.ladder]
        optional = (self.reserve, self.appraisal)
        return (
            (is_amount(self.start), "the start price is not an amount"),
            (all(a is None or is_amount(a) for a in optional), "reserve or appraisal is no amount"),
            (bool(froms) and froms[0] <= self.start, "no step is given for the start price"),
            (froms == sorted(set(froms)), "the ladder does not rise"),
            (all(is_amount(step) for _, step in self.ladder), "a step is not an amount"),
            (self.opens_ms < self.ends_ms, "the lot ends before it opens"),
            ((self.hard_end_ms or self.ends_ms) >= self.ends_ms, "the hard end precedes the end"),
            (min(self.window_ms, self.extend_ms) >= 0, "window or extension is negative"),
            (self.end_granularity_ms >= 1, "the end's granularity is below 1 ms"),
            ((self.abnormal_multiple or 1) >= 1, "the abnormal multiple is below 1"),
        )

    def step(self, price: int) -> int:
        """The step at ``price``: that of the greatest ``from`` not above it."""
        found = 0
        for start, step in self.ladder:
            if start > price:
                break
            found = step
        return found

    def is_abnormal(self, amount: int) -> bool:
        """Whether ``amount`` exceeds the multiple of the appraisal, or of the start without one."""
        if self.abnormal_multiple is None:
            return False
        return amount > self.abnormal_multiple * (self.appraisal or self.start)

    def facts(self) -> dict[str, Any]:
        """All terms as plain JSON values, the reserve included: not for the public."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Terms:
        """The terms that ``facts`` describe; raises InvalidTerms."""
        ladder = tuple((start, step) for start, step in facts["ladder"])
        return cls(**{**facts, "ladder": ladder})


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

    def phase(self, at_ms: int) -> str:
        """``scheduled``, ``open``, ``ended``, ``closed`` or ``cancelled`` as of ``at_ms``."""
        if self.status is not Status.SCHEDULED:
            return self.status.value
        if at_ms < self.terms.opens_ms:
            return "scheduled"
        return "open" if at_ms < self.ends_ms else "ended"

    def recorded(self, seq: int, head: str, at_ms: int) -> State:
        """The same state after the entry ``seq`` of ``at_ms`` with hash ``head`` was written."""
        just_closed = self.status is Status.CLOSED and self.closed_ms is None
        return replace(self, seq=seq, head=head, closed_ms=at_ms if just_closed else self.closed_ms)
