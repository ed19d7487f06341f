"""缴款通知单: what a payer takes to his bank, with a QR code of account, amount and code."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound, SignInNeeded
from marketplace.papers.rendering import Slip, render_slip
from marketplace.treasury.payments.models import PaymentIntent
from rules.amounts import capitals

PURPOSES = {"deposit": "竞买保证金", "order_stage": "技术交易价款", "order_royalty": "技术交易提成"}


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """The PDF and how to call it."""

    name: str
    content: bytes


def print_slip(ctx: Context, reference: str) -> PrintedSlip:
    """The slip of an open call of the actor's own organisation; raises NotFound for any other."""
    actor = ctx.actor
    if actor is None:
        raise SignInNeeded
    with ctx.reading() as db:
        intent = _open_intent(db, reference, organisation_id=actor.organisation_id)
    missing = intent.amount_minor - intent.received_minor
    settings, stage = ctx.settings, f"（第 {intent.stage} 期）" if intent.stage else ""
    due = f"{intent.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 前" if intent.due_at else "竞价前"
    facts = {
        "reference": intent.reference,
        "payer": intent.organisation_name,
        "holder": settings.bank_holder,
        "account": settings.bank_account,
        "bank": settings.bank_name,
        "amount_minor": intent.amount_minor,
        "received_minor": intent.received_minor,
        "missing_minor": missing,
        "missing_capitals": capitals(missing),
        "purpose": PURPOSES[intent.purpose] + stage,
        "due": due,
        "phone": settings.contact_phone,
    }
    slip = Slip(
        template="payment_slip.typ",
        title=f"缴款通知单 {intent.reference}",
        made_at=ctx.clock(),
        market_name=settings.name,
        qr_text=qr_text(facts),
    )
    return PrintedSlip(f"{intent.reference}.pdf", render_slip(slip, facts))


def qr_text(facts: dict[str, object]) -> str:
    """What the QR code says: plain lines that a person can read and copy."""
    minor = int(str(facts["missing_minor"]))
    return "\n".join(
        (
            f"收款户名：{facts['holder']}",
            f"收款账号：{facts['account']}",
            f"开户银行：{facts['bank']}",
            f"金额：CNY {minor // 100}.{minor % 100:02d}",
            f"附言：{facts['reference']}",
        )
    )


def _open_intent(db: Session, reference: str, *, organisation_id: int | None) -> PaymentIntent:
    query = select(PaymentIntent).where(
        PaymentIntent.reference == reference,
        PaymentIntent.organisation_id == organisation_id,
        PaymentIntent.purpose.in_(PURPOSES),
        PaymentIntent.state == "open",
    )
    found = db.scalar(query)
    if found is None:
        raise NotFound
    return found
