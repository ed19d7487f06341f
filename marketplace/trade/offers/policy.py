"""Who may make, see and answer offers."""

from __future__ import annotations

from typing import Literal, Protocol

from marketplace.kernel.actor import Actor, MemberRole

Party = Literal["buyer", "seller"]
BINDING = (MemberRole.OWNER, MemberRole.MANAGER)


class OfParties(Protocol):
    """What the policy must know of an offer."""

    @property
    def seller_organisation_id(self) -> int: ...
    @property
    def buyer_organisation_id(self) -> int: ...


def may_offer(actor: Actor | None, *, seller_organisation_id: int | None) -> bool:
    """Owners and managers of another verified organisation; staff of the market never (L5)."""
    return (
        actor is not None
        and seller_organisation_id is not None
        and not actor.is_staff
        and actor.organisation_verified
        and actor.organisation_id != seller_organisation_id
        and actor.member_role in BINDING
    )


def party_of(actor: Actor | None, offer: OfParties) -> Party | None:
    """Which side the actor acts for; an offer is nobody else's business."""
    if actor is None or actor.organisation_id is None:
        return None
    if actor.organisation_id == offer.buyer_organisation_id:
        return "buyer"
    return "seller" if actor.organisation_id == offer.seller_organisation_id else None


def may_answer(actor: Actor, offer: OfParties) -> bool:
    """Owners and managers of a verified party bind it."""
    return (
        party_of(actor, offer) is not None
        and actor.organisation_verified
        and actor.member_role in BINDING
    )
