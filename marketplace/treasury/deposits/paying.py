"""What payments call when a deposit's money came, was lost, or has gone back."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.treasury.deposits.events import DepositHeld, DepositLost
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.deposits.steps import PURPOSE, end, move, settle
from marketplace.treasury.ledger import chart
from marketplace.treasury.payments import purposes
from marketplace.treasury.payments.purposes import Intent, Payment


def lock_row(tx: Tx, deposit_id: int) -> Deposit:
    """Step: the deposit, locked and read anew."""
    query = select(Deposit).where(Deposit.id == deposit_id).with_for_update()
    return tx.db.scalars(query.execution_options(populate_existing=True)).one()


def _paid(tx: Tx, intent: Intent, payment: Payment) -> None:
    """The whole deposit is there: its bidder may be admitted."""
    deposit = lock_row(tx, intent.thing_id)
    move(tx, deposit, action="hold", reference=payment.provider_reference)
    actor = tx.actor_or_none
    deposit.held_at, deposit.recorded_by = tx.now, actor.user_id if actor else None
    deposit.bank_reference = payment.provider_reference
    deposit.payer_name = payment.payer_name
    tx.emit(DepositHeld(deposit.id, deposit.auction_id, deposit.organisation_id))


def _lost(tx: Tx, intent: Intent) -> None:
    """The hold on the card is gone: nothing is held for the bidder any more (T4, F19)."""
    deposit = lock_row(tx, intent.thing_id)
    end(tx, deposit)
    tx.emit(DepositLost(deposit.id, deposit.auction_id, deposit.organisation_id))


def _gone(tx: Tx, deposit_id: int) -> None:
    """The bank sent it back (L27); the part of one that was never whole ended before."""
    deposit = lock_row(tx, deposit_id)
    if deposit.state == "returning":
        settle(tx, deposit, action="release", reference=deposit.reference)


purposes.register(
    PURPOSE,
    purposes.Purpose(
        account=lambda intent: chart.deposit(
            intent.thing_id, organisation_id=intent.organisation_id
        ),
        lock=lock_row,
        paid=_paid,
        lost=_lost,
    ),
)
purposes.when_settled(PURPOSE, _gone)
