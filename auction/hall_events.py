"""What happens in a hall besides bids: warnings, pauses, and the compensation of a slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from auction.facts import Open, Refolded


@dataclass(frozen=True, slots=True)
class Warned(Open):
    """Fair warning number ``count`` was given at the board ``view``."""

    name: ClassVar[str] = "Warned"
    kind: ClassVar[str] = "warned"
    count: int
    view: int


@dataclass(frozen=True, slots=True)
class Paused(Open):
    """No bid is taken until the lot is resumed."""

    name: ClassVar[str] = "Paused"
    kind: ClassVar[str] = "paused"
    reason: str


@dataclass(frozen=True, slots=True)
class Resumed(Open):
    """Bids are taken again; all warnings must be given anew."""

    name: ClassVar[str] = "Resumed"
    kind: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True)
class Undone(Refolded):
    """The last floor bid, keyed by a slip, dropped; both stay in the log."""

    name: ClassVar[str] = "Undone"
    kind: ClassVar[str] = "undone"
