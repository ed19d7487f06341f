"""What other rooms do with deposits inside their own transaction; the ledger follows each step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import token
from marketplace.kernel.options import option
from marketplace.treasury.deposits.events import DepositHeld, DepositLost, DepositSettled
from marketplace.treasury.deposits.models import Deposit, DepositMove
from marketplace.treasury.deposits.moves import advance
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import purposes
from marketplace.treasury.payments import steps as payments
from marketplace.treasury.payments.online import steps as online
from marketplace.treasury.payments.purposes import Intent, Payment
from marketplace.treasury.payments.refunds import Back, give_back

PURPOSE = "deposit"


@dataclass(frozen=True, slots=True)
class Expected:
    """A deposit that somebody will pay, in fen; the lot ends at ``needed_until``."""

    auction_id: int
    auction_number: str
    auction_title: str
    organisation_id: int
    organisation_name: str
    applicant_id: int
    amount_minor: int
    needed_until: datetime | None = None


def expect(tx: Tx, wanted: Expected) -> str:
    """Step: expect a deposit; the code the payer writes on the transfer (L23: one per bidder)."""
    deposit = Deposit(
        **{name: getattr(wanted, name) for name in Expected.__slots__ if name != "needed_until"},
        reference=token(),
        state="expected",
        expected_at=tx.now,
    )
    tx.db.add(deposit)
    tx.db.flush()
    deposit.reference = payments.request(
        tx,
        payments.Request(
            purpose=PURPOSE,
            thing_id=deposit.id,
            stage=0,
            organisation_id=wanted.organisation_id,
            organisation_name=wanted.organisation_name,
            amount_minor=wanted.amount_minor,
            due_at=None,
            number=f"BZ{wanted.auction_id:04d}",
            needed_until=wanted.needed_until,
        ),
    )
    tx.audit("deposit.expected", "deposit", deposit.id, auction=wanted.auction_id)
    return deposit.reference


def conclude(tx: Tx, auction_id: int, *, winner_organisation_id: int | None) -> None:
    """Step: the lot is over. All but the winner's go back within the legal hours (L27).

    What was never paid lapses; the winner's stays held until it counts to the price or is
    forfeited. Running it twice changes nothing.
    """
    rows = select(Deposit).where(Deposit.auction_id == auction_id).order_by(Deposit.id)
    for deposit in list(tx.db.scalars(rows.with_for_update())):
        if deposit.organisation_id == winner_organisation_id and deposit.state != "expected":
            deposit.wins = True  # even one whose payment was lost: it counts nothing
            online.secure(tx, account_of(deposit))
        else:
            _end(tx, deposit)


def owe_release(tx: Tx, auction_id: int, *, organisation_id: int) -> None:
    """Step: this bidder is out; the deposit goes back, unpaid it lapses."""
    _end(tx, locked(tx, auction_id, organisation_id=organisation_id))


def _end(tx: Tx, deposit: Deposit) -> None:
    if deposit.state == "expected":
        _move(tx, deposit, action="lapse")
        part = payments.void(tx, PURPOSE, thing_id=deposit.id)
        if part:
            _send_back(tx, deposit, part)
    elif deposit.state == "held":
        _move(tx, deposit, action="return")
        _send_back(tx, deposit, deposit.amount_minor)


def _send_back(tx: Tx, deposit: Deposit, amount_minor: int) -> None:
    """In the transaction that ends the lot: no job can be late, nothing can be forgotten."""
    tx.db.flush()
    give_back(
        tx,
        Back(
            key=f"deposit:{deposit.id}:return",
            kind="deposit_return",
            account=account_of(deposit),
            organisation_id=deposit.organisation_id,
            amount_minor=amount_minor,
            thing=PURPOSE,
            thing_id=deposit.id,
            due_at=_due(tx),
            why=deposit.auction_number,
        ),
    )


def apply(tx: Tx, auction_id: int, *, organisation_id: int, order_id: int) -> int:
    """Step: the winner's deposit counts to the price (L27); what went into escrow, in fen.

    One whose payment was lost counts nothing. Raises NotFound, Conflict for another than the
    winner's, one that has ended, or money that is only held on a card so far.
    """
    deposit = _winners(tx, auction_id, organisation_id=organisation_id)
    if _is_lost(deposit):
        return 0
    before, after = account_of(deposit), chart.escrow(order_id)
    payments.hand_over(tx, before=before, after=after)
    _book(tx, deposit, "apply", [Move(before, after, deposit.amount_minor)])
    _settle(tx, deposit, action="apply", reference=f"order:{order_id}")
    return deposit.amount_minor


def forfeit(tx: Tx, auction_id: int, *, organisation_id: int, why: str) -> int:
    """Step: the winner defaulted; the deposit does not go back (L28). What is kept, in fen.

    Raises Invalid without a reason, NotFound, Conflict as ``apply``.
    """
    if not why.strip():
        raise Invalid("reason_needed")
    deposit = _winners(tx, auction_id, organisation_id=organisation_id)
    if _is_lost(deposit):
        return 0
    kept = [Move(account_of(deposit), chart.forfeited(deposit.id), deposit.amount_minor)]
    _book(tx, deposit, "forfeit", kept)
    _settle(tx, deposit, action="forfeit", why=why.strip())
    return deposit.amount_minor


def locked(tx: Tx, auction_id: int, *, organisation_id: int) -> Deposit:
    """Step: the deposit, locked; raises NotFound."""
    found = tx.db.scalar(
        select(Deposit)
        .where(Deposit.auction_id == auction_id, Deposit.organisation_id == organisation_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound
    return found


def account_of(deposit: Deposit) -> chart.Account:
    """The ledger account that holds a deposit."""
    return chart.deposit(deposit.id, organisation_id=deposit.organisation_id)


def _winners(tx: Tx, auction_id: int, *, organisation_id: int) -> Deposit:
    deposit = locked(tx, auction_id, organisation_id=organisation_id)
    if deposit.state == "held" and not deposit.wins:
        raise Conflict("treasury.not_that_end")
    online.ask_secured(tx, account_of(deposit))
    return deposit


def _is_lost(deposit: Deposit) -> bool:
    """The winner's own, and yet it went back: the card's hold was gone (F19)."""
    return deposit.wins and deposit.state in ("returning", "released")


def _book(tx: Tx, deposit: Deposit, action: str, moves: list[Move]) -> None:
    advance(deposit.state, action)  # the table speaks before any money moves
    key = f"deposit:{deposit.id}:{action}"
    post(tx, Post(key, action, PURPOSE, deposit.id, moves, reference=deposit.reference))


def _settle(tx: Tx, deposit: Deposit, *, action: str, reference: str = "", why: str = "") -> None:
    """``settled_by`` is who decided; that a signed contract takes it is nobody's choice."""
    _move(tx, deposit, action=action, reference=reference, why=why)
    actor = tx.actor_or_none
    deposit.settled_at, deposit.settlement_reference = tx.now, reference
    deposit.settled_by = actor.user_id if actor and action != "apply" else None
    tx.emit(DepositSettled(deposit.id, deposit.auction_id, deposit.organisation_id, deposit.state))


