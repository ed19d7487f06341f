"""Facts about orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class OrderOpened(Event):
    """Price and terms are agreed; ``needs_publicity``: 公示 must run before the contract (L34)."""

    name: ClassVar[str] = "trade.order_opened"
    order_id: int
    needs_publicity: bool


@dataclass(frozen=True, slots=True)
class OrderMoved(Event):
    """The order's own state changed (``action`` says how)."""

    name: ClassVar[str] = "trade.order_moved"
    order_id: int
    action: str
    state: str


@dataclass(frozen=True, slots=True)
class StageMoved(Event):
    """A stage's state changed (``action`` says how)."""

    name: ClassVar[str] = "trade.stage_moved"
    order_id: int
    stage: int
    action: str
    state: str


@dataclass(frozen=True, slots=True)
class OrderCompleted(Event):
    """Every stage is released: the deal is done."""

    name: ClassVar[str] = "trade.order_completed"
    order_id: int


@dataclass(frozen=True, slots=True)
class ActDueSoon(Event):
    """Whoever must act on the order next has two days left or fewer."""

    name: ClassVar[str] = "trade.order_act_due"
    order_id: int


@dataclass(frozen=True, slots=True)
class OrderUrged(Event):
    """The side in delay was reminded in form; the days to rescission run (L60)."""

    name: ClassVar[str] = "trade.order_urged"
    order_id: int


@dataclass(frozen=True, slots=True)
class OrderOverdue(Event):
    """The term to sign is over; the days of grace run (L16)."""

    name: ClassVar[str] = "trade.order_overdue"
    order_id: int
