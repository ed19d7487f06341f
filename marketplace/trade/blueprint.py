"""The pages under /trade: one nested blueprint per room."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.auctions.views import bp as auctions

bp = Blueprint("trade", __name__, url_prefix="/trade")
bp.register_blueprint(auctions)