def _move(tx: Tx, deposit: Deposit, *, action: str, reference: str = "", why: str = "") -> None:
    if action == "return":
        deposit.release_due_at = _due(tx)
    before, deposit.state = deposit.state, advance(deposit.state, action)
    actor = tx.actor_or_none
    tx.db.add(
        DepositMove(
            deposit_id=deposit.id,
            action=action,
            before=before,
            after=deposit.state,
            at=tx.now,
            user_id=actor.user_id if actor else None,
            reference=reference,
            why=why,
        )
    )
    tx.audit(f"deposit.{action}", "deposit", deposit.id, why=why, before=before)


def _due(tx: Tx) -> datetime:
    return tx.now + timedelta(hours=option(tx.db, "deposit_return_hours"))


# -- what payments calls --------------------------------------------------------------------------


def _lock(tx: Tx, deposit_id: int) -> Deposit:
    query = select(Deposit).where(Deposit.id == deposit_id).with_for_update()
    return tx.db.scalars(query.execution_options(populate_existing=True)).one()


def _paid(tx: Tx, intent: Intent, payment: Payment) -> None:
    """The whole deposit is there: its bidder may be admitted."""
    deposit = _lock(tx, intent.thing_id)
    _move(tx, deposit, action="hold", reference=payment.provider_reference)
    actor = tx.actor_or_none
    deposit.held_at, deposit.recorded_by = tx.now, actor.user_id if actor else None
    deposit.bank_reference = payment.provider_reference
    deposit.payer_name = payment.payer_name
    tx.emit(DepositHeld(deposit.id, deposit.auction_id, deposit.organisation_id))


def _lost(tx: Tx, intent: Intent) -> None:
    """The hold on the card is gone: nothing is held for the bidder any more (T4, F19)."""
    deposit = _lock(tx, intent.thing_id)
    _end(tx, deposit)
    tx.emit(DepositLost(deposit.id, deposit.auction_id, deposit.organisation_id))


def _gone(tx: Tx, deposit_id: int) -> None:
    """The bank sent it back (L27); the part of one that was never whole ended before."""
    deposit = _lock(tx, deposit_id)
    if deposit.state == "returning":
        _settle(tx, deposit, action="release", reference=deposit.reference)


purposes.register(
    PURPOSE,
    purposes.Purpose(
        account=lambda intent: chart.deposit(
            intent.thing_id, organisation_id=intent.organisation_id
        ),
        lock=_lock,
        paid=_paid,
        lost=_lost,
    ),
)
purposes.when_settled(PURPOSE, _gone)
