"""What is fixed when a lot is published, in every format; nothing of it ever changes."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from auction.errors import InvalidTerms

AMOUNT_LIMIT = 10**15
"""Greatest amount in minor units: ten trillion yuan, and still exact in a browser's numbers."""


def is_amount(value: object) -> bool:
    """Whether ``value`` is money: a positive integer of minor units, no bool, no overflow (T3)."""
    return type(value) is int and 0 < value <= AMOUNT_LIMIT


class ReservePolicy(enum.StrEnum):
    """What a met reserve does to the price."""

    JUMP = "jump"
    """The price jumps to the reserve as soon as the leader's maximum reaches it."""
    AT_CLOSE = "at_close"
    """The price runs on below it; the lot sells at the greater of the two."""


class Mode(enum.StrEnum):
    """Where a lot is sold. In the hall a hammer closes it, not the clock."""

    WEB = "web"
    HALL = "hall"
    BOTH = "both"
    """In the hall and online at once: one queue, one log, one clock (同步拍)."""


class Pricing(enum.StrEnum):
    """What the winner of sealed bids pays."""

    FIRST = "first"
    """His own bid."""
    SECOND = "second"
    """The next best bid, at least the start and a reserve."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """The terms of sealed bids. ``reveal_ms`` is how long bidders may open their own."""

    reveal_ms: int
    pricing: Pricing = Pricing.FIRST


@dataclass(frozen=True, slots=True)
class Descent:
    """The terms of a falling price: ``step`` less after each ``interval_ms``, down to ``floor``.

    With ``sealing_ms`` others may seal bids above the taken price for so long, open them within
    ``reveal_ms``, and the taker may answer within ``topping_ms``.
    """

    step: int
    interval_ms: int
    floor: int
    sealing_ms: int | None = None
    reveal_ms: int = 0
    topping_ms: int = 0


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
    mode: Mode = Mode.WEB
    sealed: Sealing | None = None
    dutch: Descent | None = None

    def __post_init__(self) -> None:
        """Accept wire names and plain values, then refuse what contradicts itself."""
        try:
            object.__setattr__(self, "reserve_policy", ReservePolicy(self.reserve_policy))
            object.__setattr__(self, "mode", Mode(self.mode))
            if self.sealed is not None:
                object.__setattr__(self, "sealed", _sealing(self.sealed))
            if self.dutch is not None:
                object.__setattr__(self, "dutch", _descent(self.dutch))
        except (KeyError, TypeError, ValueError) as error:
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
            (self._has_steps(froms), "no step is given for the start price"),
            (froms == sorted(set(froms)), "the ladder does not rise"),
            (all(is_amount(step) for _, step in self.ladder), "a step is not an amount"),
            (self.opens_ms < self.ends_ms, "the lot ends before it opens"),
            ((self.hard_end_ms or self.ends_ms) >= self.ends_ms, "the hard end precedes the end"),
            (min(self.window_ms, self.extend_ms) >= 0, "window or extension is negative"),
            (self.end_granularity_ms >= 1, "the end's granularity is below 1 ms"),
            ((self.abnormal_multiple or 1) >= 1, "the abnormal multiple is below 1"),
            (not self.in_hall or self.format == "english", "only English lots are sold in a hall"),
            (
                (self.format == "sealed") == (self.sealed is not None),
                "sealed bids need their terms",
            ),
            (
                self.hard_end_ms is None or self.format == "english",
                "only English lots have a hard end",
            ),
            (self.sealed is None or self.sealed.reveal_ms > 0, "no time is left to reveal"),
            ((self.format == "dutch") == (self.dutch is not None), "a Dutch lot needs its terms"),
            (self.dutch is None or self._descends(self.dutch), "the price does not descend"),
        )

    def _has_steps(self, froms: list[int]) -> bool:
        """Only an English lot needs steps upwards."""
        return froms[0] <= self.start if froms else self.format != "english"

    def _descends(self, fall: Descent) -> bool:
        spans = (fall.sealing_ms, fall.reveal_ms, fall.topping_ms)
        return (
            is_amount(fall.step)
            and fall.interval_ms > 0
            and is_amount(fall.floor)
            and fall.floor <= self.start
            and self.reserve is None  # the floor is the reserve, and everybody knows it
            and (fall.sealing_ms is None or min(span or 0 for span in spans) > 0)
        )

    @property
    def in_hall(self) -> bool:
        """Whether a clerk runs the lot and the hammer closes it."""
        return self.mode is not Mode.WEB

    def falling_price(self, at_ms: int) -> int:
        """The price of a Dutch lot at ``at_ms``: a function of time alone."""
        if self.dutch is None:
            raise InvalidTerms("the price of this lot does not fall")
        steps = max(0, at_ms - self.opens_ms) // self.dutch.interval_ms
        return max(self.dutch.floor, self.start - steps * self.dutch.step)

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
        """All terms as plain JSON values, the reserve included: not for the public.

        What the lot's format does not have is left out, as in logs older than these fields.
        """
        facts = asdict(self)
        absent = {"mode": Mode.WEB, "sealed": None, "dutch": None}
        return {k: v for k, v in facts.items() if k not in absent or v != absent[k]}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Terms:
        """The terms that ``facts`` describe; raises InvalidTerms."""
        ladder = tuple((start, step) for start, step in facts["ladder"])
        return cls(**{**facts, "ladder": ladder})


def _sealing(given: Sealing | Mapping[str, Any]) -> Sealing:
    facts = asdict(given) if isinstance(given, Sealing) else given
    return Sealing(facts["reveal_ms"], Pricing(facts.get("pricing", Pricing.FIRST)))


def _descent(given: Descent | Mapping[str, Any]) -> Descent:
    return given if isinstance(given, Descent) else Descent(**given)
