"""What the provider's word does to the books: come, captured, gone; each once, in any order."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from marketplace.kernel.context import Tx
from marketplace.kernel.options import option
from marketplace.treasury.ledger.chart import clearing, refund, unidentified
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import instructions, states
from marketplace.treasury.payments.instructions import Draft, Payee, propose
from marketplace.treasury.payments.models import Instruction, PaymentIntent, Receipt
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.states import ATTEMPT, move_of
from marketplace.treasury.payments.online.stripe import CURRENCY, HOLD, NAME, Truth
from marketplace.treasury.payments.purposes import Payment, purpose_of
from marketplace.treasury.payments.steps import credit, facts_of, locked_intent

LASTS = timedelta(days=5)
"""How long a card's authorisation is relied on when the provider names no term."""
MARGIN = timedelta(hours=6)
"""So long before a hold lapses its money is taken, unless it goes back anyway (F19)."""


def believe(tx: Tx, attempt_id: int, truth: Truth) -> bool:
    """Step: let an attempt follow the provider's word; False when it says nothing new.

    Locks the root, the intent and the attempt, in this order. Money of another currency than
    asked for is not booked; it stays to be seen.
    """
    attempt, intent = locked(tx, attempt_id)
    attempt.checked_at = tx.now
    attempt.object_id = attempt.object_id or truth.object_id
    if truth.state == "void" and move_of(attempt.state, "authorised"):
        # It was held and let go before anybody heard of it: both are told, in their order.
        _advance(tx, attempt, intent, truth=truth, word="authorised")
    if truth.amount_minor and truth.currency != CURRENCY:
        attempt.trouble = "currency"
        return False
    return _advance(tx, attempt, intent, truth=truth, word=truth.state)


def locked(tx: Tx, attempt_id: int) -> tuple[Attempt, PaymentIntent]:
    """Step: the attempt and its intent; the lot's or order's root is locked before them."""
    known = tx.db.execute(
        select(PaymentIntent.id, PaymentIntent.purpose, PaymentIntent.thing_id)
        .join(Attempt, Attempt.intent_id == PaymentIntent.id)
        .where(Attempt.id == attempt_id)
    ).one()
    purpose_of(known.purpose).lock(tx, known.thing_id)
    intent = locked_intent(tx, PaymentIntent.id == known.id)
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    return tx.db.scalars(query.execution_options(populate_existing=True)).one(), intent


def _advance(tx: Tx, attempt: Attempt, intent: PaymentIntent, *, truth: Truth, word: str) -> bool:
    action = move_of(attempt.state, word)
    if action is None:
        return False
    before, attempt.state = attempt.state, ATTEMPT[attempt.state, action]
    if action == "authorise":
        lapses_at = truth.lapses_at or attempt.created_at + LASTS
        attempt.capture_at = lapses_at - MARGIN
        _arrived(tx, attempt, intent, truth=truth, provider=HOLD)
    elif action == "pay" and before == "authorised":
        _captured(tx, attempt)
    elif action == "pay":
        _arrived(tx, attempt, intent, truth=truth, provider=NAME)
    elif action == "void":
        _gone(tx, attempt, intent)
    if attempt.state not in ("authorised", "open"):
        attempt.ended_at = attempt.ended_at or tx.now
    tx.audit(f"attempt.{action}", "attempt", attempt.id, before=before)
    return True


def _arrived(
    tx: Tx, attempt: Attempt, intent: PaymentIntent, *, truth: Truth, provider: str
) -> None:
    """Money is at the provider: credited as far as it is asked for, the rest goes back.

    A hold can only go back as a whole, so it counts as a whole or not at all.
    """
    amount = attempt.received_minor = truth.amount_minor
    source = unidentified(provider)
    _post(tx, attempt, "arrived", Move(clearing(provider), source, amount))
    tx.db.flush()
    left = amount
    if provider == NAME or amount <= intent.amount_minor - intent.received_minor:
        payment = Payment(
            amount_minor=amount,
            provider=provider,
            provider_reference=attempt.object_id or attempt.key,
            payer_name=truth.payer_name or intent.organisation_name,
            account_sealed=None,
            account_tail=truth.tail,
            bank_name=truth.method,
        )
        left -= credit(tx, intent, payment, source=source)
    if left:
        _owe_back(tx, attempt, intent, provider=provider, amount_minor=left)


def _owe_back(
    tx: Tx, attempt: Attempt, intent: PaymentIntent, *, provider: str, amount_minor: int
) -> None:
    target = refund(f"attempt:{attempt.id}", organisation_id=intent.organisation_id)
    _post(tx, attempt, "given_back", Move(unidentified(provider), target, amount_minor))
    propose(
        tx,
        Draft(
            key=f"attempt:{attempt.id}:return",
            kind="return_unidentified",
            account=target,
            payee=Payee(intent.organisation_name, None, ""),
            amount_minor=amount_minor,
            thing="attempt",
            thing_id=attempt.id,
            due_at=tx.now + timedelta(hours=option(tx.db, "deposit_return_hours")),
            why=intent.reference,
            provider=provider,
        ),
    )


def _captured(tx: Tx, attempt: Attempt) -> None:
    """What was held is had; whatever shall go back of it is a refund from now on."""
    _post(tx, attempt, "captured", Move(clearing(NAME), clearing(HOLD), attempt.received_minor))
    mine = (Receipt.provider == HOLD) & (Receipt.provider_reference == attempt.object_id)
    for row in _owed(tx, attempt):
        row.provider = NAME
    tx.db.execute(update(Receipt).where(mine).values(provider=NAME))


def _gone(tx: Tx, attempt: Attempt, intent: PaymentIntent) -> None:
    """The hold does not exist any more: let go by us, or lapsed, and then its room must know."""
    receipt = tx.db.scalar(
        select(Receipt)
        .where(Receipt.provider == HOLD, Receipt.provider_reference == attempt.object_id)
        .execution_options(populate_existing=True)
    )
    if receipt is not None and receipt.refunded_minor == 0:
        purpose_of(intent.purpose).lost(tx, facts_of(intent))
        tx.db.flush()
    for row in _owed(tx, attempt):
        action = "confirm" if row.state == "sent" else "happen"
        instructions.confirm(tx, row, reference=attempt.object_id or "", action=action)


def _owed(tx: Tx, attempt: Attempt) -> list[Instruction]:
    """What is still to go back of an attempt's hold, locked."""
    receipts = select(Receipt.id).where(
        Receipt.provider == HOLD, Receipt.provider_reference == attempt.object_id
    )
    is_rest = (Instruction.thing == "attempt") & (Instruction.thing_id == attempt.id)
    query = select(Instruction).where(
        Instruction.provider == HOLD,
        Instruction.state.in_(states.OWED),
        is_rest | Instruction.receipt_id.in_(receipts),
    )
    return list(tx.db.scalars(query.order_by(Instruction.id).with_for_update()))


def _post(tx: Tx, attempt: Attempt, action: str, move: Move) -> None:
    key = f"attempt:{attempt.id}:{action}"
    post(tx, Post(key, action, "attempt", attempt.id, [move], attempt.object_id or ""))
