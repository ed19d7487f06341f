"""Facts about payments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PaymentReceived(Event):
    """An intent is paid in full. Amount in fen."""

    name: ClassVar[str] = "treasury.payment_received"
    purpose: str
    thing_id: int
    stage: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaymentCredited(Event):
    """A receipt is credited to an intent, whole or a part: its payer gets a proof."""

    name: ClassVar[str] = "treasury.payment_credited"
    receipt_id: int


@dataclass(frozen=True, slots=True)
class InstructionDone(Event):
    """The bank's statement shows that an instruction was carried out. Amount in fen."""

    name: ClassVar[str] = "treasury.instruction_done"
    instruction_id: int
    kind: str
    thing: str
    thing_id: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BooksDiffer(Event):
    """The bank's closing balance and the ledger's do not agree, or lines wait too long."""

    name: ClassVar[str] = "treasury.books_differ"
    day: str
    difference_minor: int
    waiting: int
