"""Pages and fragments under /trade/auctions."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.auctions import words  # noqa: F401 - registers this room's texts

bp = Blueprint("auctions", __name__, url_prefix="/auctions")

from marketplace.trade.auctions.views import (  # noqa: E402 - they hang their routes on bp
    bids,
    hall,
    live,
    manage,
    room,
    schedule,
    signup,
    slot,
    stages,
)

__all__ = ["bids", "bp", "hall", "live", "manage", "room", "schedule", "signup", "slot", "stages"]
