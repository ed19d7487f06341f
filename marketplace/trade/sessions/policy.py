"""Who may plan a session, stand at its desk, and run it."""

from __future__ import annotations

from typing import Protocol

from marketplace.kernel.actor import Actor, StaffRole


class Officers(Protocol):
    """The two people of a session."""

    @property
    def auctioneer_id(self) -> int:
        """Who holds the hammer."""

    @property
    def clerk_id(self) -> int:
        """Who keeps the record."""


def may_plan(actor: Actor | None) -> bool:
    """Auctioneers plan and announce."""
    return actor is not None and actor.has(StaffRole.AUCTIONEER)


def may_see_plan(actor: Actor | None) -> bool:
    """What is not announced yet is the market's own paper."""
    return actor is not None and actor.has(
        StaffRole.AUCTIONEER, StaffRole.CLERK, StaffRole.REVIEWER
    )


def may_check_in(actor: Actor | None) -> bool:
    """Auctioneers and clerks hand out paddles."""
    return actor is not None and actor.has(StaffRole.AUCTIONEER, StaffRole.CLERK)


def may_run(actor: Actor | None, session: Officers) -> bool:
    """Only the session's own auctioneer and clerk stand at its console."""
    return (
        actor is not None
        and may_check_in(actor)
        and actor.user_id in (session.auctioneer_id, session.clerk_id)
    )
