"""What came for a thing and what left for it, payment by payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger.chart import Account
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt


@dataclass(frozen=True, slots=True)
class PaidIn:
    """One payment that an account took; amounts in fen."""

    at: datetime
    purpose: str
    provider: str
    payer_name: str
    amount_minor: int
    refunded_minor: int
    reference: str
    bank_reference: str


@dataclass(frozen=True, slots=True)
class PaidOut:
    """One instruction about a thing, carried out or not; amount in fen."""

    at: datetime | None
    kind: str
    provider: str
    payee_name: str
    amount_minor: int
    reference: str


def paid_in(db: Session, account: Account) -> list[PaidIn]:
    """The payments that stand behind an account, in the order they came."""
    query = (
        select(
            Receipt.received_at, PaymentIntent.purpose, Receipt.provider, Receipt.payer_name,
            Receipt.amount_minor, Receipt.refunded_minor, PaymentIntent.reference,
            Receipt.provider_reference,
        )
        .join(PaymentIntent, PaymentIntent.id == Receipt.intent_id)
        .where(Receipt.holder == account.subject)
        .order_by(Receipt.id)
    )  # fmt: skip
    return [PaidIn(*row) for row in db.execute(query)]


def paid_out(db: Session, thing: str, thing_id: int) -> list[PaidOut]:
    """What left or will leave about a thing, in the order it was instructed."""
    columns = (Instruction.done_at, Instruction.kind, Instruction.provider, Instruction.payee_name,
               Instruction.amount_minor, Instruction.reference)  # fmt: skip
    query = (
        select(*columns)
        .where(
            Instruction.thing == thing,
            Instruction.thing_id == thing_id,
            Instruction.state != "cancelled",
        )
        .order_by(Instruction.id)
    )
    return [PaidOut(*row) for row in db.execute(query)]
