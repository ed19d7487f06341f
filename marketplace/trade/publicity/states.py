"""The life of a publicity and of an objection to it: two tables of moves."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where a publicity stands. ``restarted``: a newer version runs in its place."""

    RUNNING = "running"
    CLEARED = "cleared"
    STOPPED = "stopped"
    RESTARTED = "restarted"


class Action(StrEnum):
    """What may happen to a publicity."""

    CLEAR = "clear"
    STOP = "stop"
    RESTART = "restart"


class Answer(StrEnum):
    """How an objection stands."""

    OPEN = "open"
    REJECTED = "rejected"
    UPHELD = "upheld"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.RUNNING, A.CLEAR): S.CLEARED,
    (S.RUNNING, A.STOP): S.STOPPED,
    (S.RUNNING, A.RESTART): S.RESTARTED,
}
ANSWERS: Mapping[tuple[Answer, Answer], Answer] = {
    (Answer.OPEN, Answer.REJECTED): Answer.REJECTED,
    (Answer.OPEN, Answer.UPHELD): Answer.UPHELD,
}


def advance(state: str, action: Action) -> State:
    """The state after ``action``; raises Conflict for a move the table has not."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("publicity.illegal_move", state=state, action=str(action)) from None


def answered(state: str, answer: Answer) -> Answer:
    """The objection's state after an answer; raises Conflict when it has one already."""
    try:
        return ANSWERS[Answer(state), answer]
    except KeyError:
        raise Conflict("publicity.answered_already") from None
