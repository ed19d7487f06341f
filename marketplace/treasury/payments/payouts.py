"""Money that somebody earned goes to the account he gave for it, under its own thing's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.kernel.context import Tx
from marketplace.treasury.ledger.chart import Account
from marketplace.treasury.payments.instructions import Draft, payee_of, propose


@dataclass(frozen=True, slots=True)
class Payout:
    """What one organisation is owed on one account. ``key`` names it once. Amount in fen."""

    key: str
    account: Account
    organisation_id: int
    organisation_name: str
    amount_minor: int
    thing: str
    thing_id: int
    due_at: datetime
    why: str = ""


def pay_out(tx: Tx, payout: Payout) -> None:
    """Step: instruct a payout; while the account is unknown it waits for it, proposed."""
    propose(
        tx,
        Draft(
            key=payout.key,
            kind="payout",
            account=payout.account,
            payee=payee_of(tx, payout.organisation_id, name=payout.organisation_name),
            amount_minor=payout.amount_minor,
            thing=payout.thing,
            thing_id=payout.thing_id,
            due_at=payout.due_at,
            why=payout.why,
        ),
    )
