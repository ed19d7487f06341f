"""Facts about publicities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PublicityMoved(Event):
    """A publicity began or ended (``action``: start, clear, stop, restart)."""

    name: ClassVar[str] = "trade.publicity_moved"
    publicity_id: int
    order_id: int
    action: str


@dataclass(frozen=True, slots=True)
class ObjectionReceived(Event):
    """Somebody objects; the seller's unit must answer before anything is signed."""

    name: ClassVar[str] = "trade.objection_received"
    publicity_id: int
    order_id: int
    objection_id: int
