"""Two small tables of moves: a task of the tracker, and the registration of a contract (L47)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class Kind(StrEnum):
    """What is asked for after a deal."""

    LICENCE_FILING = "licence_filing"
    FOLLOW_UP = "follow_up"


class Registration(StrEnum):
    """技术合同认定登记: voluntary, decided within ten days of acceptance (L47)."""

    NOT_APPLIED = "not_applied"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    REFUSED = "refused"


R = Registration
STEPS: Mapping[Registration, frozenset[Registration]] = {
    R.NOT_APPLIED: frozenset({R.ACCEPTED}),
    R.ACCEPTED: frozenset({R.REGISTERED, R.REFUSED}),
    R.REFUSED: frozenset({R.ACCEPTED}),
    R.REGISTERED: frozenset(),
}


def step(state: str, to: Registration) -> Registration:
    """The registration's next state; raises Conflict for a step the table has not."""
    if to not in STEPS[Registration(state)]:
        raise Conflict("tracking.illegal_step", state=state, action=str(to))
    return to
