"""Facts about deposits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class DepositHeld(Event):
    """The money is there in full."""

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


@dataclass(frozen=True, slots=True)
class DepositLost(Event):
    """A deposit was only authorised on a card, and the authorisation is gone (F19)."""

    name: ClassVar[str] = "treasury.deposit_lost"
    deposit_id: int
    auction_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class DepositKept(Event):
    """A deposit is forfeited as announced, once the card that only holds it has paid."""

    name: ClassVar[str] = "treasury.deposit_kept"
    deposit_id: int
    auction_id: int
    organisation_id: int


@dataclass(frozen=True, slots=True)
class DepositDueSoon(Event):
    """A deposit must go back within hours and nobody has done it yet (L27: alarm at 20 h)."""

    name: ClassVar[str] = "treasury.deposit_due_soon"
    deposit_id: int
    auction_id: int
    auction_number: str
