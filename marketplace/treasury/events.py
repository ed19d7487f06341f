"""Facts about deposits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DepositHeld(Event):
    """The treasurer saw the money arrive."""

    name: ClassVar[str] = "treasury.deposit_held"
    deposit_id: int
    auction_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class DepositSettled(Event):
    """A held deposit went back, counted to the price, or was forfeited (``state`` says which)."""

    name: ClassVar[str] = "treasury.deposit_settled"
    deposit_id: int
    auction_id: int
    organisation_id: int
    state: str
