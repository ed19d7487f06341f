"""Call, release and refund an order's money inside the order's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.kernel.options import option
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger import steps as ledger
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import purposes
from marketplace.treasury.payments import steps as payments
from marketplace.treasury.payments.payouts import Payout, pay_out
from marketplace.treasury.payments.purposes import Intent, Payment
from marketplace.treasury.payments.refunds import Back, give_back

PURPOSE = "order_stage"
THING = "order"


@dataclass(frozen=True, slots=True)
class Call:
    """What the buyer is asked to pay for a stage. Amount in fen."""

    order_id: int
    order_number: str
    stage: int
    buyer_organisation_id: int
    buyer_name: str
    amount_minor: int
    due_at: datetime | None


def call(tx: Tx, wanted: Call) -> str:
    """Step: ask for a stage's money; the code for the remark, always the same for one call."""
    return payments.request(
        tx,
        payments.Request(
            purpose=PURPOSE,
            thing_id=wanted.order_id,
            stage=wanted.stage,
            organisation_id=wanted.buyer_organisation_id,
            organisation_name=wanted.buyer_name,
            amount_minor=wanted.amount_minor,
            due_at=wanted.due_at,
            number=f"DD{wanted.order_id:04d}",
        ),
    )


def call_off(tx: Tx, order_id: int, *, stage: int) -> None:
    """Step: a stage is not asked for any more; a part that had arrived goes back."""
    part = payments.void(tx, PURPOSE, thing_id=order_id, stage=stage)
    left = min(part, balance(tx, order_id)) if part else 0
    if left:
        intent = payments.locked_intent(tx, payments.where(PURPOSE, order_id, stage=stage))
        give_back(
            tx,
            Back(
                key=f"order:{order_id}:call_off:{stage}",
                kind="refund",
                account=chart.escrow(order_id),
                organisation_id=intent.organisation_id,
                amount_minor=left,
                thing=THING,
                thing_id=order_id,
                due_at=_due(tx),
                why=intent.reference,
            ),
        )


@dataclass(frozen=True, slots=True)
class Release:
    """A stage's money goes on: ``amount_minor`` to the seller, ``commission_minor`` to the market.

    Both leave the order's escrow. In fen.
    """

    order_id: int
    order_number: str
    stage: int
    seller_organisation_id: int
    seller_name: str
    amount_minor: int
    commission_minor: int


def release(tx: Tx, wanted: Release) -> None:
    """Step: release a stage once; the payout's instruction comes with it.

    The same release again changes nothing. Raises Conflict when another was made for this stage
    (``ledger.key_reused``) or escrow does not cover it (``ledger.not_covered``).
    """
    escrow = chart.escrow(wanted.order_id)
    payable = chart.payable(wanted.order_id, organisation_id=wanted.seller_organisation_id)
    moves = [Move(escrow, payable, wanted.amount_minor)]
    if wanted.commission_minor:
        moves.append(Move(escrow, chart.commission(), wanted.commission_minor))
    key = f"order:{wanted.order_id}:release:{wanted.stage}"
    post(tx, Post(key, "release", THING, wanted.order_id, moves, memo=wanted.order_number))
    pay_out(
        tx,
        Payout(
            key=key,
            account=payable,
            organisation_id=wanted.seller_organisation_id,
            organisation_name=wanted.seller_name,
            amount_minor=wanted.amount_minor,
            thing=THING,
            thing_id=wanted.order_id,
            due_at=_due(tx),
            why=wanted.order_number,
        ),
    )


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back from an order's escrow to the account(s) the buyer paid from. In fen."""

    order_id: int
    order_number: str
    buyer_organisation_id: int
    buyer_name: str
    amount_minor: int
    why: str


def refund(tx: Tx, wanted: Refund) -> None:
    """Step: give an order's money back once, to the paying accounts only (L80).

    The same refund again changes nothing. Raises Invalid without a reason, Conflict for another
    refund of the same order or more than escrow and its payments hold (T6).
    """
    if not wanted.why.strip():
        raise Invalid("reason_needed")
    give_back(
        tx,
        Back(
            key=f"order:{wanted.order_id}:refund",
            kind="refund",
            account=chart.escrow(wanted.order_id),
            organisation_id=wanted.buyer_organisation_id,
            amount_minor=wanted.amount_minor,
            thing=THING,
            thing_id=wanted.order_id,
            due_at=_due(tx),
            why=wanted.why.strip(),
        ),
    )


def balance(tx: Tx, order_id: int) -> int:
    """Step: what escrow holds for an order, in fen; it stays so until the commit."""
    return ledger.balance(tx, chart.escrow(order_id))


def _due(tx: Tx) -> datetime:
    return tx.now + timedelta(hours=option(tx.db, "deposit_return_hours"))


def _funded(_tx: Tx, _intent: Intent, _payment: Payment) -> None:
    """Orders hear it by the event; nothing else changes in here."""


def _funded_by_none(_tx: Tx, intent: Intent) -> None:
    """Only deposits are held on cards; for a price a hold is never asked for."""
    raise Conflict("payments.move_refused", purpose=intent.purpose)


purposes.register(
    PURPOSE,
    purposes.Purpose(
        account=lambda intent: chart.escrow(intent.thing_id),
        lock=lambda _tx, _order_id: None,  # an order's own transactions take its intents, too
        paid=_funded,
        lost=_funded_by_none,
    ),
)
