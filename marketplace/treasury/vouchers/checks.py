"""I2 of vouchers: what an issuer owes is the voucher less what he paid and what went back."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.payments import flows
from marketplace.treasury.vouchers.models import Voucher

COUNTED = ("confirmed", "settled", "returned")


def broken_rows(db: Session) -> Iterator[tuple[str, str]]:
    """(row, what is wrong) for every voucher that the ledger contradicts."""
    held = ledger.balances(db, chart.Kind.VOUCHER)
    for row in db.scalars(select(Voucher).order_by(Voucher.id)):
        name, account = f"voucher {row.id}", chart.voucher(row.id)
        owed = held.pop(account.subject, 0)
        paid = sum(one.amount_minor for one in flows.paid_in(db, account))
        wanted = row.amount_minor - row.returned_minor - paid if row.state in COUNTED else 0
        if owed != wanted:
            yield name, "the ledger says that its issuer owes another sum"
        if (row.state == "confirmed") != (owed > 0):
            yield name, "its state does not follow from what its issuer owes"
        if row.repaid_minor > paid:
            yield name, "its issuer got back more than he paid"
    for subject, minor in held.items():
        if minor:
            yield subject, "the ledger knows a voucher that is not there"
