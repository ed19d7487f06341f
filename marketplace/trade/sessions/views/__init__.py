"""Pages and fragments under /trade/sessions."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.sessions import words  # noqa: F401 - registers this room's texts

bp = Blueprint("sessions", __name__, url_prefix="/sessions")

from marketplace.trade.sessions.views import (  # noqa: E402 - they hang their routes on bp
    console,
    desk,
    planning,
    public,
    wall,
)

__all__ = ["bp", "console", "desk", "planning", "public", "wall"]
