"""The life of an offer: one table of moves; whose turn it is changes with every round."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Action(StrEnum):
    """What may happen to an offer."""

    COUNTER = "counter"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.OPEN, A.COUNTER): S.OPEN,
    (S.OPEN, A.ACCEPT): S.ACCEPTED,
    (S.OPEN, A.DECLINE): S.DECLINED,
    (S.OPEN, A.EXPIRE): S.EXPIRED,
    (S.OPEN, A.WITHDRAW): S.WITHDRAWN,
    (S.OPEN, A.LAPSE): S.LAPSED,  # the listing found another buyer, or is gone
}


def advance(state: str, action: Action) -> State:
    """The state after ``action``; raises Conflict for a move the table has not."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("offers.illegal_move", state=state, action=str(action)) from None
