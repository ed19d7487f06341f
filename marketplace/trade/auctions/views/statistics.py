"""A lot in numbers: for the seller and the staff while it runs, for everybody afterwards."""

from __future__ import annotations

from typing import cast

from flask import Response, after_this_request, current_app, render_template

from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import policy, queries, words
from marketplace.trade.auctions.queries import statistics as numbers
from marketplace.trade.auctions.queries.room import Room
from marketplace.trade.auctions.queries.statistics import Statistics
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.visits import Visits
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context, current_actor, current_context
from marketplace.web.exports import csv_file
from marketplace.web.filters import moment
from marketplace.web.limits import EXPORT, limited

VISITS = "auctions.visits"
HEAD = ("hour_beijing", "views", "bids")


@bp.get("/<int:auction_id>/statistics")
@access(PUBLIC)
def statistics(auction_id: int) -> str:
    """Views, followers, bidders, bids and the rise over the start, in all and by hour."""
    room, found = _read(auction_id)
    return render_template("trade/auctions/statistics.html", room=room, found=found, words=words)


@bp.get("/<int:auction_id>/statistics.csv")
@access(PUBLIC)
@limited(EXPORT)
def statistics_csv(auction_id: int) -> Response:
    """The hours as a table."""
    room, found = _read(auction_id)
    rows = ((moment(one.at), one.views, one.bids) for one in found.hours)
    return csv_file(f"statistics-{room.id}", HEAD, rows)


def _read(auction_id: int) -> tuple[Room, Statistics]:
    ctx = current_context()
    with ctx.reading() as db:
        room = queries.room(db, auction_id, now=ctx.clock())
        if not policy.may_see_statistics(
            current_actor(),
            seller_organisation_id=room.seller_organisation_id,
            is_over=room.outcome is not None,
        ):
            raise NotFound
        return room, numbers.statistics(db, room)


def count_visit(room: Room) -> None:
    """Count that a room was opened, once the answer is on its way; not by seller or staff."""
    actor, visits, ctx = current_actor(), _visits(), base_context()
    if actor is not None and (
        actor.is_staff or actor.organisation_id == room.seller_organisation_id
    ):
        return

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(lambda: visits.note(ctx, room.id))
        return response


def _visits() -> Visits:
    """The counter of this process for the instance that the app serves."""
    return cast("Visits", current_app.extensions.setdefault(VISITS, Visits()))
