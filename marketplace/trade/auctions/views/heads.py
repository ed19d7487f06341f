"""The daily heads as pages, as the very text that is hashed, and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from flask import Response, jsonify, render_template, request

from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions.heads import ONE_DAY
from marketplace.trade.auctions.queries import heads as published
from marketplace.trade.auctions.queries.heads import DayList
from marketplace.trade.auctions.views import bp
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context


@bp.get("/heads")
@access(PUBLIC)
def heads() -> str:
    """Every day with its list and the list's hash, newest first."""
    with current_context().reading() as db:
        page = published.days(db, cursor=request.args.get("after"))
    return render_template("trade/auctions/heads.html", page=page)


@bp.get("/heads/<day>")
@access(PUBLIC)
def heads_of_day(day: str) -> str:
    """One day's list."""
    return render_template("trade/auctions/heads_day.html", page=_list(day), one_day=ONE_DAY)


@bp.get("/heads/<day>.txt")
@access(PUBLIC)
def heads_text(day: str) -> Response:
    """The text whose SHA-256 stands on the page and in the list of the day after."""
    found = _list(day)
    response = Response(found.text, content_type="text/plain; charset=utf-8")
    name = f"auction-heads-{found.about.day.isoformat()}.txt"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/heads/<day>.json")
@access(PUBLIC)
def heads_json(day: str) -> Response:
    """The same for programs."""
    found = _list(day)
    about = {
        "day": found.about.day.isoformat(),
        "previous": found.about.previous,
        "sha256": found.about.sha256,
        "published_at": found.about.published_at.isoformat(),
    }
    return jsonify(about | {"lots": [asdict(line) for line in found.lines]})


def _list(typed: str) -> DayList:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise NotFound from None
    if typed != day.isoformat():  # 20261128 and 2026-W48-6 are not addresses of their own
        raise NotFound
    with current_context().reading() as db:
        return published.day_list(db, day)
