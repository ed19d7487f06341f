"""What this room does when it hears of itself, and its sweep."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.exchange.demands import commands, queries
from marketplace.identity.organisations import queries as organisations
from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell


def decided(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Tell the organisation's people what the reviewer decided."""
    with ctx.transaction() as tx:
        facts = queries.brief(tx.db, payload["demand_id"])
        if facts is None or facts.organisation_id is None:
            return
        kind = "demand.approved" if payload["approved"] else "demand.returned"
        tell(
            tx,
            user_ids=organisations.members_of(tx.db, facts.organisation_id),
            kind=kind,
            facts={"title": facts.title, "text": payload["text"]},
            url=f"/exchange/demands/{payload['demand_id']}",
        )


REACTIONS = {"exchange.demand_decided": {"demands.tell_decided": decided}}
JOBS = (Job("demands.expire", timedelta(minutes=10), commands.expire_due),)
