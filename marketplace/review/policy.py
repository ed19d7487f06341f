"""Who may decide: reviewers, and never about their own organisation (T13)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.errors import Forbidden


def may_review(actor: Actor | None) -> bool:
    """True for reviewers: they see the queue."""
    return actor is not None and actor.has(StaffRole.REVIEWER)


def is_own(db: Session, actor: Actor, organisation_id: int | None) -> bool:
    """True when the actor belongs to the organisation, whomever he acts for at the moment."""
    if organisation_id is None:
        return False
    if actor.organisation_id == organisation_id:
        return True
    return actor.user_id in identity.members_of(db, organisation_id)


def ask_may_decide(db: Session, actor: Actor, organisation_id: int | None) -> None:
    """Raise Forbidden unless the actor is a reviewer and not of that organisation."""
    if not may_review(actor):
        raise Forbidden
    if is_own(db, actor, organisation_id):
        raise Forbidden("review.own_organisation")
