"""The life of an attempt as one table of moves, and how news of the provider become a move (I9)."""

from __future__ import annotations

from collections.abc import Mapping

ATTEMPT_STATES = ("begun", "open", "authorised", "paid", "void", "expired", "failed")
RUNNING = ("begun", "open", "authorised")
"""An attempt in one of these states keeps others of the same intent from beginning."""
ATTEMPT: Mapping[tuple[str, str], str] = {
    ("begun", "answer"): "open",
    ("begun", "authorise"): "authorised",
    ("begun", "pay"): "paid",
    ("begun", "expire"): "expired",
    ("begun", "fail"): "failed",
    ("open", "authorise"): "authorised",
    ("open", "pay"): "paid",
    ("open", "expire"): "expired",
    ("open", "fail"): "failed",
    ("authorised", "pay"): "paid",  # captured
    ("authorised", "void"): "void",
    ("expired", "authorise"): "authorised",  # the money came all the same
    ("expired", "pay"): "paid",
    ("failed", "authorise"): "authorised",
    ("failed", "pay"): "paid",
}
NEWS: Mapping[str, str] = {
    "authorised": "authorise",
    "paid": "pay",
    "void": "void",
    "expired": "expire",
    "failed": "fail",
}
"""The provider's word (``stripe.Truth.state``) and the move it means."""
CARRYING_STATES = ("asked", "done", "failed")


def move_of(state: str, word: str) -> str | None:
    """The move that the provider's word means here; None for what is known or older.

    Words come late, twice and in any order: the table alone decides, so the end is the same.
    """
    action = NEWS.get(word)
    return action if action and (state, action) in ATTEMPT else None
