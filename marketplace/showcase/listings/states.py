"""The life of a listing: one table of moves, and the only way along it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from marketplace.kernel.errors import Conflict


class State(StrEnum):
    """Where a listing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    RESERVED = "reserved"
    SOLD = "sold"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    """What may be done to a listing."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    RESERVE = "reserve"
    RELEASE = "release"
    SELL = "sell"
    SUSPEND = "suspend"
    RESTORE = "restore"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    RENEW = "renew"
    PUT_BACK = "put_back"


S, A = State, Action
MOVES: Mapping[tuple[State, Action], State] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.DRAFT, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.APPROVE): S.PUBLISHED,
    (S.SUBMITTED, A.RETURN): S.RETURNED,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, A.SUBMIT): S.SUBMITTED,
    (S.RETURNED, A.WITHDRAW): S.WITHDRAWN,
    # A change of a published listing is reviewed while the approved version stays public.
    (S.PUBLISHED, A.SUBMIT): S.PUBLISHED,
    (S.PUBLISHED, A.APPROVE): S.PUBLISHED,
    (S.PUBLISHED, A.RETURN): S.PUBLISHED,
    (S.PUBLISHED, A.RENEW): S.PUBLISHED,
    (S.PUBLISHED, A.RESERVE): S.RESERVED,
    (S.PUBLISHED, A.SUSPEND): S.SUSPENDED,
    (S.PUBLISHED, A.WITHDRAW): S.WITHDRAWN,
    (S.PUBLISHED, A.EXPIRE): S.EXPIRED,
    (S.RESERVED, A.SELL): S.SOLD,
    (S.RESERVED, A.RELEASE): S.PUBLISHED,
    (S.SOLD, A.PUT_BACK): S.PUBLISHED,  # the sale fell through
    (S.SUSPENDED, A.RESTORE): S.PUBLISHED,
    (S.SUSPENDED, A.SUBMIT): S.SUSPENDED,
    (S.SUSPENDED, A.APPROVE): S.PUBLISHED,
    (S.SUSPENDED, A.RETURN): S.SUSPENDED,
    (S.SUSPENDED, A.WITHDRAW): S.WITHDRAWN,
    (S.EXPIRED, A.RENEW): S.PUBLISHED,
    (S.EXPIRED, A.WITHDRAW): S.WITHDRAWN,
}

PUBLIC_STATES = frozenset({S.PUBLISHED, S.RESERVED, S.SOLD})
"""Anybody may open the page."""
LISTED_STATES = frozenset({S.PUBLISHED, S.RESERVED})
"""Found in the catalogue and by the search."""
LIVE_STATES = frozenset({S.SUBMITTED, S.PUBLISHED, S.RESERVED})
"""A patent number may stand in one of these once."""


def advance(state: str, action: Action) -> State:
    """The state after ``action``; raises Conflict for a move the table does not have."""
    try:
        return MOVES[State(state), action]
    except KeyError:
        raise Conflict("listing.illegal_move", state=state, action=str(action)) from None


def allows(state: str, action: Action) -> bool:
    """True when the table has the move."""
    return (State(state), action) in MOVES
