"""Carry out through the provider what was approved: refunds, holds that are let go (F5, F18)."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict
from marketplace.treasury.payments import instructions, states
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.online import stripe
from marketplace.treasury.payments.online.models import Attempt, Carrying
from marketplace.treasury.payments.online.paying import ask, in_time
from marketplace.treasury.payments.online.stripe import HOLD, NAME, Refund, Refused
from marketplace.treasury.payments.purposes import purpose_of

MOST = 50
"""Instructions of one round: the sweep comes again within a minute."""


def carry_out(ctx: Context) -> int:
    """Do everything that may be done now; how many instructions were ended.

    Up to the limit of four eyes the machine sends; above it a second person did. Raises Silent;
    the next round asks again, with the same key.
    """
    if not ctx.settings.takes_stripe:
        return 0
    _send(ctx)
    failed = select(Carrying.instruction_id).where(Carrying.state == "failed")
    query = (
        select(Instruction.id)
        .where(
            Instruction.state == "sent",
            Instruction.provider.in_((NAME, HOLD)),
            Instruction.id.not_in(failed),
        )
        .order_by(Instruction.due_at, Instruction.id)
        .limit(MOST)
    )
    with ctx.reading() as db:
        waiting = list(db.scalars(query))
    return sum(carry(ctx, number) for number in in_time(waiting))


def _send(ctx: Context) -> None:
    with ctx.transaction() as tx:
        query = select(Instruction).where(
            Instruction.state == "approved",
            Instruction.provider.in_((NAME, HOLD)),
            Instruction.needs_two.is_(False),
        )
        for row in tx.db.scalars(query.order_by(Instruction.id).with_for_update()):
            row.state = states.advance(states.INSTRUCTION, row.state, "send")
            row.sent_at = tx.now
            tx.audit("instruction.sent", "instruction", row.id)


def carry(ctx: Context, instruction_id: int) -> bool:
    """Carry out one sent instruction; True when it is done. Raises Silent."""
    with ctx.reading() as db:
        row = db.get_one(Instruction, instruction_id)
        if row.state != "sent":
            return False
        receipt = db.get(Receipt, row.receipt_id) if row.receipt_id else None
        by_receipt = Attempt.object_id == receipt.provider_reference if receipt else None
        mine = Attempt.id == row.thing_id if by_receipt is None else by_receipt
        attempt = db.scalars(select(Attempt).where(mine)).one()
    if row.provider == HOLD:
        return _let_go(ctx, row, attempt)
    try:
        found = stripe.refund(
            ctx.settings, attempt.object_id or "", amount_minor=row.amount_minor, key=row.key
        )
    except Refused as refused:
        return _write(ctx, row.id, Refund("", "failed"), trouble=str(refused.facts.get("why")))
    return _write(ctx, row.id, found)


def _let_go(ctx: Context, row: Instruction, attempt: Attempt) -> bool:
    """Cancel a hold; what the provider then says ends the instruction, or makes it a refund."""
    with suppress(Refused):  # gone already, or captured meanwhile
        stripe.cancel(ctx.settings, attempt.object_id or "", key=f"{attempt.key}:cancel")
    ask(ctx, attempt)
    with ctx.reading() as db:
        return db.get_one(Instruction, row.id).state == "done"


def _write(ctx: Context, instruction_id: int, found: Refund, *, trouble: str = "") -> bool:
    with ctx.transaction() as tx:
        row = _locked(tx, instruction_id)
        if row.state != "sent" or row.provider != NAME:
            return False  # another process was faster
        carrying = tx.db.get(Carrying, row.id)
        if carrying is None:
            carrying = Carrying(instruction_id=row.id)
            tx.db.add(carrying)
        done = {"succeeded": "done", "failed": "failed"}
        carrying.state = done.get(found.state, "asked")
        carrying.refund_id, carrying.trouble, carrying.tried_at = found.id, trouble, tx.now
        if carrying.state == "failed":
            tx.audit("instruction.failed", "instruction", row.id, why=trouble)
        if carrying.state != "done":
            return False
        instructions.confirm(tx, row, reference=found.id)
        return True


def _locked(tx: Tx, instruction_id: int) -> Instruction:
    """The instruction, the root of the thing it is about locked before it."""
    known = tx.db.execute(
        select(PaymentIntent.purpose, PaymentIntent.thing_id)
        .join(Receipt, Receipt.intent_id == PaymentIntent.id)
        .join(Instruction, Instruction.receipt_id == Receipt.id)
        .where(Instruction.id == instruction_id)
    ).first()
    if known is not None:
        purpose_of(known.purpose).lock(tx, known.thing_id)
    query = select(Instruction).where(Instruction.id == instruction_id).with_for_update()
    row = tx.db.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise Conflict
    return row
