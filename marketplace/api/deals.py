"""GET /deals and /deals/index: what was agreed, and what comparable technology went for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint

from marketplace.api.schemas import DealIndexSchema, DealPageSchema, DealQuery
from marketplace.showcase.deals import index, queries
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from rules.days import local_date

bp = APIBlueprint("deals", __name__, tag="Deals")


@bp.get("/deals")
@access(PUBLIC)
@bp.input(DealQuery, location="query")
@bp.output(DealPageSchema)
def find(query_data: dict[str, Any]) -> dict[str, Any]:
    """List published deals.

    The deals board, newest first, paging by the ``next`` key. A name is null where its party
    asked for secrecy.
    """
    with current_context().reading() as db:
        page = queries.board(db, cluster=query_data["cluster"], cursor=query_data["after"])
    return {"items": [_deal(one) for one in page.items], "next": page.next_cursor}


@bp.get("/deals/index")
@access(PUBLIC)
@bp.output(DealIndexSchema)
def prices() -> dict[str, Any]:
    """Read the deal index.

    Quartiles of prices by cluster, IPC subclass, maturity and way of the last months; no figure
    rests on fewer than ``k`` deals.
    """
    ctx = current_context()
    with ctx.reading() as db:
        found = index.deal_index(db, local_date(ctx.clock()))
    bands = [
        {
            "by": name,
            "value": value,
            "deals": band.count,
            "low_minor": band.low_minor,
            "median_minor": band.middle_minor,
            "high_minor": band.high_minor,
        }
        for name, rows in found.items()
        for value, band in rows
    ]
    return {"k": index.K, "months": index.MONTHS, "items": bands}


def _deal(line: queries.DealLine) -> dict[str, Any]:
    names = {side: getattr(line, side) or None for side in ("seller_name", "buyer_name")}
    return {**asdict(line), **names, "registration_number": line.registration_number or None}
