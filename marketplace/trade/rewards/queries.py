"""Reads of reward plans: the newest of an order, and what is due when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.orders import facts, policy
from marketplace.trade.orders.facts import DealFacts
from marketplace.trade.rewards.models import RewardPlan
from marketplace.trade.rewards.plans import Plan, Worked, work_out
from marketplace.treasury.payments import flows
from rules.days import local_date
from rules.inventor_reward import Income, Part, Share, due_on


@dataclass(frozen=True, slots=True)
class DueLine:
    """One payment that the seller got: its reward part and the last day to pay it. In fen."""

    income_on: date
    income_minor: int
    reward_minor: int
    due_on: date


@dataclass(frozen=True, slots=True)
class RewardPage:
    """An order's reward; ``saved`` None: nothing is planned yet."""

    deal: DealFacts
    may_act: bool
    version: int
    saved_at: datetime | None
    saved: Worked | None
    due: Sequence[DueLine]


def page(db: Session, actor: Actor, order_id: int) -> RewardPage:
    """For the seller's people alone; raises NotFound for everybody else."""
    deal = facts.deal_facts(db, order_id)
    if policy.party_of(actor, deal) != "seller":
        raise NotFound
    query = (
        select(RewardPlan)
        .where(RewardPlan.order_id == order_id)
        .order_by(RewardPlan.version.desc())
        .limit(1)
    )
    row = db.scalar(query)
    worked = work_out(_plan(row)) if row is not None else None
    return RewardPage(
        deal=deal,
        may_act=policy.may_act(actor, deal),
        version=row.version if row else 0,
        saved_at=row.saved_at if row else None,
        saved=worked,
        due=_due(db, deal, worked),
    )


def _plan(row: RewardPlan) -> Plan:
    shares = tuple(Share(name, Part(part), points) for name, part, points in row.shares)
    return Plan(
        rule=row.rule,
        income=Income(row.price_minor, row.costs_minor, row.public_minor, row.taxes_minor),
        reward_minor=row.reward_minor,
        shares=shares,
        shown_from=row.shown_from,
    )


def _due(db: Session, deal: DealFacts, worked: Worked | None) -> list[DueLine]:
    """Each payment takes its part of the reward by its part of the price; together never more."""
    lines: list[DueLine] = []
    seen = given = 0
    for one in flows.paid_out(db, "order", deal.id):
        if one.kind != "payout" or one.at is None:
            continue
        seen += one.amount_minor
        reward = worked.reward_minor if worked else 0
        upto = min(reward, reward * seen // deal.price_minor)
        on = local_date(one.at)
        lines.append(DueLine(on, one.amount_minor, upto - given, due_on(on)))
        given = upto
    return lines
