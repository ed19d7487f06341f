"""Who may do what with a listing; asked by commands, queries and pages alike."""

from __future__ import annotations

from typing import Protocol

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.showcase.listings.states import PUBLIC_STATES, Action, State, allows

DESK = (StaffRole.REVIEWER, StaffRole.AUCTIONEER, StaffRole.ADMINISTRATOR)
"""The offices that see listings which are not public."""


class Owned(Protocol):
    """What the policy must know of a listing."""

    @property
    def state(self) -> str: ...
    @property
    def organisation_id(self) -> int | None: ...


class OfRole(Protocol):
    """What the policy must know of a file."""

    @property
    def public(self) -> bool: ...


def is_own(actor: Actor | None, listing: Owned) -> bool:
    """True for every member of the listing's organisation, acting for it."""
    return (
        actor is not None
        and listing.organisation_id is not None
        and actor.organisation_id == listing.organisation_id
    )


def may_view(actor: Actor | None, listing: Owned) -> bool:
    """Public listings: everybody; others: the organisation, reviewers and auctioneers."""
    if State(listing.state) in PUBLIC_STATES:
        return True
    return is_own(actor, listing) or (actor is not None and actor.has(*DESK))


def may_draft(actor: Actor | None) -> bool:
    """Members of an organisation may begin a listing, also before it is verified."""
    return actor is not None and actor.may_draft


def may_edit(actor: Actor | None, listing: Owned) -> bool:
    """Members who may draft, where a submission is possible from the present state."""
    return may_draft(actor) and is_own(actor, listing) and allows(listing.state, Action.SUBMIT)


def may_submit(actor: Actor | None, listing: Owned) -> bool:
    """Owners and managers of a verified organisation whose selling is not paused (L69)."""
    return actor is not None and is_own(actor, listing) and actor.may_sell


def may_moderate(actor: Actor | None) -> bool:
    """Reviewers suspend and restore."""
    return actor is not None and actor.has(StaffRole.REVIEWER)


def may_see_file(actor: Actor | None, listing: Owned, file: OfRole) -> bool:
    """Files of the published version follow the page; all others the organisation and the desk.

    Confidential documents are released per person later; until then they are never public (T8).
    """
    if file.public and State(listing.state) in PUBLIC_STATES:
        return True
    return is_own(actor, listing) or (actor is not None and actor.has(*DESK))
