"""Who may do what with an order."""

from __future__ import annotations

from typing import Literal, Protocol

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor, MemberRole, StaffRole

Party = Literal["buyer", "seller"]
DESK = (StaffRole.REVIEWER, StaffRole.TREASURER, StaffRole.ADMINISTRATOR)
"""The offices that look into orders: to mediate, to move the money, to answer for it."""
ACTING = (MemberRole.OWNER, MemberRole.MANAGER)


class OfParties(Protocol):
    """What the policy must know of an order."""

    @property
    def seller_organisation_id(self) -> int: ...
    @property
    def buyer_organisation_id(self) -> int: ...


def party_of(actor: Actor | None, order: OfParties) -> Party | None:
    """Which side the actor acts for, None for neither."""
    if actor is None or actor.organisation_id is None:
        return None
    if actor.organisation_id == order.buyer_organisation_id:
        return "buyer"
    return "seller" if actor.organisation_id == order.seller_organisation_id else None


def may_view(actor: Actor | None, order: OfParties) -> bool:
    """The two parties' people and the offices that look into orders; nobody else knows of it."""
    return party_of(actor, order) is not None or (actor is not None and actor.has(*DESK))


def may_act(actor: Actor | None, order: OfParties) -> bool:
    """Owners and managers of a verified party bind it; members and readers look on."""
    return (
        actor is not None
        and party_of(actor, order) is not None
        and actor.organisation_verified
        and actor.member_role in ACTING
    )


def may_decide(db: Session, actor: Actor, order: OfParties) -> bool:
    """A reviewer decides a dispute, never one of a party, whomever he acts for now (T13)."""
    if not actor.has(StaffRole.REVIEWER):
        return False
    sides = (order.seller_organisation_id, order.buyer_organisation_id)
    return all(actor.user_id not in identity.members_of(db, one) for one in sides)
