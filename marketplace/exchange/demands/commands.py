"""Commands on demands. Each takes a Context and is exactly one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from marketplace.exchange.demands import policy
from marketplace.exchange.demands.content import Content
from marketplace.exchange.demands.events import (
    DemandChanged,
    DemandDecided,
    DemandEnded,
    DemandSubmitted,
)
from marketplace.exchange.demands.models import Demand, DemandVersion
from marketplace.exchange.demands.states import Action, State, advance
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.review.steps import Opening, close_case, open_case
from marketplace.review.subjects import Decide


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep what was typed, valid or not; ``demand_id`` None begins a new demand."""

    demand_id: int | None
    typed: Mapping[str, Any] = field(default_factory=dict)


def save_draft(ctx: Context, command: SaveDraft) -> int:
    """Keep the typed form; returns the demand's id. Raises Forbidden, NotFound."""
    with ctx.transaction() as tx:
        if not policy.may_post(tx.actor):
            raise Forbidden("demand.no_organisation")
        known = command.demand_id  # 0 names a demand too, one that does not exist
        demand = new_draft(tx) if known is None else _editable(tx, known)
        demand.draft, demand.draft_saved_at = dict(command.typed), tx.now
        tx.db.flush()
        return demand.id


def new_draft(tx: Tx, own_key: str | None = None) -> Demand:
    """Step: an empty draft of the actor's organisation; ``own_key``: its row of their own table."""
    demand = Demand(
        organisation_id=tx.actor.organisation_id,
        organisation_name=tx.actor.organisation_name,
        created_by=tx.actor.user_id,
        state=State.DRAFT,
        created_at=tx.now,
        changed_at=tx.now,
        own_key=own_key,
    )
    tx.db.add(demand)
    return demand


@dataclass(frozen=True, slots=True)
class SubmitDemand:
    """Send the content to review."""

    demand_id: int
    content: Content


def submit(ctx: Context, command: SubmitDemand) -> None:
    """Store a version and open its review case.

    Raises Forbidden while the organisation is not verified, Invalid for a deadline that has
    passed, Conflict when the demand is in review already.
    """
    with ctx.transaction() as tx:
        demand = _editable(tx, command.demand_id)
        if not policy.may_submit(tx.actor, demand):
            raise Forbidden("demand.not_verified")
        if command.content.deadline and command.content.deadline < tx.now.date():
            raise Invalid("demand.deadline_passed")
        demand.state = advance(demand.state, Action.SUBMIT)
        demand.version += 1
        demand.changed_at = tx.now
        tx.db.add(
            DemandVersion(
                demand_id=demand.id,
                version=demand.version,
                content=command.content.as_json(),
                submitted_by=tx.actor.user_id,
                submitted_at=tx.now,
            )
        )
        if demand.published_at is None:
            demand.title = command.content.title
        open_case(
            tx,
            Opening(
                "demand",
                demand.id,
                demand.version,
                command.content.title,
                demand.organisation_id,
                demand.organisation_name,
            ),
        )
        tx.emit(DemandSubmitted(demand.id, demand.version))
        tx.emit(DemandChanged(demand.id))
        tx.audit("demand.submitted", "demand", demand.id, version=demand.version)


def decide(ctx: Context, decision: Decide) -> None:
    """Publish the version, or return it with the reasons; the review desk's command.

    Raises Forbidden for the reviewer's own organisation, Conflict when a newer version waits.
    """
    with ctx.transaction() as tx:
        demand = _locked(tx, decision.thing_id)
        close_case(tx, "demand", decision)
        approved = decision.decision == "approve"
        demand.state = advance(demand.state, Action.APPROVE if approved else Action.RETURN)
        if approved:
            _publish(tx, demand, decision.version)
        tx.emit(DemandDecided(demand.id, decision.version, approved, decision.text))
        tx.emit(DemandChanged(demand.id))


def _publish(tx: Tx, demand: Demand, version: int) -> None:
    found = select(DemandVersion.content).where(
        DemandVersion.demand_id == demand.id, DemandVersion.version == version
    )
    content = Content.from_json(tx.db.execute(found).scalar_one())
    for name in Content.__slots__:
        value = getattr(content, name)
        setattr(demand, name, list(value) if isinstance(value, tuple) else value)
    demand.published_at, demand.changed_at = tx.now, tx.now


@dataclass(frozen=True, slots=True)
class EndDemand:
    """Close (by its organisation) or suspend and restore (by a reviewer), for a reason."""

    demand_id: int
    action: Action
    why: str = ""


def end(ctx: Context, command: EndDemand) -> None:
    """Move the demand; raises Forbidden, Conflict, or Invalid when staff give no reason."""
    with ctx.transaction() as tx:
        demand = _locked(tx, command.demand_id)
        by_staff = command.action in (Action.SUSPEND, Action.RESTORE)
        allowed = policy.may_decide if by_staff else policy.may_edit
        if not policy.may_view(tx.actor, demand):
            raise NotFound
        if not allowed(tx.actor, demand):
            raise Forbidden
        if by_staff and not command.why.strip():
            raise Invalid("reason_needed")
        demand.state, demand.changed_at = advance(demand.state, command.action), tx.now
        tx.emit(DemandEnded(demand.id, demand.state))
        tx.emit(DemandChanged(demand.id))
        tx.audit(f"demand.{command.action}", "demand", demand.id, why=command.why)


def expire_due(ctx: Context) -> int:
    """Sweep: end every published demand whose deadline has passed; how many. Idempotent."""
    with ctx.transaction() as tx:
        over = (Demand.state == State.PUBLISHED) & (Demand.deadline < tx.now.date())
        own = Demand.source.is_(None)  # imported ones keep the dates of their source
        ids = list(tx.db.scalars(select(Demand.id).where(over, own).limit(500).with_for_update()))
        if ids:
            tx.db.execute(
                update(Demand)
                .where(Demand.id.in_(ids))
                .values(state=State.EXPIRED, changed_at=tx.now)
                .execution_options(synchronize_session=False)
            )
        for demand_id in ids:
            tx.emit(DemandEnded(demand_id, State.EXPIRED))
            tx.emit(DemandChanged(demand_id))
        return len(ids)


def _locked(tx: Tx, demand_id: int) -> Demand:
    demand = tx.db.scalar(select(Demand).where(Demand.id == demand_id).with_for_update())
    if demand is None:
        raise NotFound
    return demand


def _editable(tx: Tx, demand_id: int) -> Demand:
    demand = _locked(tx, demand_id)
    if not policy.may_view(tx.actor, demand):
        raise NotFound
    if not policy.may_edit(tx.actor, demand):
        raise Forbidden
    return demand
