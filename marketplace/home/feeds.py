"""Feeds for readers and other sites: the newest listings, the coming and running auctions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, render_template, url_for
from flask_babel import gettext as _

from marketplace.home.root import bp
from marketplace.showcase.listings import labels
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import ListingCard
from marketplace.trade.auctions import queries as auctions
from marketplace.trade.auctions.queries.board import AuctionCard
from marketplace.trade.auctions.words import MODES
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context
from marketplace.web.filters import moment, yuan
from marketplace.web.i18n import pick

MOST = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed."""

    title: str
    text: str
    path: str
    at: datetime | None


@bp.get("/showcase.rss")
@access(PUBLIC)
def newest_listings() -> Response:
    """The newest listings that a person approved."""
    with current_context().reading() as db:
        cards = listings.newest(db, limit=MOST)
    return _feed(_("Newest listings"), url_for("home.newest_listings"), [*map(_listing, cards)])


@bp.get("/auctions.rss")
@access(PUBLIC)
def auction_notices() -> Response:
    """What is live and what comes, soonest end first."""
    ctx = current_context()
    with ctx.reading() as db:
        cards = auctions.board(db, ctx.clock(), MOST)
    return _feed(_("Live and coming bidding"), url_for("home.auction_notices"),
                 [*map(_auction, cards)])  # fmt: skip


def _listing(card: ListingCard) -> Entry:
    words = labels.kind(card.kind, card.patent_kind, card.legal_status)
    number = labels.number(card.number, card.legal_status)
    facts = [words, number, card.organisation_name, card.summary]
    return Entry(
        pick(card.title, card.title_en),
        " · ".join(fact for fact in facts if fact),
        url_for("showcase.listings.show", listing_id=card.id),
        card.published_at,
    )


def _auction(card: AuctionCard) -> Entry:
    text = _(
        "%(mode)s %(number)s: start price %(start)s, deposit %(deposit)s, opens %(opens)s, ends "
        "%(ends)s (Beijing time).",
        mode=str(MODES[card.mode]),
        number=card.number,
        start=yuan(card.start_minor),
        deposit=yuan(card.deposit_minor),
        opens=moment(card.opens_at),
        ends=moment(card.ends_at),
    )
    path = url_for("trade.auctions.show", auction_id=card.id)
    return Entry(pick(card.title, card.title_en), text, path, None)


def _feed(title: str, path: str, entries: list[Entry]) -> Response:
    page = render_template(
        "home/feed.xml",
        title=title,
        path=path,
        base=current_context().settings.base_url,
        entries=entries,
    )
    return Response(page, mimetype="application/rss+xml")
