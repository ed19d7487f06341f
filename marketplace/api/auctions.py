"""GET /auctions, their public log, and POST of bids with an Idempotency-Key."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import g, url_for

from marketplace.api.schemas import (
    AuctionPageSchema,
    AuctionQuery,
    AuctionSchema,
    BidAnswerSchema,
    BidHeaders,
    BidSchema,
    EventsQuery,
    EventsSchema,
)
from marketplace.api.scopes import require
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import queries
from marketplace.trade.auctions.commands import bidding
from marketplace.trade.auctions.queries import AuctionCard
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import base_context, current_context
from marketplace.web.limits import BID, limited

bp = APIBlueprint("auctions", __name__, tag="Auctions")


@bp.get("/auctions")
@access(PUBLIC)
@bp.input(AuctionQuery, location="query")
@bp.output(AuctionPageSchema)
def find(query_data: dict[str, Any]) -> dict[str, Any]:
    """List auctions.

    Live, upcoming or ended ones; paging by the ``next`` key.
    """
    ctx = current_context()
    with ctx.reading() as db:
        page = queries.hall(db, ctx.clock(), tab=query_data["tab"], cursor=query_data["after"])
    return {"items": [_auction(card) for card in page.items], "next": page.next_cursor}


@bp.get("/auctions/<int:auction_id>")
@access(PUBLIC)
@bp.output(AuctionSchema)
def get(auction_id: int) -> dict[str, Any]:
    """Get one auction.

    Price, end and state as everybody sees them.
    """
    ctx = current_context()
    with ctx.reading() as db:
        card = queries.cards(db, [auction_id], now=ctx.clock()).get(auction_id)
    if card is None:
        raise NotFound
    return _auction(card)


@bp.get("/auctions/<int:auction_id>/events")
@access(PUBLIC)
@bp.input(EventsQuery, location="query")
@bp.output(EventsSchema)
def events(auction_id: int, query_data: dict[str, Any]) -> dict[str, Any]:
    """Read the public log.

    The events after an entry, word for word as they stand in the hash chain.
    """
    with current_context().reading() as db:
        return {"items": queries.events_after(db, auction_id, seq=query_data["after"])}


@bp.post("/auctions/<int:auction_id>/bids")
@access(MEMBER)
@limited(BID)
@bp.input(BidHeaders, location="headers")
@bp.input(BidSchema, location="json")
@bp.output(BidAnswerSchema)
@bp.doc(security="token", responses=[400, 403, 429, 503])
def bid(auction_id: int, headers_data: dict[str, Any], json_data: dict[str, Any]) -> dict[str, Any]:
    """Place a bid.

    The token needs the scope ``bids:write``. A refusal is an answer with ``accepted: false``
    and one reason; it stands in the log like every bid.
    """
    require("bids:write")
    command = bidding.PlaceBid(
        auction_id,
        json_data["maximum_minor"],
        key=headers_data["key"],
        confirmed=json_data["confirmed"],
        entered=g.entered,
    )
    return asdict(bidding.place_bid(current_context(), command))


def _auction(card: AuctionCard) -> dict[str, Any]:
    path = url_for("trade.auctions.show", auction_id=card.id)
    return {**asdict(card), "url": base_context().settings.base_url + path}
