"""Ask for money, credit what came, hand it over: what rooms above do in their own transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, select, update

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import ALPHABET
from marketplace.treasury.ledger.chart import Account
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import states
from marketplace.treasury.payments.events import PaymentCredited, PaymentReceived
from marketplace.treasury.payments.models import PaymentIntent, Receipt
from marketplace.treasury.payments.providers import BANK
from marketplace.treasury.payments.purposes import Intent, Payment, purpose_of

CODE_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Request:
    """Money to be asked for. ``number`` begins the code for the remark: ``BZ0117``. Fen."""

    purpose: str
    thing_id: int
    stage: int
    organisation_id: int
    organisation_name: str
    amount_minor: int
    due_at: datetime | None
    number: str
    needed_until: datetime | None = None


def request(tx: Tx, wanted: Request) -> str:
    """Step: ask for a payment; the code the payer writes on the transfer.

    The same purpose, thing and stage again gives the same code; raises Conflict when the amount
    or the payer is another one.
    """
    same = where(wanted.purpose, wanted.thing_id, stage=wanted.stage)
    known = tx.db.scalar(select(PaymentIntent).where(same).with_for_update())
    if known is not None:
        if (known.amount_minor, known.organisation_id) != (
            wanted.amount_minor,
            wanted.organisation_id,
        ):
            raise Conflict("payments.asked_otherwise")
        return known.reference
    intent = PaymentIntent(
        key=str(uuid4()),
        purpose=wanted.purpose,
        thing_id=wanted.thing_id,
        stage=wanted.stage,
        organisation_id=wanted.organisation_id,
        organisation_name=wanted.organisation_name,
        amount_minor=wanted.amount_minor,
        received_minor=0,
        refunded_minor=0,
        reference=f"{wanted.number}-{_code()}",
        provider=BANK.name,
        state="open",
        created_at=tx.now,
        due_at=wanted.due_at,
        needed_until=wanted.needed_until,
    )
    tx.db.add(intent)
    tx.db.flush()
    tx.audit("payment.asked", "intent", intent.id, purpose=intent.purpose, about=intent.thing_id)
    return intent.reference


def _code() -> str:
    """Short enough for a bank's remark field, not to be guessed."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def void(tx: Tx, purpose: str, *, thing_id: int, stage: int = 0) -> int:
    """Step: nothing is asked for any more; what has arrived and not gone back, in fen.

    What is paid stays so; doing it twice changes nothing. Raises NotFound.
    """
    intent = locked_intent(tx, where(purpose, thing_id, stage=stage))
    if intent.state not in ("void", "paid"):
        intent.state = states.advance(states.INTENT, intent.state, "void")
        tx.audit("payment.voided", "intent", intent.id)
    return intent.received_minor - intent.refunded_minor


def credit(tx: Tx, intent: PaymentIntent, payment: Payment, *, source: Account) -> int:
    """Step: put what arrived where the intent's purpose says; the part taken (fen).

    The rest of an overpayment stays on ``source``. The purpose's room acts here, in the same
    transaction, once the whole is there. The caller holds the locks of root and intent.
    """
    purpose = purpose_of(intent.purpose)
    taken = min(payment.amount_minor, intent.amount_minor - intent.received_minor)
    if intent.state not in ("open", "authorised") or taken <= 0:
        return 0
    account = purpose.account(facts_of(intent))
    receipt = _receipt(tx, intent, payment, taken, holder=account.subject)
    post(
        tx,
        Post(
            key=f"receipt:{receipt.id}",
            action="receipt",
            thing=intent.purpose,
            thing_id=intent.thing_id,
            moves=[Move(source, account, taken)],
            reference=payment.provider_reference,
            memo=intent.reference,
        ),
    )
    intent.received_minor += taken
    tx.audit("payment.credited", "intent", intent.id, receipt=receipt.id)
    tx.emit(PaymentCredited(receipt.id))
    if intent.received_minor == intent.amount_minor:
        intent.paid_at = tx.now
        intent.state = states.advance(states.INTENT, intent.state, "pay")
        tx.db.flush()
        purpose.paid(tx, facts_of(intent), payment)
        tx.emit(PaymentReceived(intent.purpose, intent.thing_id, intent.stage, intent.amount_minor))
    return taken


def _receipt(
    tx: Tx, intent: PaymentIntent, payment: Payment, taken: int, *, holder: str
) -> Receipt:
    receipt = Receipt(
        intent_id=intent.id,
        provider=payment.provider,
        provider_reference=payment.provider_reference,
        amount_minor=taken,
        refunded_minor=0,
        holder=holder,
        payer_name=payment.payer_name,
        account_sealed=payment.account_sealed,
        account_tail=payment.account_tail,
        bank_name=payment.bank_name,
        received_at=tx.now,
    )
    tx.db.add(receipt)
    tx.db.flush()
    return receipt


def hand_over(tx: Tx, *, before: Account, after: Account) -> None:
    """Step: what one account holds is another's now; refunds still find the paying account."""
    tx.db.execute(
        update(Receipt).where(Receipt.holder == before.subject).values(holder=after.subject)
    )


def facts_of(intent: PaymentIntent) -> Intent:
    """The intent as other rooms see it."""
    return Intent(**{name: getattr(intent, name) for name in Intent.__slots__})


def locked_by_reference(tx: Tx, reference: str) -> PaymentIntent:
    """Step: the intent of a code, its root locked before it; raises NotFound."""
    row = tx.db.execute(
        select(PaymentIntent.id, PaymentIntent.purpose, PaymentIntent.thing_id).where(
            PaymentIntent.reference == reference
        )
    ).first()
    if row is None:
        raise NotFound
    purpose_of(row.purpose).lock(tx, row.thing_id)
    return locked_intent(tx, PaymentIntent.id == row.id)


def locked_intent(tx: Tx, condition: ColumnElement[bool]) -> PaymentIntent:
    """Step: the one intent that fits, locked; raises NotFound."""
    query = select(PaymentIntent).where(condition)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    intent = tx.db.scalar(fresh)
    if intent is None:
        raise NotFound
    return intent


def where(purpose: str, thing_id: int, *, stage: int) -> ColumnElement[bool]:
    """The condition of one intent."""
    return (
        (PaymentIntent.purpose == purpose)
        & (PaymentIntent.thing_id == thing_id)
        & (PaymentIntent.stage == stage)
    )
