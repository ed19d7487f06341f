"""Who may do what with deposits."""

from __future__ import annotations

from marketplace.kernel.actor import Actor, StaffRole


def may_record(actor: Actor) -> bool:
    """The treasurer alone records money."""
    return actor.has(StaffRole.TREASURER)


def may_keep_books(actor: Actor) -> bool:
    """The treasurer reads and closes the ledger."""
    return actor.has(StaffRole.TREASURER)
