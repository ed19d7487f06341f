"""What the publicity room tells people, and what it does by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context
from marketplace.kernel.heard import is_news
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.trade.publicity import commands
from marketplace.trade.publicity.models import Publicity


def tell_objection(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The seller's people and the reviewers hear of an objection, once."""
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        row = tx.db.get_one(Publicity, payload["publicity_id"])
        own = identity.members_of(tx.db, row.seller_organisation_id)
        people = {*own, *identity.staff_ids(tx.db, StaffRole.REVIEWER)}
        tell(
            tx,
            user_ids=people,
            kind="publicity.objection",
            facts={"title": row.name},
            url=f"/trade/publicity/{row.id}",
        )


REACTIONS = {"trade.objection_received": {"publicity.tell_objection": tell_objection}}
JOBS = (Job("publicity.clear_due", timedelta(minutes=10), commands.clear_due),)
