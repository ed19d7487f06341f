"""Pages and downloads under /trade/contracts."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.contracts import attesting, words  # noqa: F401 - they register themselves

bp = Blueprint("contracts", __name__, url_prefix="/contracts")

from marketplace.trade.contracts.views import (  # noqa: E402 - they hang their routes on bp
    downloads,
    pages,
    registration,
    signing,
    slot,
)

__all__ = ["bp", "downloads", "pages", "registration", "signing", "slot"]
