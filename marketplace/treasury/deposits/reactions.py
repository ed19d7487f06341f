"""What deposits do by themselves: sound the alarm before a deposit's return is late (L27)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.treasury.deposits import steps  # noqa: F401 - says what deposits mean to payments
from marketplace.treasury.deposits.events import DepositDueSoon
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.deposits.queries import ALARM, TABS


def alarm_due(ctx: Context) -> int:
    """Tell once about each deposit whose return is due within four hours; how many."""
    with ctx.transaction() as tx:
        due = select(Deposit).where(
            TABS["owed"],
            Deposit.alarmed_at.is_(None),
            Deposit.release_due_at <= tx.now + ALARM,
        )
        late = list(tx.db.scalars(due.order_by(Deposit.id).with_for_update()))
        for deposit in late:
            deposit.alarmed_at = tx.now
            tx.emit(DepositDueSoon(deposit.id, deposit.auction_id, deposit.auction_number))
        return len(late)


JOBS = (Job("treasury.alarm_due", timedelta(minutes=5), alarm_due),)
