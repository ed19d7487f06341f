"""The front page: search first, then what is live, new, wanted and agreed."""

from __future__ import annotations

from flask import render_template

from marketplace.exchange.demands import queries as demands
from marketplace.home.root import bp
from marketplace.kernel.clock import SHANGHAI
from marketplace.showcase.deals import queries as deals
from marketplace.showcase.listings import queries as listings
from marketplace.trade.auctions.queries import board as auctions
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context

AUCTIONS, LISTINGS, DEMANDS, DEALS = 5, 6, 5, 5


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Nine statements, whatever the size of the market."""
    ctx = current_context()
    now = ctx.clock()
    with ctx.reading() as db:
        values = {
            "lots": auctions.board(db, now, AUCTIONS),
            "auction_counts": auctions.counts(db, now),
            "auction_figures": auctions.figures(db, now),
            "newest": listings.newest(db, LISTINGS),
            "by_cluster": listings.cluster_counts(db),
            "demands": demands.newest(db, DEMANDS),
            "deals": deals.newest(db, DEALS),
            "year": deals.last_year(db, now.astimezone(SHANGHAI).date()),
        }
    return render_template("home/index.html", now=now, **values)
