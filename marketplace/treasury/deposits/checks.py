"""I2 and I6: a deposit's money is where its state says, and it ends in one way and in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.treasury.deposits.models import Deposit, DepositMove
from marketplace.treasury.deposits.moves import FINAL, MOVES
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import Kind

Found = Iterator[tuple[str, str, str]]


def broken_rows(db: Session, now: datetime) -> Found:
    """(invariant, row, what is wrong) of every deposit that contradicts its money or its moves."""
    balances = ledger.balances(db, Kind.DEPOSIT)
    ends = _ends(db)
    for deposit in db.scalars(select(Deposit).order_by(Deposit.id)):
        row = f"deposit {deposit.id}"
        stands = balances.pop(f"deposit:{deposit.id}", 0)
        if not _fits(deposit, stands):
            yield "I2", row, "its account does not hold what its state says"
        if ends.get(deposit.id, 0) != (deposit.state in FINAL):
            yield "I6", row, "did not end in exactly one way"
        if deposit.state == "returning" and (deposit.release_due_at or now) < now:
            yield "I6", row, "should have gone back already"
    for subject, stands in balances.items():
        if stands:
            yield "I2", subject, "holds money of no deposit"
    for move in db.scalars(select(DepositMove).order_by(DepositMove.id)):
        if MOVES.get((move.before, move.action)) != move.after:
            yield "I9", f"deposit move {move.id}", "is no move of the table"


def _fits(deposit: Deposit, stands: int) -> bool:
    if deposit.state == "held":
        return stands == deposit.amount_minor
    if deposit.state == "expected":  # a part may have come
        return 0 <= stands < deposit.amount_minor
    return stands == 0


def _ends(db: Session) -> dict[int, int]:
    query = (
        select(DepositMove.deposit_id, func.count())
        .where(DepositMove.after.in_(FINAL))
        .group_by(DepositMove.deposit_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}
