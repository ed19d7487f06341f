"""What other rooms do with deposits inside their own transaction."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import NotFound
from marketplace.kernel.ids import ALPHABET
from marketplace.kernel.options import option
from marketplace.treasury.events import DepositHeld, DepositSettled
from marketplace.treasury.models import Deposit, DepositMove
from marketplace.treasury.moves import advance


@dataclass(frozen=True, slots=True)
class Expected:
    """A deposit that somebody will pay. ``amount_minor`` in fen."""

    auction_id: int
    auction_number: str
    auction_title: str
    organisation_id: int
    organisation_name: str
    applicant_id: int
    amount_minor: int


def expect(tx: Tx, wanted: Expected) -> str:
    """Step: expect a deposit; the code the payer writes on the transfer (L23: one per bidder)."""
    deposit = Deposit(
        **{name: getattr(wanted, name) for name in Expected.__slots__},
        reference=_reference(wanted.auction_id),
        state="expected",
        expected_at=tx.now,
    )
    tx.db.add(deposit)
    tx.db.flush()
    tx.audit("deposit.expected", "deposit", deposit.id, auction=wanted.auction_id)
    return deposit.reference


def _reference(auction_id: int) -> str:
    """``BZ0117-7FQ4KD``: short enough for a bank's remark field, not to be guessed."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"BZ{auction_id:04d}-{code}"


def hold(
    tx: Tx, deposit: Deposit, *, recorder_id: int, bank_reference: str, payer_name: str
) -> None:
    """Step: the money is there. What arrives after the lot's end is owed back at once."""
    late = deposit.state == "lapsed"
    _move(tx, deposit, action="hold", reference=bank_reference)
    deposit.held_at, deposit.recorded_by = tx.now, recorder_id
    deposit.bank_reference, deposit.payer_name = bank_reference, payer_name
    if late:
        deposit.release_due_at = _due(tx)
    tx.emit(DepositHeld(deposit.id, deposit.auction_id, deposit.organisation_id))


def conclude(tx: Tx, auction_id: int, *, winner_organisation_id: int | None) -> None:
    """Step: the lot is over. All but the winner's go back within the legal hours (L27).

    What was never paid lapses; the winner's stays held until it counts to the price or is
    forfeited. Running it twice changes nothing.
    """
    rows = select(Deposit).where(Deposit.auction_id == auction_id).order_by(Deposit.id)
    for deposit in tx.db.scalars(rows.with_for_update()):
        if deposit.state == "expected":
            _move(tx, deposit, action="lapse")
        elif deposit.state == "held" and deposit.organisation_id == winner_organisation_id:
            deposit.wins = True
        elif deposit.state == "held" and deposit.release_due_at is None:
            deposit.release_due_at = _due(tx)


def owe_release(tx: Tx, auction_id: int, *, organisation_id: int) -> None:
    """Step: this bidder is out before the end; the deposit goes back, unpaid it lapses."""
    deposit = locked(tx, auction_id, organisation_id=organisation_id)
    if deposit.state == "expected":
        _move(tx, deposit, action="lapse")
    elif deposit.state == "held" and deposit.release_due_at is None:
        deposit.release_due_at = _due(tx)


def release(tx: Tx, deposit: Deposit, *, reference: str) -> None:
    """Step: the money went back (L27)."""
    _settle(tx, deposit, action="release", reference=reference)


def apply(tx: Tx, deposit: Deposit, *, reference: str) -> None:
    """Step: the winner's deposit counts to the price (L27)."""
    _settle(tx, deposit, action="apply", reference=reference)


def forfeit(tx: Tx, deposit: Deposit, *, reference: str, why: str) -> None:
    """Step: the winner defaulted; the deposit does not go back (L28)."""
    _settle(tx, deposit, action="forfeit", reference=reference, why=why)


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


def _settle(tx: Tx, deposit: Deposit, *, action: str, reference: str, why: str = "") -> None:
    _move(tx, deposit, action=action, reference=reference, why=why)
    deposit.settled_at, deposit.settlement_reference = tx.now, reference
    deposit.settled_by = tx.actor.user_id
    tx.emit(DepositSettled(deposit.id, deposit.auction_id, deposit.organisation_id, deposit.state))


def _move(tx: Tx, deposit: Deposit, *, action: str, reference: str = "", why: str = "") -> None:
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
