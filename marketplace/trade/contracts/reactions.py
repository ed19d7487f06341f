"""What the contract room does when it hears something: tell the other side, drop what is over."""

from __future__ import annotations

from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.context import Context
from marketplace.kernel.heard import is_news
from marketplace.notify.commands import tell
from marketplace.trade.contracts import commands, words
from marketplace.trade.contracts.models import Contract
from marketplace.trade.contracts.states import SIDES
from marketplace.trade.orders.states import FINAL, State

ACTING = (MemberRole.OWNER, MemberRole.MANAGER)


def tell_moved(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The other side's owners and managers hear of an act; of what the market did, both sides."""
    if payload["action"] not in words.ACTIONS:
        return
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        contract = tx.db.get_one(Contract, payload["contract_id"])
        houses = {side: getattr(contract, f"{side}_organisation_id") for side in SIDES}
        if payload["action"] in ("consent", "propose", "amend", "sign", "open", "agree"):
            houses.pop(payload["side"], None)
        people = [
            person
            for house in houses.values()
            for person in identity.members_of(tx.db, house, roles=ACTING)
        ]
        tell(
            tx,
            user_ids=people,
            kind=f"contract.{payload['action']}",
            facts={
                "title": contract.title,
                "number": contract.number,
                "version": payload["version"],
            },
            url=f"/trade/contracts/{contract.id}",
        )


def drop_unsigned(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """An order that ended without a signed contract leaves a void one (idempotent by state)."""
    if payload["state"] in FINAL - {State.COMPLETED}:
        commands.void_unsigned(ctx, payload["order_id"], why=payload["action"])


REACTIONS = {
    "trade.contract_moved": {"trade.contracts.tell_moved": tell_moved},
    "trade.order_moved": {"trade.contracts.drop_unsigned": drop_unsigned},
}
