"""The lives of an intent, a bank line and an instruction: three tables of moves (I9)."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.errors import Conflict

Moves = Mapping[tuple[str, str], str]

INTENT_STATES = ("open", "authorised", "paid", "void", "failed")
INTENT: Moves = {
    ("open", "authorise"): "authorised",
    ("open", "pay"): "paid",
    ("authorised", "pay"): "paid",
    ("open", "fail"): "failed",
    ("authorised", "fail"): "failed",
    ("failed", "retry"): "open",
    ("open", "void"): "void",
    ("authorised", "void"): "void",
    ("failed", "void"): "void",
}

LINE_STATES = ("open", "matched", "returned", "fee", "ignored", "moved")
LINE: Moves = {
    ("open", "match"): "matched",
    ("open", "return"): "returned",
    ("open", "fee"): "fee",
    ("open", "ignore"): "ignored",
    ("open", "move"): "moved",  # a card provider paid out what it held for the parties
}

INSTRUCTION_STATES = ("proposed", "approved", "sent", "done", "cancelled")
INSTRUCTION: Moves = {
    ("proposed", "approve"): "approved",
    ("approved", "send"): "sent",
    ("sent", "confirm"): "done",
    ("proposed", "happen"): "done",  # the provider let a hold go by itself
    ("approved", "happen"): "done",
    ("proposed", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("sent", "cancel"): "cancelled",  # the bank did not carry it out
}
OWED = ("proposed", "approved", "sent")
"""An instruction in one of these states: the money is still to leave."""


def advance(moves: Moves, state: str, action: str) -> str:
    """The state after ``action``; raises Conflict for a move the table does not hold."""
    try:
        return moves[state, action]
    except KeyError:
        raise Conflict("payments.move_refused", state=state, action=action) from None
