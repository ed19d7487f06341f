"""Which listings to auction next: a page for those who write notices."""

from __future__ import annotations

from flask import render_template

from marketplace.trade.auctions import record_words
from marketplace.trade.auctions.queries import candidates as ranking
from marketplace.trade.auctions.views import bp
from marketplace.web.access import SCHEDULER, access
from marketplace.web.context import current_context


@bp.get("/candidates")
@access(SCHEDULER)
def candidates() -> str:
    """Published listings by interest, each with its reasons and the way to a notice."""
    ctx = current_context()
    with ctx.reading() as db:
        found = ranking.candidates(db, ctx.clock())
    return render_template(
        "trade/auctions/candidates.html",
        found=found,
        weights=ranking.WEIGHTS,
        days=ranking.SINCE.days,
        reasons=record_words.REASONS,
    )
