"""Facts about demands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DemandChanged(Event):
    """Something that search or a card can see has changed."""

    name: ClassVar[str] = "exchange.demand_changed"
    demand_id: int


@dataclass(frozen=True, slots=True)
class DemandSubmitted(Event):
    """A version waits for review."""

    name: ClassVar[str] = "exchange.demand_submitted"
    demand_id: int
    version: int


@dataclass(frozen=True, slots=True)
class DemandDecided(Event):
    """A reviewer approved or returned a version."""

    name: ClassVar[str] = "exchange.demand_decided"
    demand_id: int
    version: int
    approved: bool
    text: str


@dataclass(frozen=True, slots=True)
class DemandEnded(Event):
    """A demand left the catalogue: closed, suspended or expired."""

    name: ClassVar[str] = "exchange.demand_ended"
    demand_id: int
    state: str
