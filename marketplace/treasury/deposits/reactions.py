"""What deposits do by themselves: the alarm before a return is late (L27), the kept one's end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.treasury.deposits import steps
from marketplace.treasury.deposits.events import DepositDueSoon
from marketplace.treasury.deposits.models import Deposit
from marketplace.treasury.deposits.paying import lock_row
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


def keep_captured(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Forfeit what only a card held at the closing; the relay asks again until it is captured."""
    with ctx.transaction() as tx:
        steps.keep_captured(tx, lock_row(tx, payload["deposit_id"]))


REACTIONS = {"treasury.deposit_kept": {"treasury.keep_captured": keep_captured}}
JOBS = (Job("treasury.alarm_due", timedelta(minutes=5), alarm_due),)
