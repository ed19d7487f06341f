"""What the treasurer does. Each takes a Context and is exactly one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.treasury import policy, steps
from marketplace.treasury.models import Deposit


@dataclass(frozen=True, slots=True)
class RecordReceipt:
    """The bank shows this amount (fen) under this reference, paid by this name."""

    deposit_id: int
    amount_minor: int
    bank_reference: str
    payer_name: str


def record_receipt(ctx: Context, command: RecordReceipt) -> None:
    """Record that a deposit arrived; a bank reference is used once.

    Raises Forbidden for the bidder's own people, Invalid for another amount or an empty
    reference, Conflict when it was recorded before.
    """
    with ctx.transaction() as tx:
        deposit = _locked(tx, command.deposit_id)
        if command.amount_minor != deposit.amount_minor:
            raise Invalid("treasury.amount_differs", expected=deposit.amount_minor / 100)
        reference = command.bank_reference.strip()
        if not reference or not command.payer_name.strip():
            raise Invalid("treasury.reference_needed")
        used = select(Deposit.id).where(Deposit.bank_reference == reference)
        if tx.db.scalar(used) is not None:
            raise Conflict("treasury.reference_used", reference=reference)
        steps.hold(
            tx,
            deposit,
            recorder_id=tx.actor.user_id,
            bank_reference=reference,
            payer_name=command.payer_name.strip(),
        )


@dataclass(frozen=True, slots=True)
class Settle:
    """How a held deposit ended: ``release``, ``apply`` or ``forfeit``, with the bank's reference.

    ``why`` is needed to forfeit; it is kept and audited.
    """

    deposit_id: int
    action: str
    reference: str
    why: str = ""


def settle(ctx: Context, command: Settle) -> None:
    """Record the end of a deposit.

    Only what is owed back may be released; only the winner's may be applied or forfeited.
    Raises Forbidden, Invalid without a reference or reason, Conflict in another state.
    """
    with ctx.transaction() as tx:
        deposit = _locked(tx, command.deposit_id)
        if not command.reference.strip():
            raise Invalid("treasury.reference_needed")
        if command.action == "forfeit" and not command.why.strip():
            raise Invalid("reason_needed")
        _refuse_wrong_end(deposit, command.action)
        reference = command.reference.strip()
        match command.action:
            case "release":
                steps.release(tx, deposit, reference=reference)
            case "apply":
                steps.apply(tx, deposit, reference=reference)
            case _:
                steps.forfeit(tx, deposit, reference=reference, why=command.why.strip())


def _refuse_wrong_end(deposit: Deposit, action: str) -> None:
    fits = {
        "release": deposit.release_due_at is not None,
        "apply": deposit.wins and deposit.release_due_at is None,
        "forfeit": deposit.wins and deposit.release_due_at is None,
    }
    if action not in fits:
        raise Invalid
    if deposit.state == "held" and not fits[action]:
        raise Conflict("treasury.not_that_end", action=action)


def _locked(tx: Tx, deposit_id: int) -> Deposit:
    """The deposit, locked; the bidder's own people may not touch it (T13)."""
    if not policy.may_record(tx.actor):
        raise Forbidden
    deposit = tx.db.scalar(select(Deposit).where(Deposit.id == deposit_id).with_for_update())
    if deposit is None:
        raise NotFound
    if tx.actor.user_id in identity.members_of(tx.db, deposit.organisation_id):
        raise Forbidden("treasury.own_deposit")
    return deposit
