"""What the provider holds for the parties by our own rows, for verify and the comparison (I7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing, provider_fee, unidentified
from marketplace.treasury.payments.models import Instruction, Receipt, StatementLine
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.stripe import HOLD, NAME


def returned(db: Session) -> Counter[int]:
    """Attempt → what was given back of it, in fen."""
    done = (Instruction.state == "done") & (Instruction.provider == NAME)
    total = func.sum(Instruction.amount_minor)
    by_receipt = (
        select(Attempt.id, total)
        .join(Receipt, Receipt.provider_reference == Attempt.object_id)
        .join(Instruction, Instruction.receipt_id == Receipt.id)
        .where(done, Receipt.provider == NAME)
        .group_by(Attempt.id)
    )
    rest = (
        select(Instruction.thing_id, total)
        .where(done, Instruction.thing == "attempt")
        .group_by(Instruction.thing_id)
    )
    found: Counter[int] = Counter()
    for query in (by_receipt, rest):
        for number, minor in db.execute(query):
            found[number] += int(minor)
    return found


def broken_rows(db: Session) -> Iterator[tuple[str, str, str]]:
    """(invariant, row, what is wrong): clearing accounts and what came and went do not agree."""
    sums = select(Attempt.state, func.sum(Attempt.received_minor)).group_by(Attempt.state)
    received = {state: int(minor) for state, minor in db.execute(sums)}
    moved = select(func.coalesce(func.sum(StatementLine.amount_minor), 0)).where(
        StatementLine.state == "moved"
    )
    given = returned(db)
    holds = received.get("paid", 0) - given.total() - int(db.scalar(moved) or 0)
    holds -= ledger.balance_of(db, provider_fee(NAME))
    if holds != ledger.balance_of(db, clearing(NAME)):
        yield "I7", f"clearing {NAME}", "is not what came, less what went back and was paid out"
    if received.get("authorised", 0) != ledger.balance_of(db, clearing(HOLD)):
        yield "I7", f"clearing {HOLD}", "is not what is authorised"
    for provider in (NAME, HOLD):
        if ledger.balance_of(db, unidentified(provider)):
            yield "I2", f"unidentified {provider}", "holds money that nobody dealt with"
    for attempt in db.scalars(select(Attempt).where(Attempt.id.in_(list(given)))):
        if given[attempt.id] > attempt.received_minor:
            yield "I8", f"attempt {attempt.id}", "gave back more than came"
