"""What a batch asks of the bank, with account numbers in the clear."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel import cipher
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden, NotFound
from marketplace.treasury import policy
from marketplace.treasury.payments.models import Batch, Instruction


@dataclass(frozen=True, slots=True)
class BankOrder:
    """An instruction with the payee's account in the clear, for the bank alone. Amount in fen."""

    reference: str
    payee_name: str
    account: str
    payee_bank: str
    amount_minor: int
    why: str


def open_batch(ctx: Context, batch_id: int) -> list[BankOrder]:
    """What a batch asks of the bank; reading it is logged. Raises Forbidden, NotFound."""
    with ctx.transaction() as tx:
        if not policy.may_record(tx.actor):
            raise Forbidden
        if tx.db.get(Batch, batch_id) is None:
            raise NotFound
        query = (
            select(Instruction)
            .where(
                Instruction.batch_id == batch_id,
                Instruction.provider == "bank",
                Instruction.state.in_(("sent", "done")),
            )
            .order_by(Instruction.id)
        )
        keys = tx.settings.secrets
        tx.audit("instruction.batch_read", "batch", batch_id)
        return [
            BankOrder(
                row.reference,
                row.payee_name,
                cipher.unseal(keys, row.payee_sealed or ""),
                row.payee_bank,
                row.amount_minor,
                row.why,
            )
            for row in tx.db.scalars(query)
        ]
