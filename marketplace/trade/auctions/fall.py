"""The price of a Dutch lot at any instant: a function of time alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Fall:
    """How a price falls. Amounts in fen; the first fall is one ``interval`` after ``opens_at``."""

    start_minor: int
    step_minor: int
    interval: timedelta
    floor_minor: int
    opens_at: datetime

    def price_at(self, now: datetime) -> int:
        """The price at an instant: as the engine reckons it, whole steps from the opening."""
        steps = max(timedelta(0), now - self.opens_at) // self.interval
        return max(self.floor_minor, self.start_minor - steps * self.step_minor)

    def falls_at(self, now: datetime) -> datetime | None:
        """When it falls next; None once the lowest price is reached."""
        if self.price_at(now) == self.floor_minor:
            return None
        steps = max(timedelta(0), now - self.opens_at) // self.interval
        return self.opens_at + (steps + 1) * self.interval

    @property
    def interval_ms(self) -> int:
        """The interval in milliseconds, as the page's script wants it."""
        return self.interval // timedelta(milliseconds=1)


def fall_of(terms: Mapping[str, Any], *, start_minor: int, opens_at: datetime) -> Fall | None:
    """The fall that a lot's ``format_terms`` describe; None for a lot whose price does not fall."""
    if "floor_minor" not in terms:
        return None
    return Fall(
        start_minor=start_minor,
        step_minor=terms["step_minor"],
        interval=timedelta(seconds=terms["interval_seconds"]),
        floor_minor=terms["floor_minor"],
        opens_at=opens_at,
    )
