"""A completed order plans its statements; money that came goes on; terms are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.royalties import commands
from marketplace.trade.royalties.models import RoyaltyStatement
from marketplace.trade.royalties.states import State
from marketplace.treasury.escrow import steps as escrow
from rules.days import local_date

REMIND_BEFORE = timedelta(days=14)
BATCH = 200
HEARERS = {"declare": "seller", "pay": "seller", "ask_books": "buyer", "show_books": "seller"}


def plan(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Completed: the statements begin."""
    with ctx.transaction() as tx:
        commands.plan(tx, payload["order_id"])


def money_arrived(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """A share was paid in full."""
    if payload["purpose"] == escrow.ROYALTY:
        with ctx.transaction() as tx:
            commands.settle(tx, payload["thing_id"], number=payload["stage"])


def tell_moved(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The side that waits hears what the other did."""
    with ctx.transaction() as tx:
        row = tx.db.get(RoyaltyStatement, payload["statement_id"])
        if row is not None and is_news(tx, row_id):
            _tell(tx, row, kind=payload["action"], side=HEARERS[payload["action"]])


def remind(ctx: Context) -> int:
    """Tell the buyer once, two weeks before a statement is due; how many."""
    with ctx.transaction() as tx:
        due = (
            select(RoyaltyStatement)
            .where(
                RoyaltyStatement.state == State.PLANNED,
                RoyaltyStatement.reminded_at.is_(None),
                RoyaltyStatement.due_on <= local_date(tx.now) + REMIND_BEFORE,
            )
            .order_by(RoyaltyStatement.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(tx.db.scalars(due))
        for row in rows:
            row.reminded_at = tx.now
            _tell(tx, row, kind="due", side="buyer")
        return len(rows)


def _tell(tx: Tx, row: RoyaltyStatement, *, kind: str, side: str) -> None:
    deal = order_facts.deal_facts(tx.db, row.order_id)
    sides = {"buyer": deal.buyer_organisation_id, "seller": deal.seller_organisation_id}
    tell(
        tx,
        user_ids=identity.members_of(tx.db, sides[side]),
        kind=f"royalty.{kind}",
        facts={"title": deal.title, "number": deal.number, "day": row.due_on.isoformat()},
        url=f"/trade/orders/{row.order_id}",
    )


REACTIONS = {
    "trade.order_completed": {"royalties.plan": plan},
    "treasury.payment_received": {"royalties.money_arrived": money_arrived},
    "trade.royalty_moved": {"royalties.tell_moved": tell_moved},
}
JOBS = (Job("royalties.remind", timedelta(hours=6), remind),)
