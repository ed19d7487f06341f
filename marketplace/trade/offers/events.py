"""Facts about offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OfferMoved(Event):
    """An offer was made, countered or ended (``action`` says how)."""

    name: ClassVar[str] = "trade.offer_moved"
    offer_id: int
    action: str
    round: int
