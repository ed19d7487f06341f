"""Who may show a deal in public, and who answers objections to it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor, MemberRole, StaffRole

BINDING = (MemberRole.OWNER, MemberRole.MANAGER)


def may_start(actor: Actor | None, *, seller_organisation_id: int) -> bool:
    """Owners and managers of the verified seller."""
    return (
        actor is not None
        and actor.organisation_id == seller_organisation_id
        and actor.organisation_verified
        and actor.member_role in BINDING
    )


def may_read_objections(db: Session, actor: Actor | None, *, seller_organisation_id: int) -> bool:
    """The seller's people and the market's reviewers; objectors are nobody else's business."""
    if actor is None:
        return False
    own = actor.organisation_id == seller_organisation_id
    return own or may_watch(db, actor, seller_organisation_id=seller_organisation_id)


def may_watch(db: Session, actor: Actor, *, seller_organisation_id: int) -> bool:
    """A reviewer who is not one of the seller's people (T13)."""
    return actor.has(StaffRole.REVIEWER) and actor.user_id not in identity.members_of(
        db, seller_organisation_id
    )
