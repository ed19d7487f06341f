"""Day by day: what the bank says the account holds, what the ledger says, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.treasury.ledger import queries as ledger
from marketplace.treasury.ledger.chart import clearing
from marketplace.treasury.payments.models import Statement, StatementLine
from marketplace.treasury.payments.providers import BANK
from rules.days import local_date

DAYS = 60
WAITS_LONG = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Day:
    """The account's closing balance of a day by bank and by ledger. Amounts in fen."""

    day: date
    bank_minor: int
    ledger_minor: int

    @property
    def difference_minor(self) -> int:
        return self.bank_minor - self.ledger_minor


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bank line that nobody has dealt with, and since how many days."""

    id: int
    direction: str
    booked_on: date
    amount_minor: int
    counter_name: str
    remark: str
    days: int


@dataclass(frozen=True, slots=True)
class Report:
    """The whole reconciliation; sound when the newest day agrees and nothing waits long."""

    days: tuple[Day, ...]
    waiting: tuple[Waiting, ...]
    ledger_minor: int

    @property
    def difference_minor(self) -> int:
        """The newest day's difference, in fen."""
        return self.days[0].difference_minor if self.days else 0

    @property
    def long_waiting(self) -> int:
        """How many lines wait longer than they should."""
        return sum(one.days >= WAITS_LONG.days for one in self.waiting)


def report(db: Session, now: datetime) -> Report:
    """The days that a statement closes, newest first, and the open lines, oldest first."""
    today = local_date(now)
    closings = _closings(db)
    balances = ledger.balances_through(db, clearing(BANK.name), list(closings))
    days = [Day(day, minor, balances[day]) for day, minor in closings.items()]
    return Report(
        tuple(days), tuple(_waiting(db, today)), ledger.balance_of(db, clearing(BANK.name))
    )


def _closings(db: Session) -> dict[date, int]:
    """Day → the bank's closing balance, by the statement taken last."""
    query = (
        select(Statement.closes_on, Statement.closing_minor)
        .where(
            Statement.state == "taken",
            Statement.closing_minor.is_not(None),
            Statement.closes_on.is_not(None),
        )
        .order_by(Statement.closes_on.desc(), Statement.id)
        .limit(DAYS)
    )
    return {day: int(minor) for day, minor in db.execute(query) if day and minor is not None}


def _waiting(db: Session, today: date) -> list[Waiting]:
    names = [name for name in Waiting.__slots__ if name != "days"]
    columns = [getattr(StatementLine, name) for name in names]
    query = select(*columns).where(StatementLine.state == "open")
    rows = db.execute(query.order_by(StatementLine.booked_on, StatementLine.id).limit(200))
    return [Waiting(**dict(row._mapping), days=(today - row.booked_on).days) for row in rows]
