"""The live feed over HTTP: a stream of events, and the same by polling."""

from __future__ import annotations

import json
from typing import cast

from flask import Response, current_app, jsonify, request

from marketplace.kernel.errors import Unavailable
from marketplace.trade.auctions import commands, live
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
    ctx = base_context()
    tail = _tails().of(ctx, auction_id)
    beat = live.heartbeat(ctx, tail)
    if beat["status"] == "closing" and commands.close_if_due(ctx, auction_id):
        tail.read_at = 0.0
        tail = _tails().of(ctx, auction_id)
        beat = live.heartbeat(ctx, tail)
    found = [json.loads(text) for _seq, text, _event in tail.after(_last_seen())]
    response = jsonify(beat | {"events": found})
    response.headers["Cache-Control"] = "no-store"
    return response


def _last_seen() -> int:
    return live.last_seen(request.headers.get("Last-Event-ID") or request.args.get("after", ""))


def _tails() -> live.Tails:
    return cast("live.Tails", current_app.extensions.setdefault(TAILS, live.Tails()))


def _places() -> live.Places:
    most = base_context().settings.live_streams
    return cast("live.Places", current_app.extensions.setdefault(PLACES, live.Places(most)))
