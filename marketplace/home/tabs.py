"""The tabs of my desk: the same on every page of it, made only where a page shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from marketplace.home.root import bp
from marketplace.web.context import current_actor

Tab = tuple[str, str, int | None, bool]
OVERVIEW = ("home.desk", _l("Overview"), "overview")
MEMBER = (
    ("showcase.listings.mine", _l("My listings"), "listings"),
    ("trade.auctions.mine", _l("My bids"), "bids"),
    ("trade.offers.mine", _l("Offers"), "offers"),
    ("trade.orders.mine", _l("Orders"), "orders"),
    ("exchange.demands.mine", _l("My demands"), "demands"),
)
SHARED = (
    ("notify.inbox", _l("Inbox"), "inbox"),
    ("identity.organisations.index", _l("Organisation"), "organisation"),
)


class DeskTabs:
    """The reader's tabs with counts where they are known; empty for nobody."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        self.counts = counts or {}

    def __iter__(self) -> Iterator[Tab]:
        actor = current_actor()
        if actor is None:
            return
        rooms = MEMBER if actor.organisation_id is not None else ()
        for endpoint, words, name in (OVERVIEW, *rooms, *SHARED):
            if endpoint in current_app.view_functions:
                here = request.endpoint == endpoint
                yield str(words), url_for(endpoint), self.counts.get(name), here


@bp.app_context_processor
def _tabs() -> dict[str, DeskTabs]:
    return {"desk_tabs": DeskTabs()}
