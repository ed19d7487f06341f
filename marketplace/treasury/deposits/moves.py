"""The life of a deposit as one table of moves (I6: a hold ends in exactly one way)."""

from __future__ import annotations

from marketplace.kernel.errors import Conflict

STATES = ("expected", "held", "lapsed", "returning", "released", "applied", "forfeited")
FINAL = frozenset({"lapsed", "released", "applied", "forfeited"})

MOVES: dict[tuple[str, str], str] = {
    ("expected", "hold"): "held",
    ("expected", "lapse"): "lapsed",  # what comes later goes straight back
    ("held", "return"): "returning",
    ("returning", "release"): "released",
    ("held", "apply"): "applied",
    ("held", "forfeit"): "forfeited",
}


def advance(state: str, action: str) -> str:
    """The state after ``action``; raises Conflict for a move the table does not hold."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise Conflict("treasury.move_refused", state=state, action=action) from None
