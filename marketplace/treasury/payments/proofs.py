"""收款凭证 and 付款凭证: every payment that arrived or left gets a sealed paper for its party."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.papers import steps as papers
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.providers import BANK
from marketplace.treasury.payments.slips import PURPOSES
from rules.amounts import capitals

KINDS = ("payment_receipt", "payment_advice", "account_statement")
OUTGOING = {
    "payout": "技术交易价款结算",
    "refund": "技术交易价款退还",
    "deposit_return": "竞买保证金退还",
}
"""What left for a party; a return of money that nobody could identify has no party."""
PROVIDERS = {"bank": "银行转账", "stripe": "银行卡或电子支付"}


def prove_receipt(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Order the receipt of a credited payment; the same delivery again changes nothing."""
    with ctx.transaction() as tx:
        row = tx.db.execute(
            select(Receipt, PaymentIntent)
            .join(PaymentIntent, PaymentIntent.id == Receipt.intent_id)
            .where(Receipt.id == payload["receipt_id"])
        ).one()
        receipt, intent = row
        if intent.purpose not in PURPOSES or receipt.provider not in PROVIDERS:
            return
        facts = _receipt_facts(tx.settings, receipt, intent)
        papers.issue(
            tx,
            papers.Order(
                kind="payment_receipt",
                title=f"收款凭证 {intent.reference}",
                facts=facts,
                thing="receipt",
                thing_id=receipt.id,
                parties=(intent.organisation_id,),
            ),
        )


def _receipt_facts(settings: Settings, receipt: Receipt, intent: PaymentIntent) -> dict[str, Any]:
    stage = f"（第 {intent.stage} 期）" if intent.stage else ""
    return {
        "payer": receipt.payer_name or intent.organisation_name,
        "payer_tail": receipt.account_tail,
        "party": intent.organisation_name,
        "payee": settings.bank_holder,
        "payee_account": settings.bank_account if receipt.provider == BANK.name else "",
        "way": PROVIDERS[receipt.provider],
        "amount_minor": receipt.amount_minor,
        "capitals": capitals(receipt.amount_minor),
        "received_at": _local(receipt.received_at),
        "bank_reference": receipt.provider_reference,
        "reference": intent.reference,
        "purpose": PURPOSES[intent.purpose] + stage,
        "asked_minor": intent.amount_minor,
        "organiser": settings.operator_name,
    }


def prove_payment(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Order the paper of a payment that the bank carried out for a party."""
    with ctx.transaction() as tx:
        row = tx.db.get_one(Instruction, payload["instruction_id"])
        if row.organisation_id is None or row.kind not in OUTGOING or row.done_at is None:
            return
        if row.provider not in PROVIDERS:
            return
        papers.issue(
            tx,
            papers.Order(
                kind="payment_advice",
                title=f"付款凭证 {row.reference}",
                facts=_payment_facts(tx.settings, row, row.done_at),
                thing="instruction",
                thing_id=row.id,
                parties=(row.organisation_id,),
            ),
        )


def _payment_facts(settings: Settings, row: Instruction, done_at: datetime) -> dict[str, Any]:
    return {
        "payer": settings.bank_holder,
        "payee": row.payee_name,
        "payee_tail": row.payee_tail,
        "payee_bank": row.payee_bank,
        "way": PROVIDERS[row.provider],
        "amount_minor": row.amount_minor,
        "capitals": capitals(row.amount_minor),
        "paid_at": _local(done_at),
        "reference": row.reference,
        "purpose": OUTGOING[row.kind],
        "why": row.why,
        "organiser": settings.operator_name,
    }


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
