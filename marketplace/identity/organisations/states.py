"""The verification of an organisation as one table of moves, and its kinds."""

from __future__ import annotations

from enum import StrEnum

from marketplace.kernel.errors import Conflict


class Kind(StrEnum):
    """What an organisation is (domain.md, "Who uses it")."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    AGENCY = "agency"
    INDIVIDUAL = "individual"
    MARKET = "market"


class State(StrEnum):
    """How far the market has verified an organisation."""

    NONE = "none"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"
    SUSPENDED = "suspended"


class Move(StrEnum):
    """What may happen to the verification of an organisation."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    RETURN = "return"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


MOVES: dict[tuple[State, Move], State] = {
    (State.NONE, Move.SUBMIT): State.SUBMITTED,
    (State.RETURNED, Move.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Move.WITHDRAW): State.NONE,
    (State.SUBMITTED, Move.VERIFY): State.VERIFIED,
    (State.SUBMITTED, Move.RETURN): State.RETURNED,
    # A verified organisation stays verified, as what it was verified, while papers about a
    # change or a renewal are read (L69); running deals are not touched.
    (State.VERIFIED, Move.SUBMIT): State.VERIFIED,
    (State.VERIFIED, Move.WITHDRAW): State.VERIFIED,
    (State.VERIFIED, Move.VERIFY): State.VERIFIED,
    (State.VERIFIED, Move.RETURN): State.VERIFIED,
    (State.VERIFIED, Move.SUSPEND): State.SUSPENDED,
    (State.SUSPENDED, Move.REINSTATE): State.VERIFIED,
}


def advance(state: str, move: Move) -> State:
    """The state after a move; raises Conflict when the table has no such move."""
    after = MOVES.get((State(state), move))
    if after is None:
        raise Conflict("identity.move_not_allowed", state=state, move=move.value)
    return after
