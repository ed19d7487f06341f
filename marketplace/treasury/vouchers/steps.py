"""What payments call: the issuer paid; a refund gives the voucher's part back to him."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import steps as ledger
from marketplace.treasury.payments import purposes, refunds
from marketplace.treasury.payments import steps as payments
from marketplace.treasury.payments.instructions import Draft, Payee, propose
from marketplace.treasury.payments.providers import BANK, VOUCHER
from marketplace.treasury.payments.purposes import Intent, Payment
from marketplace.treasury.payments.set_off import last_payer, set_off
from marketplace.treasury.vouchers.events import VoucherSettled
from marketplace.treasury.vouchers.models import Voucher
from marketplace.treasury.vouchers.states import advance

PURPOSE = "voucher"
NOBODY = 0
"""The issuer is no organisation of the market; his name on the transfer is what counts."""


def lock(tx: Tx, voucher_id: int) -> Voucher:
    """Step: the voucher's row under lock."""
    query = select(Voucher).where(Voucher.id == voucher_id).with_for_update()
    return tx.db.scalars(query.execution_options(populate_existing=True)).one()


def ask_issuer(tx: Tx, row: Voucher, amount_minor: int) -> None:
    """Step: the code under which the issuer pays what he owes now; an older one falls."""
    if row.claims:
        payments.void(tx, PURPOSE, thing_id=row.id, stage=row.claims)
    row.claims += 1
    row.claim_reference = payments.request(
        tx,
        payments.Request(
            purpose=PURPOSE,
            thing_id=row.id,
            stage=row.claims,
            organisation_id=NOBODY,
            organisation_name=row.issuer,
            amount_minor=amount_minor,
            due_at=None,
            number=f"CX{row.id:04d}",
        ),
    )


def _settled(tx: Tx, intent: Intent, _payment: Payment) -> None:
    """The issuer has paid all he owed."""
    row = lock(tx, intent.thing_id)
    row.state, row.settled_at = advance(row.state, "settle"), tx.now
    tx.emit(VoucherSettled(row.id, row.order_id))
    tx.audit("voucher.settled", "voucher", row.id)


def _give_back(tx: Tx, draft: Draft, paid_by: str) -> None:
    """A refund's share that a voucher paid: the issuer owes it no more, or gets it back (L80).

    It never goes to the buyer. What the issuer has not paid yet is set off first.
    """
    row = lock(tx, int(paid_by.removeprefix("voucher:")))
    account = chart.voucher(row.id)
    owed = ledger.balance(tx, account)
    part = min(draft.amount_minor, owed)
    key = draft.key
    if part:
        issuer = Payee(row.issuer, None, "")
        once = replace(draft, provider=VOUCHER, payee=issuer, amount_minor=part)
        set_off(tx, once, against=account)
        row.returned_minor += part
        key = f"{draft.key}:issuer"
        _owe_less(tx, row, owed - part)
    rest = draft.amount_minor - part
    if rest:
        payer = last_payer(tx, account)
        if payer is None:
            raise Conflict("payments.more_than_received", missing_minor=rest)
        row.repaid_minor += rest
        propose(tx, replace(draft, key=key, provider=BANK.name, payee=payer, amount_minor=rest))
    tx.audit("voucher.given_back", "voucher", row.id)


def _owe_less(tx: Tx, row: Voucher, left_minor: int) -> None:
    """The issuer's claim is now ``left_minor``: a new code for it, or it is over."""
    if left_minor:
        ask_issuer(tx, row, left_minor)
        return
    payments.void(tx, PURPOSE, thing_id=row.id, stage=row.claims)
    paid = row.amount_minor - row.returned_minor
    row.state = advance(row.state, "settle" if paid else "return")
    row.settled_at = tx.now
    tx.emit(VoucherSettled(row.id, row.order_id))


purposes.register(
    PURPOSE,
    purposes.Purpose(
        account=lambda intent: chart.voucher(intent.thing_id), lock=lock, paid=_settled
    ),
)
refunds.when_given_back(VOUCHER, _give_back)
