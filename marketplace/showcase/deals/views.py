"""The deals board and its open data."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask_babel import lazy_gettext as _l

from marketplace.kernel.clock import SHANGHAI
from marketplace.showcase.deals import index as price_index
from marketplace.showcase.deals import queries
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.exports import safe_cell
from marketplace.web.limits import EXPORT, limited
from rules.enumerations.deals import TRANSFER_MODES

bp = Blueprint("deals", __name__, url_prefix="/deals")
WAYS = {
    "auction": _l("Auction"),
    "tender": _l("Listed bidding"),
    "fixed": _l("Fixed price"),
    "negotiated": _l("Negotiated"),
}
MODES = TRANSFER_MODES
HEADER = ("agreed_on", "title", "kind", "cluster", "mode", "way", "price_yuan", "registration")


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Every published deal, newest first, with the sums of the last twelve months."""
    ctx, cluster = current_context(), request.args.get("cluster", "")
    with ctx.reading() as db:
        page = queries.board(db, cluster=cluster, cursor=request.args.get("after"))
        year = queries.last_year(db, ctx.clock().astimezone(SHANGHAI).date())
    return render_template(
        "showcase/deals/index.html", page=page, year=year, cluster=cluster, ways=WAYS
    )


@bp.get("/index")
@access(PUBLIC)
def prices() -> str:
    """The deal index: middle halves of the prices, by cluster, IPC, maturity and way."""
    ctx = current_context()
    with ctx.reading() as db:
        found = price_index.deal_index(db, ctx.clock().astimezone(SHANGHAI).date())
    return render_template(
        "showcase/deals/prices.html",
        index=found,
        k=price_index.K,
        months=price_index.MONTHS,
        modes=MODES,
    )


@bp.get("/index.csv")
@access(PUBLIC)
def prices_csv() -> Response:
    """The deal index as open data, in yuan."""
    ctx = current_context()
    with ctx.reading() as db:
        found = price_index.deal_index(db, ctx.clock().astimezone(SHANGHAI).date())
    lines = ["\ufeff" + _row(("by", "value", "deals", "low_yuan", "median_yuan", "high_yuan"))]
    for name, bands in found.items():
        for value, band in bands:
            amounts = (band.low_minor, band.middle_minor, band.high_minor)
            yuan = (f"{one // 100}.{one % 100:02d}" for one in amounts)
            lines.append(_row((name, value, str(band.count), *yuan)))
    headers = {"Content-Disposition": "attachment; filename=deal-index.csv"}
    return Response("".join(lines), mimetype="text/csv", headers=headers)


@bp.get("/deals.csv")
@access(PUBLIC)
@limited(EXPORT)
def export() -> Response:
    """The whole board as open data; no names, no cell that begins a formula (T19)."""
    ctx = current_context()

    def lines() -> Iterator[str]:
        yield "\ufeff" + _row(HEADER)
        with ctx.reading() as db:
            for deal in queries.all_lines(db):
                price = f"{deal.price_minor // 100}.{deal.price_minor % 100:02d}"
                facts = (deal.title, deal.kind, deal.cluster, deal.mode, deal.way)
                yield _row((deal.agreed_on.isoformat(), *facts, price, deal.registration_number))

    headers = {"Content-Disposition": "attachment; filename=deals.csv"}
    return Response(stream_with_context(lines()), mimetype="text/csv", headers=headers)


def _row(cells: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe_cell(cell) for cell in cells])
    return buffer.getvalue()
