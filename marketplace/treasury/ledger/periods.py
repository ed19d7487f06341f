"""Close the accounting of a past month: what was booked in it stands from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.treasury import policy
from marketplace.treasury.ledger.models import Entry, Period, Posting
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class ClosePeriod:
    """Close everything up to the end of this month (any day of it)."""

    month: date


def close_period(ctx: Context, command: ClosePeriod) -> date:
    """Close a month that is over; the last closed day.

    Raises Forbidden for others than the treasurer, Invalid for a month that still runs,
    Conflict when it is closed already.
    """
    with ctx.transaction() as tx:
        if not policy.may_keep_books(tx.actor):
            raise Forbidden
        last = _last_day(command.month)
        if last >= local_date(tx.now):
            raise Invalid("ledger.month_runs")
        before = tx.db.scalar(select(func.max(Period.closed_through)))
        if before is not None and before >= last:
            raise Conflict("ledger.period_closed", day=last.isoformat())
        entries, turnover = _turnover(tx, before, through=last)
        tx.db.add(
            Period(
                closed_through=last,
                closed_at=tx.now,
                closed_by=tx.actor.user_id,
                entries=entries,
                turnover_minor=turnover,
            )
        )
        tx.audit("ledger.period_closed", "period", last.isoformat(), entries=entries)
        return last


def _last_day(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _turnover(tx: Tx, before: date | None, *, through: date) -> tuple[int, int]:
    booked = Entry.booked_on <= through
    if before is not None:
        booked &= Entry.booked_on > before
    total = tx.db.scalar(
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(booked)
    )
    return tx.db.scalar(select(func.count()).where(booked)) or 0, int(total or 0)
