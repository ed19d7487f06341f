"""The life of an auction as one table of moves. ``live`` follows from the clock: not stored."""

from __future__ import annotations

from marketplace.kernel.errors import Conflict

STATES = ("draft", "announced", "paused", "closed", "withdrawn")
MODES = ("listed_bidding", "licensed_auction")
"""挂牌竞价, open to every market; 拍卖, only with a licensed company and its auctioneer (L3)."""
FORMATS = ("english", "sealed", "dutch")
PLACES = ("web", "hall", "both")
"""Where bids are made: in the hall a hammer ends the lot, not the clock."""
RESERVE_POLICIES = ("jump", "at_close")

MOVES: dict[tuple[str, str], str] = {
    ("draft", "announce"): "announced",
    ("draft", "withdraw"): "withdrawn",
    ("announced", "correct"): "announced",
    ("announced", "withdraw"): "withdrawn",
    ("announced", "pause"): "paused",
    ("announced", "extend"): "announced",
    ("announced", "close"): "closed",
    ("paused", "resume"): "announced",
    ("paused", "withdraw"): "withdrawn",
}

SALE_ENDS = ("default", "cancel", "refund", "annul")
"""How a lot that was sold comes to no deal after all."""
SALE_MOVES: dict[tuple[str, str], str] = {("sold", end): "fallen" for end in SALE_ENDS}

SIGNUP_STATES = ("applied", "admitted", "refused", "voided")
SIGNUP_MOVES: dict[tuple[str, str], str] = {
    ("applied", "admit"): "admitted",
    ("applied", "refuse"): "refused",
    ("admitted", "refuse"): "refused",
    ("applied", "void"): "voided",
    ("admitted", "void"): "voided",
}


def advance(state: str, action: str) -> str:
    """The auction's state after ``action``; raises Conflict for a move the table lacks."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise Conflict("auctions.move_refused", state=state, action=action) from None


def advance_signup(state: str, action: str) -> str:
    """The sign-up's state after ``action``; raises Conflict for a move the table lacks."""
    try:
        return SIGNUP_MOVES[state, action]
    except KeyError:
        raise Conflict("auctions.signup_move_refused", state=state, action=action) from None


def advance_sale(state: str, action: str) -> str:
    """What a lot's result comes to: ``sold`` may fall, once; raises Conflict for all else."""
    try:
        return SALE_MOVES[state, action]
    except KeyError:
        raise Conflict("auctions.sale_move_refused", state=state, action=action) from None
