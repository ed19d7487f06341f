"""Pages and fragments under /trade/auctions."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.auctions import record_words, words  # noqa: F401 - register the texts

bp = Blueprint("auctions", __name__, url_prefix="/auctions")

from marketplace.trade.auctions.views import (  # noqa: E402 - they hang their routes on bp
    bids,
    calendar,
    candidates,
    data_room,
    hall,
    heads,
    live,
    manage,
    room,
    schedule,
    signup,
    slot,
    stages,
    statistics,
)

__all__ = [
    "bids",
    "bp",
    "calendar",
    "candidates",
    "data_room",
    "hall",
    "heads",
    "live",
    "manage",
    "room",
    "schedule",
    "signup",
    "slot",
    "stages",
    "statistics",
]
