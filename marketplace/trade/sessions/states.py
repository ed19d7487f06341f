"""The life of a session as one table of moves, and where and how its lots run."""

from __future__ import annotations

from marketplace.kernel.errors import Conflict

STATES = ("planned", "announced", "open", "over", "cancelled")
PLACES = ("web", "hall", "both")
RUNNINGS = ("sequence", "parallel")

MOVES: dict[tuple[str, str], str] = {
    ("planned", "announce"): "announced",
    ("planned", "cancel"): "cancelled",
    ("announced", "cancel"): "cancelled",
    ("announced", "open"): "open",
    ("open", "finish"): "over",
}


def advance(state: str, action: str) -> str:
    """The session's state after ``action``; raises Conflict for a move the table lacks."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise Conflict("sessions.move_refused", state=state, action=action) from None
