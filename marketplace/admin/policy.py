"""Who may administer."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.errors import Forbidden


def may_administer(actor: Actor | None) -> bool:
    """Administrators only."""
    return actor is not None and actor.has(StaffRole.ADMINISTRATOR)


def require_administrator(actor: Actor | None) -> None:
    """Raise Forbidden for everybody else."""
    if not may_administer(actor):
        raise Forbidden
