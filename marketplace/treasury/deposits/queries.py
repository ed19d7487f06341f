"""Reads of deposits: SQL in, frozen values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.kernel.db import plainly
from marketplace.kernel.settings import Secrets
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.deposits.steps import PURPOSE
from marketplace.treasury.payments.senders import from_one_account
from marketplace.web.pagination import Slice, cut, decode

PAGE = 30
ALARM = timedelta(hours=4)
"""So long before the legal deadline the alarm shows (L27: 24 h, alarm at 20 h)."""


@dataclass(frozen=True, slots=True)
class DepositLine:
    """A deposit as the treasurer's page shows it. Amounts in fen."""

    id: int
    auction_id: int
    auction_number: str
    auction_title: str
    organisation_name: str
    amount_minor: int
    reference: str
    state: str
    expected_at: datetime
    held_at: datetime | None
    bank_reference: str | None
    payer_name: str | None
    wins: bool
    release_due_at: datetime | None
    settled_at: datetime | None
    settlement_reference: str | None

    def is_late(self, now: datetime) -> bool:
        """The legal deadline has passed."""
        return self._owed and self.release_due_at is not None and now > self.release_due_at

    def is_urgent(self, now: datetime) -> bool:
        """The deadline is near."""
        return self._owed and self.release_due_at is not None and now > self.release_due_at - ALARM

    @property
    def _owed(self) -> bool:
        return self.state == "returning"


LINE = tuple(getattr(Deposit, name) for name in DepositLine.__slots__)

TABS: dict[str, ColumnElement[bool]] = {
    "expected": Deposit.state == "expected",
    "owed": Deposit.state == "returning",
    "held": Deposit.state == "held",
    "done": Deposit.state.in_(("released", "applied", "forfeited", "lapsed")),
}


HELD = select(Deposit.id).where(
    Deposit.auction_id == bindparam("auction_id"),
    Deposit.organisation_id == bindparam("organisation_id"),
    TABS["held"],
)


def deposits(db: Session, tab: str, *, cursor: str | None = None) -> Slice[DepositLine]:
    """One tab, newest first; what is owed back soonest first and whole (24 h keep it short)."""
    query = select(*LINE).where(TABS[tab])
    if tab == "owed":
        soonest = query.order_by(Deposit.release_due_at, Deposit.id)
        return Slice([DepositLine(*row) for row in db.execute(soonest)], None)
    key = decode(cursor, length=1)
    if key is not None:
        query = query.where(Deposit.id < key[0])
    rows = db.execute(query.order_by(Deposit.id.desc()).limit(PAGE + 1))
    lines = [DepositLine(*row) for row in rows]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])


def counts(db: Session) -> dict[str, int]:
    """How many deposits each tab holds."""
    columns = [func.count().filter(test).label(tab) for tab, test in TABS.items()]
    row = db.execute(select(*columns).select_from(Deposit)).one()
    return dict(row._mapping)


def overdue(db: Session, now: datetime) -> int:
    """How many deposits should have gone back already (L27)."""
    late = TABS["owed"] & (Deposit.release_due_at < now)
    return db.scalar(select(func.count()).select_from(Deposit).where(late)) or 0


def of_bidder(db: Session, auction_id: int, *, organisation_id: int) -> DepositLine | None:
    """An organisation's deposit for a lot, or None."""
    query = select(*LINE).where(
        Deposit.auction_id == auction_id, Deposit.organisation_id == organisation_id
    )
    row = db.execute(query).first()
    return None if row is None else DepositLine(*row)


def is_held(db: Session, auction_id: int, *, organisation_id: int) -> bool:
    """True while the money is there and not on its way back (T4)."""
    asked = {"auction_id": auction_id, "organisation_id": organisation_id}
    return plainly(db, HELD, asked).first() is not None


def forfeited_minor(db: Session, auction_id: int, *, organisation_id: int) -> int:
    """What was kept of an organisation's deposit for a lot, in fen; 0 when none was forfeited."""
    query = select(Deposit.amount_minor).where(
        Deposit.auction_id == auction_id,
        Deposit.organisation_id == organisation_id,
        Deposit.state == "forfeited",
    )
    return db.scalar(query) or 0


def paid_together(db: Session, secrets: Secrets, auction_id: int) -> list[frozenset[int]]:
    """Organisations whose deposits for a lot came from one bank account, as sets (L11)."""
    query = select(Deposit.id, Deposit.organisation_id).where(Deposit.auction_id == auction_id)
    owners = {row.id: row.organisation_id for row in db.execute(query)}
    groups = from_one_account(db, secrets, purpose=PURPOSE, thing_ids=owners)
    return [frozenset(owners[one] for one in group) for group in groups]
