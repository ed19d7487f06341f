"""Who may do what after a lot."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor, MemberRole, StaffRole
from marketplace.trade.auctions.aftermath import Sale

BINDING = (MemberRole.OWNER, MemberRole.MANAGER)
ANNULLING = (StaffRole.AUCTIONEER, StaffRole.ADMINISTRATOR)
LOOKING = (*ANNULLING, StaffRole.REVIEWER, StaffRole.TREASURER)


def is_side(actor: Actor | None, organisation_id: int | None) -> bool:
    """One of this organisation's people."""
    return (
        actor is not None
        and organisation_id is not None
        and actor.organisation_id == organisation_id
    )


def may_bind(actor: Actor | None, organisation_id: int | None) -> bool:
    """Owners and managers of a verified organisation speak for it."""
    return (
        actor is not None
        and is_side(actor, organisation_id)
        and actor.organisation_verified
        and actor.member_role in BINDING
    )


def may_run(actor: Actor | None) -> bool:
    """The auctioneer offers, invites and drafts the next round."""
    return actor is not None and actor.has(StaffRole.AUCTIONEER)


def may_look(actor: Actor | None) -> bool:
    """The offices that see what follows a lot, with everybody's name."""
    return actor is not None and actor.has(*LOOKING)


def may_annul(db: Session, actor: Actor | None, sale: Sale) -> bool:
    """Auctioneers and administrators, never one of a party, whomever he acts for now (T13)."""
    if actor is None or not actor.has(*ANNULLING):
        return False
    sides = [sale.seller_organisation_id]
    if sale.winner_organisation_id is not None:
        sides.append(sale.winner_organisation_id)
    return all(actor.user_id not in identity.members_of(db, one) for one in sides)
