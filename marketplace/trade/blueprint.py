"""The pages under /trade: one nested blueprint per room."""

from __future__ import annotations

from flask import Blueprint

from marketplace.trade.aftermath.views import bp as aftermath
from marketplace.trade.auctions.views import bp as auctions
from marketplace.trade.contracts.views import bp as contracts
from marketplace.trade.offers import slot  # noqa: F401 - its part in the listing's page
from marketplace.trade.offers.views import bp as offers
from marketplace.trade.orders.views import bp as orders
from marketplace.trade.publicity.views import bp as publicity
from marketplace.trade.rewards.views import bp as rewards
from marketplace.trade.royalties.views import bp as royalties
from marketplace.trade.sessions.views import bp as sessions
from marketplace.trade.tracking.views import bp as tracking

bp = Blueprint("trade", __name__, url_prefix="/trade")
for room in (
    aftermath, auctions, contracts, offers, orders, publicity, rewards, royalties, sessions,
    tracking,
):  # fmt: skip
    bp.register_blueprint(room)
