"""Claim a voucher for an open call, confirm it, refuse it, take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.treasury import policy
from marketplace.treasury.ledger import chart
from marketplace.treasury.payments import instructions
from marketplace.treasury.payments import steps as payments
from marketplace.treasury.payments.providers import VOUCHER
from marketplace.treasury.payments.purposes import Payment
from marketplace.treasury.vouchers import steps
from marketplace.treasury.vouchers.models import Voucher
from marketplace.treasury.vouchers.states import LIVE, advance
from rules.days import local_date

CALLS = "order_stage"


@dataclass(frozen=True, slots=True)
class ClaimVoucher:
    """A voucher for the call of this code. Amount in fen, as it shall count."""

    reference: str
    issuer: str
    number: str
    usable_for: str
    valid_until: date
    amount_minor: int


def claim(ctx: Context, command: ClaimVoucher) -> int:
    """Claim a voucher for what an order asks now; the treasurer looks at it. Its number.

    The buyer's owners and managers, or a treasurer for them. Raises NotFound for who has no part
    in the call, Invalid for what is missing or over, Conflict for a used voucher or more than
    is still asked for.
    """
    with ctx.transaction() as tx:
        intent = payments.locked_by_reference(tx, command.reference.strip().upper())
        own = may_manage_organisation(tx.actor, intent.organisation_id)
        if intent.purpose != CALLS or not (own or policy.may_record(tx.actor)):
            raise NotFound
        _ask_sound(command, today=local_date(tx.now))
        if intent.state != "open":
            raise Conflict("vouchers.nothing_asked")
        if command.amount_minor > intent.amount_minor - intent.received_minor:
            raise Conflict("vouchers.more_than_asked")
        _ask_unused(tx, command)
        row = Voucher(
            number=command.number.strip(),
            issuer=command.issuer.strip(),
            usable_for=command.usable_for.strip(),
            valid_until=command.valid_until,
            amount_minor=command.amount_minor,
            organisation_id=intent.organisation_id,
            organisation_name=intent.organisation_name,
            order_id=intent.thing_id,
            call_reference=intent.reference,
            state="claimed",
            claimed_at=tx.now,
            claimed_by=tx.actor.user_id,
        )
        tx.db.add(row)
        _keep(tx)
        tx.audit("voucher.claimed", "voucher", row.id, order=row.order_id)
        return row.id


def _keep(tx: Tx) -> None:
    try:
        tx.db.flush()
    except IntegrityError as error:  # the same voucher on another order, a moment ago
        raise Conflict("vouchers.used") from error


def _ask_sound(command: ClaimVoucher, *, today: date) -> None:
    texts = (command.issuer, command.number, command.usable_for)
    if not all(text.strip() for text in texts):
        raise Invalid("vouchers.incomplete")
    if command.amount_minor <= 0:
        raise Invalid("payments.bad_amount")
    if command.valid_until < today:
        raise Invalid("vouchers.expired")


def _ask_unused(tx: Tx, command: ClaimVoucher) -> None:
    used = select(Voucher.id).where(
        Voucher.issuer == command.issuer.strip(),
        Voucher.number == command.number.strip(),
        Voucher.state.in_(LIVE),
    )
    if tx.db.scalar(used) is not None:
        raise Conflict("vouchers.used")


def confirm(ctx: Context, voucher_id: int) -> None:
    """The treasurer has checked it with the issuer: it counts, and the issuer owes it.

    Raises Forbidden for others, for who claimed it and for the buyer's own people (T13),
    Invalid once it has expired, Conflict when less is asked for by now.
    """
    with ctx.transaction() as tx:
        intent = payments.locked_by_reference(tx, _call_of(tx, voucher_id))
        row = steps.lock(tx, voucher_id)  # after its call, as every refund takes them
        if row.claimed_by == tx.actor.user_id:
            raise Forbidden("vouchers.own_claim")
        instructions.refuse_own(tx, row.organisation_id)
        if row.valid_until < local_date(tx.now):
            raise Invalid("vouchers.expired")
        row.state = advance(row.state, "confirm")
        row.confirmed_at, row.confirmed_by = tx.now, tx.actor.user_id
        payment = Payment(
            amount_minor=row.amount_minor,
            provider=VOUCHER,
            provider_reference=f"voucher:{row.id}",
            payer_name=row.issuer,
            account_sealed=None,
            account_tail="",
        )
        if row.amount_minor > intent.amount_minor - intent.received_minor:
            raise Conflict("vouchers.more_than_asked")
        if not payments.credit(tx, intent, payment, source=chart.voucher(row.id)):
            raise Conflict("vouchers.nothing_asked")
        steps.ask_issuer(tx, row, row.amount_minor)
        tx.audit("voucher.confirmed", "voucher", row.id)


@dataclass(frozen=True, slots=True)
class EndClaim:
    """Why a claimed voucher does not count."""

    voucher_id: int
    why: str


def refuse(ctx: Context, command: EndClaim) -> None:
    """The treasurer refuses a claim, with a reason the buyer reads."""
    with ctx.transaction() as tx:
        _call_of(tx, command.voucher_id)
        _end(tx, steps.lock(tx, command.voucher_id), "refuse", command.why)


def withdraw(ctx: Context, command: EndClaim) -> None:
    """The buyer takes his claim back while nobody has confirmed it. Raises NotFound for others."""
    with ctx.transaction() as tx:
        row = tx.db.get(Voucher, command.voucher_id)
        if row is None or not may_manage_organisation(tx.actor, row.organisation_id):
            raise NotFound
        _end(tx, steps.lock(tx, command.voucher_id), "withdraw", command.why)


def _end(tx: Tx, row: Voucher, action: str, why: str) -> None:
    if not why.strip():
        raise Invalid("reason_needed")
    row.state, row.ended_why = advance(row.state, action), why.strip()
    tx.audit(f"voucher.{action}", "voucher", row.id, why=row.ended_why)


def _call_of(tx: Tx, voucher_id: int) -> str:
    """The code of the call that a treasurer's voucher is for."""
    if not policy.may_record(tx.actor):
        raise Forbidden
    known = tx.db.get(Voucher, voucher_id)
    if known is None:
        raise NotFound
    return known.call_reference
