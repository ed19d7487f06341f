"""Save the plan of an order's reward; every version stays."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.trade.orders import facts, policy, roots
from marketplace.trade.rewards.models import RewardPlan
from marketplace.trade.rewards.plans import Plan, work_out

MOST_PEOPLE = 40
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class SavePlan:
    """The seller's plan for one order."""

    order_id: int
    plan: Plan


def save_plan(ctx: Context, command: SavePlan) -> int:
    """Keep a new version of the plan; its number. What falls short of the law is kept and told.

    Raises NotFound for others than the seller's people, Forbidden for who may not bind it,
    Invalid for amounts that cannot be or shares that are not whole.
    """
    with ctx.transaction() as tx:
        deal = facts.deal_facts(tx.db, command.order_id)
        if policy.party_of(tx.actor, deal) != "seller":
            raise NotFound
        if not policy.may_act(tx.actor, deal):
            raise Forbidden("orders.manager_needed")
        roots.lock(tx, command.order_id)
        plan = _sound(command.plan)
        newest = select(func.max(RewardPlan.version)).where(RewardPlan.order_id == deal.id)
        version = (tx.db.scalar(newest) or 0) + 1
        income = plan.income
        row = RewardPlan(
            order_id=deal.id,
            version=version,
            rule=plan.rule,
            price_minor=income.price_minor,
            costs_minor=income.costs_minor,
            public_minor=income.public_minor,
            taxes_minor=income.taxes_minor,
            reward_minor=work_out(plan).reward_minor,
            shares=[[one.name, one.part.value, one.basis_points] for one in plan.shares],
            shown_from=plan.shown_from,
            saved_at=tx.now,
            saved_by=tx.actor.user_id,
        )
        tx.db.add(row)
        tx.db.flush()
        tx.audit("reward.planned", "order", deal.id, version=version)
        return version


def _sound(plan: Plan) -> Plan:
    names = [one.name.strip() for one in plan.shares]
    if not names or len(names) > MOST_PEOPLE or not all(0 < len(n) <= NAME_LENGTH for n in names):
        raise Invalid("rewards.people_needed")
    if any(one.basis_points <= 0 for one in plan.shares):
        raise Invalid("rewards.share_wrong")
    try:
        worked = work_out(plan)
    except ValueError:
        raise Invalid("rewards.amounts_wrong") from None
    if not worked.amounts:
        raise Invalid("rewards.not_whole")
    return plan
