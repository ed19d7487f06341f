"""What money is asked for: rooms say here which account it fills, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.treasury.ledger.chart import Account


@dataclass(frozen=True, slots=True)
class Intent:
    """A payment intent as other rooms see it. Amounts in fen."""

    id: int
    key: str
    purpose: str
    thing_id: int
    stage: int
    organisation_id: int
    organisation_name: str
    amount_minor: int
    received_minor: int
    reference: str
    provider: str
    state: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that arrived for an intent, and from whom."""

    amount_minor: int
    provider: str
    provider_reference: str
    payer_name: str
    account_sealed: str | None
    account_tail: str
    bank_name: str = ""


def never_held(_tx: Tx, intent: Intent) -> None:
    """Only deposits are held on cards: for anything else a hold is never asked for."""
    raise Conflict("payments.move_refused", purpose=intent.purpose)


@dataclass(frozen=True, slots=True)
class Purpose:
    """``lock`` takes the root's lock before the intent's; ``paid`` runs when it is whole.

    ``lost`` runs when the payment proves to be none: it owes back what the account holds.
    """

    account: Callable[[Intent], Account]
    lock: Callable[[Tx, int], object]
    paid: Callable[[Tx, Intent, Payment], None]
    lost: Callable[[Tx, Intent], None] = never_held


Settled = Callable[[Tx, int], None]
_purposes: dict[str, Purpose] = {}
_settled: dict[str, Settled] = {}


def register(name: str, purpose: Purpose) -> None:
    """Say what a purpose means; a room does this when its steps are imported."""
    _purposes[name] = purpose


def known() -> tuple[str, ...]:
    """Everything that money is asked for."""
    return tuple(_purposes)


def purpose_of(name: str) -> Purpose:
    """The registered purpose; raises KeyError for one that no room answers for."""
    return _purposes[name]


def when_settled(thing: str, work: Settled) -> None:
    """``work(tx, thing_id)`` runs when the last open instruction about a thing is carried out."""
    _settled[thing] = work


def settled(tx: Tx, thing: str, *, thing_id: int) -> None:
    """Step: everything that was owed for a thing has left."""
    if thing in _settled:
        _settled[thing](tx, thing_id)
