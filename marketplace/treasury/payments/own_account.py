"""An organisation's own account with the market: what it paid, what it got, what is held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.papers import queries as issued
from marketplace.papers import steps as papers
from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.proofs import OUTGOING, PROVIDERS
from marketplace.treasury.payments.slips import PURPOSES
from rules.amounts import capitals
from rules.days import add_years, end_of, local_date, start_of

HELD = {
    "deposit": "竞买保证金",
    "escrow": "订单监管资金",
    "payable": "应付贵单位价款",
    "refund": "待退还贵单位",
}
LONGEST_YEARS = 1


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One payment; amounts in fen, one of the two is 0."""

    at: datetime
    kind: str
    reference: str
    bank_reference: str
    in_minor: int
    out_minor: int

    @property
    def on(self) -> date:
        """The day in China."""
        return local_date(self.at)


def account_lines(
    db: Session, organisation_id: int, first: date, *, last: date
) -> list[AccountLine]:
    """What an organisation paid and what was paid to it from ``first`` to ``last``, in order."""
    since, until = start_of(first), end_of(last)
    paid = (
        select(
            Receipt.received_at, PaymentIntent.purpose, PaymentIntent.reference,
            Receipt.provider_reference, Receipt.amount_minor,
        )
        .join(PaymentIntent, PaymentIntent.id == Receipt.intent_id)
        .where(
            PaymentIntent.organisation_id == organisation_id,
            Receipt.provider.in_(PROVIDERS),
            Receipt.received_at >= since,
            Receipt.received_at < until,
        )
    )  # fmt: skip
    got = select(
        Instruction.done_at, Instruction.kind, Instruction.reference, Instruction.amount_minor
    ).where(
        Instruction.organisation_id == organisation_id,
        Instruction.state == "done",
        Instruction.done_at >= since,
        Instruction.done_at < until,
    )
    lines = [AccountLine(*row, 0) for row in db.execute(paid)]
    lines += [
        AccountLine(row.done_at, row.kind, row.reference, "", 0, row.amount_minor)
        for row in db.execute(got)
        if row.done_at is not None
    ]
    return sorted(lines, key=lambda one: (one.at, one.reference))


def held_for(db: Session, organisation_id: int, day: date) -> dict[str, int]:
    """Kind → what was held for an organisation at the end of a day, in fen."""
    orders = (
        select(func.distinct(Receipt.holder))
        .join(PaymentIntent, PaymentIntent.id == Receipt.intent_id)
        .where(PaymentIntent.organisation_id == organisation_id, Receipt.holder.like("order:%"))
    )
    return ledger.held_on(
        db, day, organisation_id=organisation_id, escrows=list(db.scalars(orders))
    )


@dataclass(frozen=True, slots=True)
class OrderStatement:
    """The account of the days from ``first`` to ``last``, both counted."""

    first: date
    last: date


def ask_period(wanted: OrderStatement, *, today: date) -> None:
    """Raise Invalid for a period that is none, runs still, or is longer than a year."""
    if wanted.first > wanted.last or wanted.last >= today:
        raise Invalid("payments.bad_period")
    if wanted.last >= add_years(wanted.first, LONGEST_YEARS):
        raise Invalid("payments.period_too_long")


def order_statement(ctx: Context, command: OrderStatement) -> None:
    """Order the sealed statement of the actor's organisation.

    Nothing new since the last one: that one stands. Raises NotFound without an organisation,
    Forbidden for who does not manage it, Invalid for a bad period.
    """
    with ctx.transaction() as tx:
        organisation_id = tx.actor.organisation_id
        if organisation_id is None:
            raise NotFound
        if not may_manage_organisation(tx.actor, organisation_id):
            raise Forbidden
        ask_period(command, today=local_date(tx.now))
        facts = _facts(tx.db, organisation_id, command)
        facts["account"] = f"{tx.settings.bank_holder}　{tx.settings.bank_account}"
        facts["organiser"] = tx.settings.operator_name
        thing = f"account:{command.first.isoformat()}:{command.last.isoformat()}"
        version, known = issued.newest_version(
            tx.db, "account_statement", thing=thing, thing_id=organisation_id
        )
        if known == papers.facts_hash(facts):
            return
        title = f"对账单 {command.first.isoformat()} 至 {command.last.isoformat()}"
        papers.issue(
            tx,
            papers.Order(
                kind="account_statement",
                title=title,
                facts=facts,
                thing=thing,
                thing_id=organisation_id,
                version=version + 1,
                parties=(organisation_id,),
            ),
        )


def _facts(db: Session, organisation_id: int, asked: OrderStatement) -> dict[str, Any]:
    lines = account_lines(db, organisation_id, asked.first, last=asked.last)
    held = held_for(db, organisation_id, asked.last)
    page = identity.party_page(db, organisation_id)
    came, left = sum(one.in_minor for one in lines), sum(one.out_minor for one in lines)
    return {
        "organisation": {"name": page.name, "credit_code": page.credit_code or ""},
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "in_minor": came,
        "in_capitals": capitals(came),
        "out_minor": left,
        "out_capitals": capitals(left),
        "lines": [
            {
                "on": one.on.isoformat(),
                "what": words_of(one.kind),
                "reference": one.reference,
                "bank_reference": one.bank_reference,
                "in_minor": one.in_minor,
                "out_minor": one.out_minor,
            }
            for one in lines
        ],
        "held": [
            {"what": words, "minor": held[kind]} for kind, words in HELD.items() if kind in held
        ],
    }


def words_of(kind: str) -> str:
    """What a payment was for, in the words of the Chinese papers."""
    return {**PURPOSES, **OUTGOING}.get(kind, kind)
