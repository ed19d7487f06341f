"""Who may do what to a demand."""

from __future__ import annotations

from typing import Protocol

from marketplace.exchange.demands.states import PUBLIC, State
from marketplace.kernel.actor import Actor, StaffRole


class DemandLike(Protocol):
    """What the policy needs to know of a demand."""

    @property
    def state(self) -> str:
        """A value of ``states.State``."""

    @property
    def organisation_id(self) -> int | None:
        """Whose it is; None for imported ones."""


def is_own(actor: Actor | None, demand: DemandLike) -> bool:
    """True when the actor acts for the organisation that posted it."""
    return (
        actor is not None
        and actor.organisation_id is not None
        and actor.organisation_id == demand.organisation_id
    )


def may_view(actor: Actor | None, demand: DemandLike) -> bool:
    """Published ones are everybody's; others belong to their organisation and the reviewers."""
    if State(demand.state) in PUBLIC or is_own(actor, demand):
        return True
    return actor is not None and actor.has(StaffRole.REVIEWER, StaffRole.ADMINISTRATOR)


def may_post(actor: Actor | None) -> bool:
    """Anybody who may draft for an organisation."""
    return actor is not None and actor.may_draft


def may_edit(actor: Actor | None, demand: DemandLike) -> bool:
    """Drafting members of its own organisation."""
    return may_post(actor) and is_own(actor, demand)


def may_submit(actor: Actor | None, demand: DemandLike) -> bool:
    """Drafting members, once the organisation is verified."""
    return may_edit(actor, demand) and actor is not None and actor.organisation_verified


def may_decide(actor: Actor | None, demand: DemandLike) -> bool:
    """Reviewers, never for their own organisation (T13)."""
    return actor is not None and actor.has(StaffRole.REVIEWER) and not is_own(actor, demand)
