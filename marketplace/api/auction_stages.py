"""POST of what sealed and Dutch lots take, with an Idempotency-Key, and their opening minutes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import g

from marketplace.api.schemas import BidHeaders
from marketplace.api.scopes import require
from marketplace.api.stage_schemas import (
    AnswerSchema,
    MinutesSchema,
    OpeningSchema,
    SealSchema,
    TakeSchema,
    TopSchema,
)
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import minutes
from marketplace.trade.auctions.commands import falling, sealing
from marketplace.trade.auctions.queries.feed import lot_of
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.limits import BID, limited

bp = APIBlueprint("auction_stages", __name__, tag="Auctions")
ERRORS = [400, 403, 429, 503]


@bp.post("/auctions/<int:auction_id>/seals")
@access(MEMBER)
@limited(BID)
@bp.input(BidHeaders, location="headers")
@bp.input(SealSchema, location="json")
@bp.output(AnswerSchema)
@bp.doc(security="token", responses=ERRORS)
def seal(
    auction_id: int, headers_data: dict[str, Any], json_data: dict[str, Any]
) -> dict[str, Any]:
    """Hand in a sealed bid.

    Of the bid only its seal: SHA-256 over ``sealed-bid/1``, the lot's number in the log, the own
    paddle, the amount in fen and 64 random hexadecimal digits, each as a netstring. A later seal
    replaces it. The token needs the scope ``bids:write``.
    """
    require("bids:write")
    command = sealing.SealBid(
        auction_id, json_data["seal"], key=headers_data["key"], entered=g.entered
    )
    return asdict(sealing.seal_bid(current_context(), command))


@bp.post("/auctions/<int:auction_id>/openings")
@access(MEMBER)
@limited(BID)
@bp.input(BidHeaders, location="headers")
@bp.input(OpeningSchema, location="json")
@bp.output(AnswerSchema)
@bp.doc(security="token", responses=[*ERRORS, 409])
def open_bid(
    auction_id: int, headers_data: dict[str, Any], json_data: dict[str, Any]
) -> dict[str, Any]:
    """Open the own sealed bid.

    In the time to open only; the amount is public with the minutes.
    """
    require("bids:write")
    command = sealing.OpenBid(
        auction_id,
        json_data["amount_minor"],
        json_data["nonce"],
        key=headers_data["key"],
        entered=g.entered,
    )
    return asdict(sealing.open_bid(current_context(), command))


@bp.post("/auctions/<int:auction_id>/takes")
@access(MEMBER)
@limited(BID)
@bp.input(BidHeaders, location="headers")
@bp.input(TakeSchema, location="json")
@bp.output(AnswerSchema)
@bp.doc(security="token", responses=ERRORS)
def take(
    auction_id: int, headers_data: dict[str, Any], json_data: dict[str, Any]
) -> dict[str, Any]:
    """Take a lot whose price falls.

    At the price of the instant, but never above ``limit_minor``, the price seen.
    """
    require("bids:write")
    command = falling.TakeLot(
        auction_id, json_data["limit_minor"], key=headers_data["key"], entered=g.entered
    )
    return asdict(falling.take_lot(current_context(), command))


@bp.post("/auctions/<int:auction_id>/tops")
@access(MEMBER)
@limited(BID)
@bp.input(BidHeaders, location="headers")
@bp.input(TopSchema, location="json")
@bp.output(AnswerSchema)
@bp.doc(security="token", responses=ERRORS)
def top(auction_id: int, headers_data: dict[str, Any], json_data: dict[str, Any]) -> dict[str, Any]:
    """Answer the best sealed bid.

    Once, by who took the lot.
    """
    require("bids:write")
    command = falling.TopBid(
        auction_id, json_data["amount_minor"], key=headers_data["key"], entered=g.entered
    )
    return asdict(falling.top_bid(current_context(), command))


@bp.get("/auctions/<int:auction_id>/minutes")
@access(PUBLIC)
@bp.output(MinutesSchema)
def get_minutes(auction_id: int) -> dict[str, Any]:
    """Read the opening minutes.

    Every seal and every opening, in the order of their coming; not found before they are written.
    """
    with current_context().reading() as db:
        written = minutes.minutes(db, lot_of(db, auction_id).lot_id)
    if written is None:
        raise NotFound
    return asdict(written)
