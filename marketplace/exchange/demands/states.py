"""A demand's life: one table of moves."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where a demand stands; the values are stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


class Action(StrEnum):
    """What can be done to a demand."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    CLOSE = "close"
    REOPEN = "reopen"
    SUSPEND = "suspend"
    RESTORE = "restore"
    EXPIRE = "expire"


MOVES: dict[tuple[State, Action], State] = {
    (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Action.SUBMIT): State.SUBMITTED,
    (State.PUBLISHED, Action.SUBMIT): State.SUBMITTED,
    (State.EXPIRED, Action.SUBMIT): State.SUBMITTED,
    (State.CLOSED, Action.REOPEN): State.DRAFT,
    (State.SUBMITTED, Action.APPROVE): State.PUBLISHED,
    (State.SUBMITTED, Action.RETURN): State.RETURNED,
    (State.PUBLISHED, Action.CLOSE): State.CLOSED,
    (State.PUBLISHED, Action.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Action.RESTORE): State.PUBLISHED,
    (State.PUBLISHED, Action.EXPIRE): State.EXPIRED,
}

PUBLIC = frozenset({State.PUBLISHED, State.CLOSED, State.EXPIRED})
"""States whose page anybody may open; only PUBLISHED is listed and searched."""


def advance(state: str, action: Action) -> State:
    """The next state; raises Conflict when the action is not possible there."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("demand.not_now", state=state, action=str(action)) from None


def may(state: str, action: Action) -> bool:
    """True when the action is possible in this state."""
    return (State(state), action) in MOVES
