"""The calendar of lots: a month as a page, everything and the reader's own as a feed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import record_words as words
from marketplace.trade.auctions.commands import following
from marketplace.trade.auctions.queries import calendar as dates
from marketplace.trade.auctions.views import bp
from marketplace.trade.auctions.views.ical import calendar_file
from marketplace.web.access import PUBLIC, SIGNED_IN, access
from marketplace.web.context import current_actor, current_context, signed_in
from marketplace.web.i18n import current_lang

YEARS = range(2020, 2100)


@bp.get("/calendar")
@access(PUBLIC)
def calendar() -> str:
    """A month: notice, display, opening and end of every public lot."""
    return _page()


@bp.post("/calendar/key")
@access(SIGNED_IN)
def make_calendar_key() -> str:
    """Make the secret address of the reader's own calendar; shown this once."""
    key = following.make_calendar_key(current_context())
    made = url_for("trade.auctions.calendar_by_key", key=key, lang=current_lang(), _external=True)
    return _page(made)


@bp.get("/calendar.ics")
@access(PUBLIC)
def calendar_feed() -> Response:
    """The dates of all public lots."""
    return _feed(_("Bidding calendar"), dates.coming)


@bp.get("/calendar/mine.ics")
@access(SIGNED_IN)
def calendar_of_mine() -> Response:
    """The dates of the lots that the reader watches or signed up for, as a download."""
    user_id = signed_in().user_id
    return _feed(_("My lots"), lambda db, now: dates.own(db, user_id, now=now))


@bp.get("/calendar/<key>.ics")
@access(PUBLIC)
def calendar_by_key(key: str) -> Response:
    """The same for a calendar program, which signs in nowhere: the address is the secret."""

    def found(db: Session, now: datetime) -> list[dates.Date]:
        user_id = dates.owner_of(db, following.hash_of(key))
        if user_id is None:
            raise NotFound
        return dates.own(db, user_id, now=now)

    response = _feed(_("My lots"), found)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _feed(name: str, read: Callable[[Session, datetime], list[dates.Date]]) -> Response:
    ctx = current_context()
    with ctx.reading() as db:
        found = read(db, ctx.clock())
    host = urlsplit(ctx.settings.base_url).hostname or "market"
    return calendar_file(name, found, words=words.CALENDAR, host=host)


def _page(made: str = "") -> str:
    ctx, actor = current_context(), current_actor()
    today = ctx.clock().astimezone(SHANGHAI).date()
    with ctx.reading() as db:
        page = dates.month(db, _asked(today), now=ctx.clock())
        made_at = dates.key_made_at(db, actor.user_id) if actor else None
    return render_template(
        "trade/auctions/calendar.html",
        page=page,
        today=today,
        words=words,
        made=made,
        made_at=made_at,
    )


def _asked(today: date) -> date:
    """The first day of the month asked for, ``?month=2026-11``; the present one by default."""
    typed = request.args.get("month", "")
    if not typed:
        return today.replace(day=1)
    try:
        first = date.fromisoformat(f"{typed}-01")
    except ValueError:
        raise NotFound from None
    if first.year not in YEARS:
        raise NotFound
    return first
