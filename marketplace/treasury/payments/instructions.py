"""Tell the bank what to do: the rules propose, people approve and send, the bank does it (L79)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.treasury import policy
from marketplace.treasury.ledger.chart import Account, Kind, clearing
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import purposes, states
from marketplace.treasury.payments.events import InstructionDone
from marketplace.treasury.payments.models import Batch, Instruction
from marketplace.treasury.payments.online.models import Carrying

PREFIX = "FK"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account money goes to; ``sealed`` is its encrypted number, None while unknown."""

    name: str
    sealed: str | None
    tail: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the bank shall do. ``account``: the ledger account it empties. Amount in fen."""

    key: str
    kind: str
    account: Account
    payee: Payee
    amount_minor: int
    thing: str
    thing_id: int
    due_at: datetime
    why: str = ""
    provider: str = "bank"
    receipt_id: int | None = None
    created_by: int | None = None


def propose(tx: Tx, draft: Draft) -> None:
    """Step: write an instruction; the same key again changes nothing.

    Up to the limit of four eyes it counts as approved, when the payee's account is known.
    The caller holds the lock of the account it empties.
    """
    known = tx.db.scalar(select(Instruction.id).where(Instruction.key == draft.key))
    if known is not None:
        return
    needs_two = draft.amount_minor > option(tx.db, "four_eyes_minor")
    ready = not needs_two and (draft.payee.sealed is not None or draft.provider != "bank")
    row = Instruction(
        key=draft.key,
        reference=draft.key,
        provider=draft.provider,
        kind=draft.kind,
        account_kind=draft.account.kind.value,
        account_subject=draft.account.subject,
        organisation_id=draft.account.organisation_id,
        payee_name=draft.payee.name,
        payee_sealed=draft.payee.sealed,
        payee_tail=draft.payee.tail,
        payee_bank=draft.payee.bank,
        amount_minor=draft.amount_minor,
        thing=draft.thing,
        thing_id=draft.thing_id,
        receipt_id=draft.receipt_id,
        why=draft.why,
        state="approved" if ready else "proposed",
        needs_two=needs_two,
        due_at=draft.due_at,
        created_at=tx.now,
        created_by=draft.created_by,
        approved_at=tx.now if ready else None,
    )
    tx.db.add(row)
    tx.db.flush()
    row.reference = f"{PREFIX}{row.id:06d}"
    tx.audit("instruction.proposed", "instruction", row.id, kind=row.kind, key=row.key)


def approve(ctx: Context, instruction_id: int) -> None:
    """Approve one instruction.

    Raises Forbidden for others than the treasurer, for its creator and for the payee's own
    people (T13); Conflict in another state or while the payee's account is unknown.
    """
    with ctx.transaction() as tx:
        row = _locked(tx, instruction_id)
        if row.created_by == tx.actor.user_id:
            raise Forbidden("payments.own_instruction")
        refuse_own(tx, row.organisation_id)
        state = states.advance(states.INSTRUCTION, row.state, "approve")
        _find_payee(tx, row)
        row.state, row.approved_at, row.approved_by = state, tx.now, tx.actor.user_id
        tx.audit("instruction.approved", "instruction", row.id)


def _find_payee(tx: Tx, row: Instruction) -> None:
    """A payee who gave no account in time may have done so since."""
    if row.payee_sealed is None and row.kind == "payout" and row.organisation_id is not None:
        payee = payee_of(tx, row.organisation_id, name=row.payee_name)
        row.payee_sealed, row.payee_tail = payee.sealed, payee.tail
        row.payee_bank = payee.bank
    if row.payee_sealed is None and row.provider == "bank":
        raise Conflict("payments.payee_unknown")


def payee_of(tx: Tx, organisation_id: int, *, name: str) -> Payee:
    """Step: the account an organisation gave for payments; the holder bears its name (L80)."""
    account = identity.bank_account(tx.db, tx.settings.secrets, organisation_id)
    if account is None:
        return Payee(name, None, "")
    return Payee(account.holder, account.sealed, account.tail, account.bank)


def send(ctx: Context) -> int:
    """Give everything approved to the bank in one batch; the batch's number.

    What a provider with an interface carries out by itself needs it only above the limit.
    What needs two people and was approved by the acting treasurer stays for a colleague; so
    does what goes to his own organisation. Raises Forbidden, Conflict when nothing is left.
    """
    with ctx.transaction() as tx:
        _treasurer(tx)
        me = tx.actor.user_id
        query = (
            select(Instruction)
            .where(
                Instruction.state == "approved",
                (Instruction.provider == "bank") | Instruction.needs_two,
            )
            .order_by(Instruction.id)
            .with_for_update()
        )
        mine = {one.organisation_id for one in identity.memberships(tx.db, me)}
        rows = [
            row
            for row in tx.db.scalars(query)
            if not (row.needs_two and row.approved_by == me) and row.organisation_id not in mine
        ]
        if not rows:
            raise Conflict("payments.nothing_to_send")
        batch = Batch(sent_at=tx.now, sent_by=me)
        tx.db.add(batch)
        tx.db.flush()
        for row in rows:
            row.state = states.advance(states.INSTRUCTION, row.state, "send")
            row.sent_at, row.sent_by, row.batch_id = tx.now, me, batch.id
        tx.audit("instruction.sent", "batch", batch.id, instructions=[row.id for row in rows])
        return batch.id


@dataclass(frozen=True, slots=True)
class CancelInstruction:
    """The bank did not carry it out, or it must not go out as it stands."""

    instruction_id: int
    why: str


def cancel(ctx: Context, command: CancelInstruction) -> None:
    """Take an instruction back; what is owed stays owed, so a new one takes its place.

    Raises Forbidden, Invalid without a reason, Conflict once it is done.
    """
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        row = _locked(tx, command.instruction_id)
        refuse_own(tx, row.organisation_id)
        failed = _failed(tx, row)
        row.state = states.advance(states.INSTRUCTION, row.state, "cancel")
        row.ended_by, row.ended_why = tx.actor.user_id, command.why.strip()
        tx.audit("instruction.cancelled", "instruction", row.id, why=row.ended_why)
        propose(tx, _again(tx, row, by_bank=failed))


def _failed(tx: Tx, row: Instruction) -> bool:
    """True when a provider with an interface said that it cannot be done.

    Raises Conflict while it may still be doing it: a new one would be a second payment (F18).
    """
    carrying = tx.db.get(Carrying, row.id)
    if carrying is not None and carrying.state == "failed":
        return True
    if row.provider != "bank" and row.state == "sent":
        raise Conflict("payments.with_provider")
    return False


def _again(tx: Tx, row: Instruction, *, by_bank: bool) -> Draft:
    payee = Payee(row.payee_name, row.payee_sealed, row.payee_tail, row.payee_bank)
    kind = "payout" if by_bank else row.kind  # to the payer's own account, his card failing (L80)
    if kind == "payout" and row.organisation_id is not None:
        payee = payee_of(tx, row.organisation_id, name=row.payee_name)
    return Draft(
        key=f"{row.key}:again",
        kind=kind,
        account=account_of(row),
        payee=payee,
        amount_minor=row.amount_minor,
        thing=row.thing,
        thing_id=row.thing_id,
        due_at=row.due_at,
        why=row.ended_why,
        provider="bank" if by_bank else row.provider,
        receipt_id=row.receipt_id,
        created_by=tx.actor.user_id,
    )


def confirm(tx: Tx, row: Instruction, *, reference: str, action: str = "confirm") -> None:
    """Step: the bank did it; the ledger follows, and the thing's room when nothing is left open."""
    row.state = states.advance(states.INSTRUCTION, row.state, action)
    row.done_at = tx.now
    post(
        tx,
        Post(
            key=f"instruction:{row.id}",
            action="payment",
            thing=row.thing,
            thing_id=row.thing_id,
            moves=[Move(account_of(row), clearing(row.provider), row.amount_minor)],
            reference=reference,
            memo=row.reference,
        ),
    )
    tx.emit(InstructionDone(row.id, row.kind, row.thing, row.thing_id, row.amount_minor))
    tx.audit("instruction.done", "instruction", row.id)
    tx.db.flush()
    still = (
        (Instruction.thing == row.thing)
        & (Instruction.thing_id == row.thing_id)
        & Instruction.state.in_(states.OWED)
    )
    if not tx.db.scalar(select(func.count()).select_from(Instruction).where(still)):
        purposes.settled(tx, row.thing, thing_id=row.thing_id)


def account_of(row: Instruction) -> Account:
    """The ledger account an instruction empties."""
    return Account(Kind(row.account_kind), row.account_subject, row.organisation_id)


def refuse_own(tx: Tx, organisation_id: int | None) -> None:
    """Step: nobody handles money of his own organisation (T13)."""
    if organisation_id is None:
        return
    if tx.actor.user_id in identity.members_of(tx.db, organisation_id):
        raise Forbidden("treasury.own_deposit")


def _treasurer(tx: Tx) -> None:
    if not policy.may_record(tx.actor):
        raise Forbidden


def _locked(tx: Tx, instruction_id: int) -> Instruction:
    _treasurer(tx)
    query = select(Instruction).where(Instruction.id == instruction_id).with_for_update()
    row = tx.db.scalar(query)
    if row is None:
        raise NotFound
    return row
