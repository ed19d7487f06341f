"""The lives of what follows a lot, as one table of moves: a default, talks, an annulment."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.errors import Conflict

DEFAULT_STATES = ("open", "wants_second", "offered", "accepted", "wants_rerun", "rerun", "settled")
"""``wants_…``: the seller has consented to that way, and the market has not gone it yet."""
TALK_STATES = ("possible", "invited", "begun", "declined", "expired")
ANNULMENT_STATES = ("waiting", "done", "dropped")
REASONS = (
    "described_falsely", "system_fault", "collusion", "unqualified_buyer", "unequal_terms",
)  # fmt: skip
"""The five reasons to undo a sale, and no other (L31; 网拍规定 31)."""

MOVES: Mapping[tuple[str, str, str], str] = {
    # the buyer defaulted: the seller chooses the way, the market goes it (拍卖法 39)
    ("default", "open", "consent_second"): "wants_second",
    ("default", "open", "consent_rerun"): "wants_rerun",
    ("default", "open", "renounce"): "settled",
    ("default", "wants_second", "take_back"): "open",
    ("default", "wants_rerun", "take_back"): "open",
    ("default", "wants_second", "offer"): "offered",
    ("default", "offered", "accept"): "accepted",
    ("default", "offered", "decline"): "open",
    ("default", "offered", "expire"): "open",
    ("default", "accepted", "sign"): "settled",
    ("default", "accepted", "fall"): "open",
    ("default", "wants_rerun", "rerun"): "rerun",
    ("default", "rerun", "sold"): "settled",
    ("default", "rerun", "unsold"): "open",
    # the highest bid stayed below the reserve: both sides may talk
    ("talk", "possible", "invite"): "invited",
    ("talk", "invited", "consent"): "invited",
    ("talk", "invited", "begin"): "begun",
    ("talk", "invited", "decline"): "declined",
    ("talk", "invited", "expire"): "expired",
    # a sale is annulled by two persons (L31)
    ("annulment", "waiting", "confirm"): "done",
    ("annulment", "waiting", "drop"): "dropped",
}


def advance(thing: str, state: str, action: str) -> str:
    """The state after ``action``; raises Conflict for a move the table lacks."""
    try:
        return MOVES[thing, state, action]
    except KeyError:
        raise Conflict("aftermath.move_refused", thing=thing, state=state, action=action) from None
