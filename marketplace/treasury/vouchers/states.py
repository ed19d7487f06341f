"""The life of a voucher: one table of moves."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.kernel.errors import Conflict

STATES = ("claimed", "confirmed", "settled", "returned", "refused", "withdrawn")
MOVES: Mapping[tuple[str, str], str] = {
    ("claimed", "confirm"): "confirmed",
    ("claimed", "refuse"): "refused",
    ("claimed", "withdraw"): "withdrawn",
    ("confirmed", "settle"): "settled",  # the issuer has paid what he owed
    ("confirmed", "return"): "returned",  # the deal ended first: the issuer owes nothing
}
LIVE = ("claimed", "confirmed", "settled")
"""A voucher in one of these states cannot be used a second time."""


def advance(state: str, action: str) -> str:
    """The state after ``action``; raises Conflict for a move the table does not hold."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise Conflict("vouchers.move_refused", state=state, action=action) from None
