"""Money goes back only to the account it came from (L80), never more than came (T6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.treasury.ledger.chart import Account, refund
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments.instructions import Draft, Payee, propose
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.providers import VOUCHER


@dataclass(frozen=True, slots=True)
class Back:
    """What goes back, from which account. ``key`` names it once and for all. Amount in fen."""

    key: str
    kind: str
    account: Account
    organisation_id: int
    amount_minor: int
    thing: str
    thing_id: int
    due_at: datetime
    why: str = ""


WayBack = Callable[[Tx, Draft, str], None]
_ways_back: dict[str, WayBack] = {}


def when_given_back(provider: str, way: WayBack) -> None:
    """Payments of this provider go back in their own way; a room says so at its import.

    The way is told the provider's reference of the payment.
    """
    _ways_back[provider] = way


def _by_instruction(tx: Tx, draft: Draft, _paid_by: str) -> None:
    propose(tx, draft)


def give_back(tx: Tx, back: Back) -> None:
    """Step: move money from an account to the refunds and instruct its return.

    What a voucher paid goes back first, then the last payment, each to where it came from. The
    same key again changes nothing. Raises Conflict ``payments.more_than_received`` when the
    account's payments do not cover it, ``ledger.not_covered`` when the account does not.
    """
    receipts = _locked(tx, back.account)
    target = refund(f"{back.thing}:{back.thing_id}", organisation_id=back.organisation_id)
    post(
        tx,
        Post(
            key=back.key,
            action="refund",
            thing=back.thing,
            thing_id=back.thing_id,
            moves=[Move(back.account, target, back.amount_minor)],
            memo=back.why,
        ),
    )
    first = select(Instruction.id).where(Instruction.key == f"{back.key}:1")
    if tx.db.scalar(first) is not None:  # asked under the lock: an equal refund was faster
        return
    for number, (receipt, amount) in enumerate(_shares(receipts, back.amount_minor), start=1):
        way_back = _ways_back.get(receipt.provider, _by_instruction)
        draft = _draft(back, target, receipt, number=number, amount_minor=amount)
        way_back(tx, draft, receipt.provider_reference)


def _draft(
    back: Back, target: Account, receipt: Receipt, *, number: int, amount_minor: int
) -> Draft:
    payee = Payee(
        receipt.payer_name, receipt.account_sealed, receipt.account_tail, receipt.bank_name
    )
    return Draft(
        key=f"{back.key}:{number}",
        kind=back.kind,
        account=target,
        payee=payee,
        amount_minor=amount_minor,
        thing=back.thing,
        thing_id=back.thing_id,
        due_at=back.due_at,
        why=back.why,
        provider=receipt.provider,
        receipt_id=receipt.id,
    )


def _locked(tx: Tx, account: Account) -> list[tuple[Receipt, PaymentIntent]]:
    """The payments an account holds, the last first; locked before any account is."""
    query = (
        select(Receipt, PaymentIntent)
        .join(PaymentIntent, PaymentIntent.id == Receipt.intent_id)
        .where(Receipt.holder == account.subject)
        .order_by((Receipt.provider == VOUCHER).desc(), Receipt.id.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(receipt, intent) for receipt, intent in tx.db.execute(query)]


def _shares(
    receipts: list[tuple[Receipt, PaymentIntent]], wanted_minor: int
) -> list[tuple[Receipt, int]]:
    """(payment, the part of it that goes back); payment and intent remember it."""
    left, shares = wanted_minor, []
    for receipt, intent in receipts:
        part = min(left, receipt.amount_minor - receipt.refunded_minor)
        if part > 0:
            receipt.refunded_minor += part
            intent.refunded_minor += part
            shares.append((receipt, part))
            left -= part
    if left:
        raise Conflict("payments.more_than_received", missing_minor=left)
    return shares
