"""The live feed over HTTP: a stream of events, and the same by polling."""

from __future__ import annotations

from typing import cast

from flask import Response, current_app, jsonify, request

from marketplace.kernel.errors import Unavailable
from marketplace.trade.auctions import live
from marketplace.trade.auctions.views import bp
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context

TAILS, PLACES = "auctions.tails", "auctions.places"


@bp.get("/<int:auction_id>/events")
@access(PUBLIC)
def events(auction_id: int) -> Response:
    """Server-sent events after Last-Event-ID (or ``after``); 503 when all places are taken."""
    ctx, tails, places = base_context(), _tails(), _places()
    tails.of(ctx, auction_id)  # not found is answered before the stream begins
    if not places.take():
        raise Unavailable("auctions.streams_full", retry_after_seconds=30)
    body = live.stream(ctx, tails, auction_id=auction_id, seq=_last_seen())
    response = Response(body, mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(places.give_back)
    return response


@bp.get("/<int:auction_id>/events.json")
@access(PUBLIC)
def poll(auction_id: int) -> Response:
    """The same messages for pages that poll."""
    found = live.poll(base_context(), _tails(), auction_id=auction_id, seq=_last_seen())
    response = jsonify(found)
    response.headers["Cache-Control"] = "no-store"
    return response


def _last_seen() -> int:
    return live.last_seen(request.headers.get("Last-Event-ID") or request.args.get("after", ""))


def _tails() -> live.Tails:
    return cast("live.Tails", current_app.extensions.setdefault(TAILS, live.Tails()))


def _places() -> live.Places:
    most = base_context().settings.live_streams
    return cast("live.Places", current_app.extensions.setdefault(PLACES, live.Places(most)))
