"""The front page: search first, then what is live, new, wanted and agreed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import render_template, url_for

from marketplace.exchange.demands import desk_queries as demand_counts
from marketplace.exchange.demands import queries as demands
from marketplace.home.board import board_rows
from marketplace.home.root import bp
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.settings import Cluster
from marketplace.showcase.deals import queries as deals
from marketplace.showcase.deals.views import WAYS
from marketplace.showcase.listings import labels, totals
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import ListingCard
from marketplace.trade.auctions import queries as auctions
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.filters import wan
from marketplace.web.i18n import current_lang, pick

AUCTIONS, LISTINGS, DEMANDS, DEALS, WORDS = 4, 6, 7, 5, 40
MONTHS = 12
MONTH = timedelta(days=30)


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Ten statements, whatever the size of the market."""
    ctx = current_context()
    now = ctx.clock()
    with ctx.reading() as db:
        values = {
            "lots": auctions.board(db, now, AUCTIONS),
            "auction_counts": auctions.counts(db, now),
            "auction_figures": auctions.figures(db, now),
            "on_sale": totals.on_sale(db, _months(now)),
            "words": totals.frequent_keywords(db, limit=WORDS),
            "newest": listings.newest(db, limit=LISTINGS),
            "demands": demands.newest(db, DEMANDS),
            "demand_counts": demand_counts.cluster_counts(db),
            "deals": deals.newest(db, DEALS),
            "year": deals.last_year(db, now.astimezone(SHANGHAI).date()),
        }
    return render_template("home/index.html", **_shown(values, ctx.settings.clusters, now))


def _months(now: datetime) -> list[datetime]:
    return [now - MONTH * back for back in range(MONTHS, -1, -1)]


def _shown(values: dict[str, Any], clusters: Sequence[Cluster], now: datetime) -> dict[str, Any]:
    return {
        **values,
        "now": now,
        "board": board_rows(values["lots"], now),
        "newest": [_item(card) for card in values["newest"]],
        "words": search_words(values["words"], clusters),
        "contract": figure_and_unit(values["year"].sum_minor),
        "ways": WAYS,
        "drawings": labels.DRAWINGS,
    }


def figure_and_unit(minor: int) -> tuple[str, str]:
    """A sum for a large figure: the number and, apart from it, its unit."""
    number, _space, unit = wan(minor).replace("\u00a0", " ").partition(" ")
    return number, unit


def _item(card: ListingCard) -> dict[str, object]:
    shown = url_for("showcase.listings.show", listing_id=card.id)
    picture = None
    if card.picture_id is not None:
        picture = url_for(
            "showcase.listings.thumbnail", listing_id=card.id, file_id=card.picture_id
        )
    return labels.card_item(card, url=shown, picture=picture)


def search_words(frequent: Sequence[str], clusters: Sequence[Cluster], most: int = 5) -> list[str]:
    """What to offer beside the search: frequent keywords in the reader's language, then clusters.

    In a fresh market the clusters alone.
    """
    english = current_lang() == "en"
    fitting = [word for word in frequent if word.isascii() is english]
    names = [pick(cluster.zh, cluster.en) for cluster in clusters]
    return list(dict.fromkeys([*fitting[: most - 1], *names]))[:most]
