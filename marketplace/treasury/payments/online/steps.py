"""What rooms above ask of a hold in their own transaction: take its money, and wait for it."""

from __future__ import annotations

from sqlalchemy import Select, select, update

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.treasury.ledger.chart import Account
from marketplace.treasury.payments.models import Receipt
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.stripe import HOLD


def secure(tx: Tx, account: Account) -> None:
    """Step: what is only held for this account will be needed; it is captured next."""
    tx.db.execute(
        update(Attempt)
        .where(Attempt.state == "authorised", Attempt.object_id.in_(_held(account)))
        .values(capture_at=tx.now)
        .execution_options(synchronize_session=False)
    )


def ask_secured(tx: Tx, account: Account) -> None:
    """Step: raise Conflict ``payments.not_captured`` while the account's money is only held."""
    if not is_secured(tx, account):
        raise Conflict("payments.not_captured")


def is_secured(tx: Tx, account: Account) -> bool:
    """Step: no part of the account's money is only held on a card."""
    return tx.db.scalar(_held(account).limit(1)) is None


def _held(account: Account) -> Select[str]:
    return select(Receipt.provider_reference).where(
        Receipt.holder == account.subject,
        Receipt.provider == HOLD,
        Receipt.refunded_minor == 0,
    )
