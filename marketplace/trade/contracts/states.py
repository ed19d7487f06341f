"""The life of a contract: one table of moves, and the only way along."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where a contract stands. ``signing``: the file to sign is fixed; ``void``: no deal came."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    CONSENTED = "consented"
    SIGNING = "signing"
    SEALED = "sealed"
    VOID = "void"


class Action(StrEnum):
    """What may happen to a contract."""

    FILL = "fill"
    PROPOSE = "propose"
    AMEND = "amend"
    CONSENT = "consent"
    AGREE = "agree"
    OPEN = "open"
    SIGN = "sign"
    SEAL = "seal"
    VOID = "void"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.DRAFT, A.FILL): S.DRAFT,
    (S.DRAFT, A.PROPOSE): S.PROPOSED,
    (S.PROPOSED, A.AMEND): S.PROPOSED,
    (S.PROPOSED, A.CONSENT): S.PROPOSED,  # one side of two
    (S.PROPOSED, A.AGREE): S.CONSENTED,  # both sides, to the same version
    (S.CONSENTED, A.AMEND): S.PROPOSED,
    (S.CONSENTED, A.OPEN): S.SIGNING,
    (S.SIGNING, A.AMEND): S.PROPOSED,  # a signature stands under its own version only
    (S.SIGNING, A.SIGN): S.SIGNING,
    (S.SIGNING, A.SEAL): S.SEALED,
    (S.DRAFT, A.VOID): S.VOID,
    (S.PROPOSED, A.VOID): S.VOID,
    (S.CONSENTED, A.VOID): S.VOID,
    (S.SIGNING, A.VOID): S.VOID,
}
FINAL = frozenset({S.SEALED, S.VOID})
SIDES = ("seller", "buyer")


def advance(state: str, action: Action) -> State:
    """The state after ``action``; raises Conflict for a move the table has not."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("contracts.illegal_move", state=state, action=str(action)) from None
