"""The life of a royalty statement: one table of moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where a statement stands. ``nil``: declared, and nothing was due."""

    PLANNED = "planned"
    DECLARED = "declared"
    NIL = "nil"
    PAID = "paid"


class Action(StrEnum):
    """What may happen to a statement."""

    DECLARE = "declare"
    DECLARE_NIL = "declare_nil"
    PAY = "pay"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.PLANNED, A.DECLARE): S.DECLARED,
    (S.PLANNED, A.DECLARE_NIL): S.NIL,
    (S.DECLARED, A.PAY): S.PAID,
}


def advance(state: str, action: Action) -> State:
    """The statement's state after ``action``; raises Conflict for a move the table has not."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("royalties.illegal_move", state=state, action=str(action)) from None
