"""What other rooms do with deposits inside their own transaction; the ledger follows each step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Invalid, NotFound
from marketplace.kernel.ids import token
from marketplace.kernel.options import option
from marketplace.treasury.deposits.events import DepositKept, DepositSettled
from marketplace.treasury.deposits.models import Deposit, DepositMove
from marketplace.treasury.deposits.moves import advance
from marketplace.treasury.ledger import chart
from marketplace.treasury.ledger.steps import Move, Post, post
from marketplace.treasury.payments import steps as payments
from marketplace.treasury.payments.online import steps as online
from marketplace.treasury.payments.refunds import Back, give_back

PURPOSE = "deposit"
NOT_OPENED = "密封报价逾期未揭示，按公告保证金不予退还"


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


def conclude(
    tx: Tx,
    auction_id: int,
    *,
    winner_organisation_id: int | None,
    forfeits: Collection[int] = (),
) -> None:
    """Step: the lot is over. All but the winner's go back within the legal hours (L27).

    What was never paid lapses; the winner's stays held until it counts to the price or is
    forfeited. The organisations in ``forfeits`` lose theirs, as the notice announced. Running it
    twice changes nothing.
    """
    rows = select(Deposit).where(Deposit.auction_id == auction_id).order_by(Deposit.id)
    for deposit in list(tx.db.scalars(rows.with_for_update())):
        if deposit.organisation_id == winner_organisation_id and deposit.state != "expected":
            deposit.wins = True  # even one whose payment was lost: it counts nothing
            online.secure(tx, account_of(deposit))
        elif deposit.organisation_id in forfeits and deposit.state == "held":
            keep(tx, deposit)
        else:
            end(tx, deposit)


def keep(tx: Tx, deposit: Deposit) -> None:
    """Step: a deposit is lost as announced; one that a card only holds, once it is captured."""
    account = account_of(deposit)
    online.secure(tx, account)
    if online.is_secured(tx, account):
        _keep(tx, deposit, why=NOT_OPENED)
    else:
        tx.emit(DepositKept(deposit.id, deposit.auction_id, deposit.organisation_id))


def keep_captured(tx: Tx, deposit: Deposit) -> None:
    """Step: a kept deposit's money has been captured; raises Conflict while it has not.

    One whose hold was lost meanwhile ended by itself (F19).
    """
    if deposit.state == "held":
        online.ask_secured(tx, account_of(deposit))
        _keep(tx, deposit, why=NOT_OPENED)


def owe_release(tx: Tx, auction_id: int, *, organisation_id: int) -> None:
    """Step: this bidder is out; the deposit goes back, unpaid it lapses."""
    end(tx, locked(tx, auction_id, organisation_id=organisation_id))


def end(tx: Tx, deposit: Deposit) -> None:
    """Step: this deposit is needed no more: what was paid goes back."""
    if deposit.state == "expected":
        move(tx, deposit, action="lapse")
        part = payments.void(tx, PURPOSE, thing_id=deposit.id)
        if part:
            _send_back(tx, deposit, part)
    elif deposit.state == "held":
        move(tx, deposit, action="return")
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
    settle(tx, deposit, action="apply", reference=f"order:{order_id}")
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
    _keep(tx, deposit, why=why.strip())
    return deposit.amount_minor


def _keep(tx: Tx, deposit: Deposit, *, why: str) -> None:
    kept = [Move(account_of(deposit), chart.forfeited(deposit.id), deposit.amount_minor)]
    _book(tx, deposit, "forfeit", kept)
    settle(tx, deposit, action="forfeit", why=why)


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


def settle(tx: Tx, deposit: Deposit, *, action: str, reference: str = "", why: str = "") -> None:
    """Step: ``settled_by`` is who decided; what contract or notice says is nobody's choice."""
    move(tx, deposit, action=action, reference=reference, why=why)
    actor = tx.actor_or_none
    deposit.settled_at, deposit.settlement_reference = tx.now, reference
    by_rule = action == "apply" or why == NOT_OPENED
    deposit.settled_by = actor.user_id if actor and not by_rule else None
    tx.emit(DepositSettled(deposit.id, deposit.auction_id, deposit.organisation_id, deposit.state))


def move(tx: Tx, deposit: Deposit, *, action: str, reference: str = "", why: str = "") -> None:
    """Step: one move of the table, kept with who made it and why."""
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
