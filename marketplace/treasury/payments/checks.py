"""I2, I7, I8 and I9 of payments, proven from the rows alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import Account, Kind, clearing, unidentified
from marketplace.treasury.payments import states
from marketplace.treasury.payments.models import (
    Instruction,
    PaymentIntent,
    Receipt,
    StatementLine,
)
from marketplace.treasury.payments.online import totals
from marketplace.treasury.payments.providers import BANK

Found = Iterator[tuple[str, str, str]]


def broken_rows(db: Session) -> Found:
    """(invariant, row, what is wrong) of intents, receipts, lines and instructions."""
    yield from _intents(db)
    yield from _refunds(db)
    yield from _entries(db)
    yield from _control_account(db)
    yield from totals.broken_rows(db)
    yield from _owed(db)
    yield from _hands(db)


def _intents(db: Session) -> Found:
    """I8: what an intent received and gave back is what its receipts say, never more."""
    sums = (
        select(
            Receipt.intent_id,
            func.sum(Receipt.amount_minor).label("received"),
            func.sum(Receipt.refunded_minor).label("refunded"),
        )
        .group_by(Receipt.intent_id)
        .subquery()
    )
    query = select(PaymentIntent, sums.c.received, sums.c.refunded).outerjoin(
        sums, sums.c.intent_id == PaymentIntent.id
    )
    for intent, received, refunded in db.execute(query.order_by(PaymentIntent.id)):
        row = f"intent {intent.id}"
        if intent.received_minor != int(received or 0):
            yield "I8", row, "received another sum than its receipts"
        if intent.refunded_minor != int(refunded or 0):
            yield "I8", row, "gave back another sum than its receipts"
        if not 0 <= intent.refunded_minor <= intent.received_minor <= intent.amount_minor:
            yield "I8", row, "gave back more than it received, or received more than it asked"
        if (intent.state == "paid") != (intent.received_minor == intent.amount_minor):
            yield "I9", row, "its state does not follow from what it received"


def _refunds(db: Session) -> Found:
    """I8: what a receipt gave back is what was instructed to its own account."""
    query = (
        select(Receipt.id, Receipt.refunded_minor, func.sum(Instruction.amount_minor))
        .outerjoin(
            Instruction,
            (Instruction.receipt_id == Receipt.id) & (Instruction.state != "cancelled"),
        )
        .group_by(Receipt.id, Receipt.refunded_minor)
    )
    for number, refunded, instructed in db.execute(query):
        if refunded != int(instructed or 0):
            yield "I8", f"receipt {number}", "gave back another sum than was instructed"


def _entries(db: Session) -> Found:
    """I2: each receipt and each instruction carried out has exactly its entry."""
    posted = ledger.amounts_by_key(db, ("receipt", "payment"))
    wanted = {
        f"receipt:{number}": amount
        for number, amount in db.execute(select(Receipt.id, Receipt.amount_minor))
    }
    done = select(Instruction.id, Instruction.amount_minor).where(Instruction.state == "done")
    wanted |= {f"instruction:{number}": amount for number, amount in db.execute(done)}
    for key in sorted(wanted.keys() | posted.keys()):
        if wanted.get(key) != posted.get(key):
            yield "I2", key, "the ledger's entry is missing, left over or of another amount"


def _control_account(db: Session) -> Found:
    """I7: the clearing account is the sum of the bank's lines."""
    counts = StatementLine.state.in_(("matched", "returned", "fee", "open", "moved"))
    signed = case(
        (StatementLine.direction == "in", StatementLine.amount_minor),
        (StatementLine.state == "open", 0),  # money that left is booked when it is known for what
        else_=-StatementLine.amount_minor,
    )
    total = int(db.scalar(select(func.coalesce(func.sum(signed), 0)).where(counts)) or 0)
    if total != ledger.balance_of(db, clearing(BANK.name)):
        yield "I7", f"clearing {BANK.name}", "is not the sum of the bank's lines"
    waits = (StatementLine.direction == "in") & (StatementLine.state == "open")
    unknown = select(func.coalesce(func.sum(StatementLine.amount_minor), 0)).where(waits)
    if int(db.scalar(unknown) or 0) != ledger.balance_of(db, unidentified(BANK.name)):
        yield "I2", f"unidentified {BANK.name}", "is not what the open lines brought"


def _owed(db: Session) -> Found:
    """I2: what refunds and payables hold is exactly what open instructions will take."""
    query = (
        select(
            Instruction.account_kind,
            Instruction.account_subject,
            func.sum(Instruction.amount_minor),
        )
        .where(Instruction.state.in_(states.OWED))
        .group_by(Instruction.account_kind, Instruction.account_subject)
    )
    owed = {(kind, subject): int(total) for kind, subject, total in db.execute(query)}
    held = {
        (kind.value, subject): minor
        for kind in (Kind.REFUND, Kind.PAYABLE)
        for subject, minor in ledger.balances(db, kind).items()
        if minor
    }
    for kind_, subject in sorted(owed.keys() | held.keys()):
        if owed.get((kind_, subject)) != held.get((kind_, subject)):
            account = Account(Kind(kind_), subject)
            yield "I2", f"account {account.kind} {subject}", "and its instructions do not agree"


def _hands(db: Session) -> Found:
    """I9: nobody approves what he made; above the limit two people approve and send."""
    for row in db.scalars(select(Instruction).order_by(Instruction.id)):
        name = f"instruction {row.id}"
        if row.approved_by is not None and row.approved_by == row.created_by:
            yield "I9", name, "was approved by whoever made it"
        if row.needs_two and row.sent_at and row.approved_by in (None, row.sent_by):
            yield "I9", name, "left by one hand only"
