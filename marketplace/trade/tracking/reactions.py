"""When an order is signed or completed the tracker plans its questions; it reminds of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.tracking import commands
from marketplace.trade.tracking.models import FollowUp
from rules.days import local_date

REMIND_BEFORE = timedelta(days=14)
BATCH = 200


def plan(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Signed: a licence must be filed. Idempotent by the questions' own key."""
    if payload["action"] == "sign":
        with ctx.transaction() as tx:
            commands.plan_filing(tx, payload["order_id"], effective=local_date(tx.now))


def plan_follow_ups(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Completed: three questions, months apart."""
    with ctx.transaction() as tx:
        commands.plan_follow_ups(tx, payload["order_id"])


def remind(ctx: Context) -> int:
    """Tell once about each question that is due within two weeks; how many."""
    with ctx.transaction() as tx:
        due = (
            select(FollowUp)
            .where(
                FollowUp.answered_at.is_(None),
                FollowUp.reminded_at.is_(None),
                FollowUp.due_on <= local_date(tx.now) + REMIND_BEFORE,
            )
            .order_by(FollowUp.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(tx.db.scalars(due))
        for row in rows:
            row.reminded_at = tx.now
            deal = order_facts.deal_facts(tx.db, row.order_id)
            tell(
                tx,
                user_ids=identity.members_of(tx.db, row.organisation_id),
                kind=f"tracking.{row.kind}",
                facts={"title": deal.title, "day": row.due_on.isoformat()},
                url=f"/trade/orders/{row.order_id}",
            )
        return len(rows)


REACTIONS = {
    "trade.order_moved": {"tracking.plan": plan},
    "trade.order_completed": {"tracking.plan_follow_ups": plan_follow_ups},
}
JOBS = (Job("tracking.remind", timedelta(hours=6), remind),)
