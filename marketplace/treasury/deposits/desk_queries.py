"""An organisation's own deposits, for its desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.treasury.deposits.models import Deposit

MOST = 12


@dataclass(frozen=True, slots=True)
class ExpectedDeposit:
    """A deposit the organisation still has to pay. Amount in fen."""

    auction_id: int
    title: str
    amount_minor: int
    reference: str
    expected_at: datetime


def expected_of(db: Session, organisation_id: int) -> list[ExpectedDeposit]:
    """Deposits asked for and not yet arrived, oldest first."""
    query = (
        select(
            Deposit.auction_id,
            Deposit.auction_title,
            Deposit.amount_minor,
            Deposit.reference,
            Deposit.expected_at,
        )
        .where(Deposit.organisation_id == organisation_id, Deposit.state == "expected")
        .order_by(Deposit.id)
        .limit(MOST)
    )
    return [ExpectedDeposit(*row) for row in db.execute(query)]
