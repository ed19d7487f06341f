"""What is owed and what is due from the same third party cancel each other, without a payment."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.treasury.ledger.chart import Account
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import states
from marketplace.treasury.payments.instructions import Draft, Payee, propose
from marketplace.treasury.payments.models import Instruction, Receipt


def set_off(tx: Tx, draft: Draft, *, against: Account) -> None:
    """Step: an instruction that is done at once: no money leaves, a claim falls away.

    The same key again changes nothing. The caller holds the locks of both accounts' roots.
    """
    propose(tx, draft)
    row = tx.db.scalars(
        select(Instruction).where(Instruction.key == draft.key).with_for_update()
    ).one()
    if row.state == "done":
        return
    steps = ("approve", "send", "confirm") if row.state == "proposed" else ("send", "confirm")
    for action in steps:
        row.state = states.advance(states.INSTRUCTION, row.state, action)
    row.done_at = tx.now
    post(
        tx,
        Post(
            key=f"instruction:{row.id}",
            action="payment",
            thing=row.thing,
            thing_id=row.thing_id,
            moves=[Move(draft.account, against, row.amount_minor)],
            memo=row.reference,
        ),
    )
    tx.audit("instruction.set_off", "instruction", row.id)


def last_payer(tx: Tx, account: Account) -> Payee | None:
    """Step: who paid onto an account last, with the account he paid from; None if nobody did."""
    query = (
        select(Receipt).where(Receipt.holder == account.subject).order_by(Receipt.id.desc())
    ).limit(1)
    row = tx.db.scalar(query)
    if row is None:
        return None
    return Payee(row.payer_name, row.account_sealed, row.account_tail, row.bank_name)
