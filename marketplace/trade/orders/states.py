"""The life of an order and of each of its stages: two tables of moves, and the only way along."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where an order stands. ``publicity``: 公示 runs and nobody may sign."""

    AGREED = "agreed"
    PUBLICITY = "publicity"
    SIGNED = "contract_signed"
    COMPLETED = "completed"
    DISPUTED = "disputed"
    DEFAULTED = "defaulted"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What may happen to an order."""

    PUBLISH = "publish"
    CLEAR = "clear"
    SIGN = "sign"
    FINISH = "finish"
    DISPUTE = "dispute"
    RESUME_AGREED = "resume_agreed"
    RESUME_SIGNED = "resume_signed"
    DEFAULT = "default"
    REFUND = "refund"
    CANCEL = "cancel"


class StageState(StrEnum):
    """Where a stage stands: money first, then the work, then the money's way on."""

    PLANNED = "planned"
    DUE = "due"
    FUNDED = "funded"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    RELEASED = "released"
    REFUNDED = "refunded"
    DROPPED = "dropped"


class StageAction(StrEnum):
    """What may happen to a stage."""

    CALL = "call"
    FUND = "fund"
    DELIVER = "deliver"
    ACCEPT = "accept"
    REJECT = "reject"
    RELEASE = "release"
    REFUND = "refund"
    DROP = "drop"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.AGREED, A.PUBLISH): S.PUBLICITY,
    (S.PUBLICITY, A.CLEAR): S.AGREED,
    (S.AGREED, A.SIGN): S.SIGNED,
    (S.SIGNED, A.FINISH): S.COMPLETED,
    (S.AGREED, A.DISPUTE): S.DISPUTED,
    (S.SIGNED, A.DISPUTE): S.DISPUTED,
    (S.DISPUTED, A.RESUME_AGREED): S.AGREED,
    (S.DISPUTED, A.RESUME_SIGNED): S.SIGNED,
    (S.DISPUTED, A.REFUND): S.REFUNDED,
    (S.DISPUTED, A.FINISH): S.COMPLETED,  # the decision shared out what was left
    (S.AGREED, A.DEFAULT): S.DEFAULTED,
    (S.AGREED, A.CANCEL): S.CANCELLED,
    (S.PUBLICITY, A.CANCEL): S.CANCELLED,
    (S.SIGNED, A.CANCEL): S.CANCELLED,  # while no money is in escrow
    (S.SIGNED, A.REFUND): S.REFUNDED,  # by agreement, with what is still in escrow
}
FINAL = frozenset({S.COMPLETED, S.DEFAULTED, S.REFUNDED, S.CANCELLED})

T, B = StageState, StageAction
STAGE_MOVES: Mapping[tuple[StageState, StageAction], StageState] = {
    (T.PLANNED, B.CALL): T.DUE,
    (T.DUE, B.FUND): T.FUNDED,
    (T.FUNDED, B.DELIVER): T.DELIVERED,
    (T.DELIVERED, B.ACCEPT): T.ACCEPTED,
    (T.DELIVERED, B.REJECT): T.FUNDED,  # back to the seller, with the reasons
    (T.ACCEPTED, B.RELEASE): T.RELEASED,
    (T.FUNDED, B.REFUND): T.REFUNDED,
    (T.DELIVERED, B.REFUND): T.REFUNDED,
    (T.ACCEPTED, B.REFUND): T.REFUNDED,
    (T.FUNDED, B.RELEASE): T.RELEASED,  # by a decision of the staff only
    (T.DELIVERED, B.RELEASE): T.RELEASED,  # by a decision of the staff only
    (T.PLANNED, B.DROP): T.DROPPED,
    (T.DUE, B.DROP): T.DROPPED,
}
STAGE_FINAL = frozenset({T.RELEASED, T.REFUNDED, T.DROPPED})
IN_ESCROW = frozenset({T.FUNDED, T.DELIVERED, T.ACCEPTED})
"""The stages whose money the supervised account holds now."""


def advance(state: str, action: Action) -> State:
    """The order's state after ``action``; raises Conflict for a move the table has not."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("orders.illegal_move", state=state, action=str(action)) from None


def advance_stage(state: str, action: StageAction) -> StageState:
    """The stage's state after ``action``; raises Conflict for a move the table has not."""
    try:
        return STAGE_MOVES[StageState(state), action]
    except KeyError:
        raise Conflict("orders.illegal_stage_move", state=state, action=str(action)) from None
