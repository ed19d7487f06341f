"""Who may do what with an auction: every rule about people in one place."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor, MemberRole, StaffRole


class Sale(Protocol):
    """What of an auction decides who may bid in it."""

    @property
    def company_code(self) -> str | None:
        """The credit code of the auction company, where there is one."""

    @property
    def seller_organisation_id(self) -> int:
        """Whose lot it is."""


def may_schedule(actor: Actor) -> bool:
    """Reviewers and auctioneers write the notice."""
    return actor.has(StaffRole.REVIEWER, StaffRole.AUCTIONEER)


def may_operate(actor: Actor) -> bool:
    """The auctioneer runs the lot: pause, resume, void, extend, withdraw."""
    return actor.has(StaffRole.AUCTIONEER)


def may_see_draft(actor: Actor | None) -> bool:
    """A draft is the market's own paper until its notice is out."""
    return actor is not None and may_schedule(actor)


def may_see_statistics(actor: Actor | None, *, seller_organisation_id: int, is_over: bool) -> bool:
    """Everybody once the lot is over; while it runs the seller and the staff."""
    if is_over:
        return True
    return actor is not None and (actor.is_staff or actor.organisation_id == seller_organisation_id)


def may_bid_for_organisation(actor: Actor) -> bool:
    """Owners, managers and members bid; read-only members do not."""
    return actor.organisation_id is not None and actor.member_role in (
        MemberRole.OWNER,
        MemberRole.MANAGER,
        MemberRole.MEMBER,
    )


def bar_of(db: Session, actor: Actor, auction: Sale) -> str | None:
    """The code of the rule that bars this person from this lot, None when nothing does.

    Asked at sign-up and again at each bid (L5; 拍卖法 22, 30): the seller's own people, the same
    credit code, the auction company, staff of every office and declared relatives.
    """
    if actor.is_staff:
        return "staff"
    if actor.organisation_id is None:
        return "no_organisation"
    if not actor.organisation_verified:
        return "not_verified"
    if actor.credit_code and actor.credit_code == auction.company_code:
        return "auction_company"
    return identity.is_barred_for(
        db,
        bidder_user_id=actor.user_id,
        bidder_organisation_id=actor.organisation_id,
        seller_organisation_id=auction.seller_organisation_id,
    )


def bar_at_desk(db: Session, user_id: int, *, organisation_id: int, auction: Sale) -> str | None:
    """The code of the rule that bars who came to the hall, None when nothing does.

    As ``bar_of``, but by the person whose identity card the desk has seen (L5): he need not have
    an account, and the desk's look at the papers stands for the verification.
    """
    page = identity.party_page(db, organisation_id)
    if page.credit_code and page.credit_code == auction.company_code:
        return "auction_company"
    return identity.is_barred_for(
        db,
        bidder_user_id=user_id,
        bidder_organisation_id=organisation_id,
        seller_organisation_id=auction.seller_organisation_id,
    )
