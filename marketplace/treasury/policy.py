"""Who may do what with deposits."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, StaffRole


def may_record(actor: Actor) -> bool:
    """The treasurer alone records money."""
    return actor.has(StaffRole.TREASURER)
