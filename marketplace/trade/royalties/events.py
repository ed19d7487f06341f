"""Facts about royalties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class RoyaltyMoved(Event):
    """A statement was declared or paid, its books were asked for or shown (``action``)."""

    name: ClassVar[str] = "trade.royalty_moved"
    statement_id: int
    order_id: int
    action: str
