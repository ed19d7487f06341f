"""What machines ask for first: sitemap, robots.txt, security.txt, the icon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from marketplace.exchange.demands import public_pages as demands
from marketplace.home.root import bp
from marketplace.identity.organisations import public_pages as organisations
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings import public_pages as listings
from marketplace.trade.auctions import public_pages as auctions
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context

CHUNK = 10_000
"""So many numbers are in one file; the format allows 50,000 addresses."""
PLAIN = (
    "home.index", "catalogue.search", "trade.auctions.hall", "exchange.demands.index",
    "showcase.deals.index", "showcase.organisations.index", "service.index", "service.fees",
    "service.numbers", "service.capitals", "service.reward", "papers.verify",
    "home.rules", "home.fees", "home.privacy", "home.complaints", "home.contact", "home.data",
    "home.about", "api.docs",
)  # fmt: skip
CLOSED = (
    "/identity/", "/desk", "/notify/", "/review/", "/treasury/", "/admin/", "/api/",
    "/catalogue/suggest", "/catalogue/results.", "/papers/verify?",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """Public things with a page each."""

    endpoint: str
    argument: str
    highest: Callable[[Session], int]
    pages: Callable[..., list[tuple[int, datetime]]]

    def address(self, number: int) -> str:
        """The path of one page."""
        values: dict[str, Any] = {self.argument: number}
        return url_for(self.endpoint, **values)


KINDS = {
    "listings": Kind(
        "showcase.listings.show", "listing_id", listings.highest, listings.public_pages
    ),
    "auctions": Kind("trade.auctions.show", "auction_id", auctions.highest, auctions.public_pages),
    "demands": Kind("exchange.demands.show", "demand_id", demands.highest, demands.public_pages),
    "organisations": Kind(
        "showcase.organisations.show",
        "organisation_id",
        organisations.highest,
        organisations.public_pages,
    ),
}


@bp.get("/sitemap.xml")
@access(PUBLIC)
def sitemap() -> Response:
    """The index: one file for the plain pages, one per 10,000 numbers of each kind."""
    with current_context().reading() as db:
        files = [url_for("home.sitemap_pages")]
        for name, kind in KINDS.items():
            count = -(-kind.highest(db) // CHUNK)
            files += [url_for("home.sitemap_part", kind=name, part=n + 1) for n in range(count)]
    return _xml("home/sitemap_index.xml", files=files)


@bp.get("/sitemap-pages.xml")
@access(PUBLIC)
def sitemap_pages() -> Response:
    """The pages that always exist."""
    places = [url_for(one) for one in PLAIN if one in current_app.view_functions]
    return _xml("home/sitemap.xml", pages=[(place, None) for place in places])


@bp.get("/sitemap-<kind>-<int:part>.xml")
@access(PUBLIC)
def sitemap_part(kind: str, part: int) -> Response:
    """The public pages of one kind with numbers of one ten thousand."""
    known = KINDS.get(kind)
    if known is None or not 1 <= part <= 100_000:
        raise NotFound
    first = (part - 1) * CHUNK + 1
    with current_context().reading() as db:
        rows = known.pages(db, first=first, last=first + CHUNK - 1)
    pages = [(known.address(number), at) for number, at in rows]
    return _xml("home/sitemap.xml", pages=pages)


@bp.get("/robots.txt")
@access(PUBLIC)
def robots() -> Response:
    """What search engines may read; the demo's invented patents stay out of them altogether."""
    settings = current_context().settings
    closed = ("/",) if settings.is_demo else CLOSED
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.is_demo:
        lines += ["", f"Sitemap: {settings.base_url}{url_for('home.sitemap')}"]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@bp.get("/.well-known/security.txt")
@access(PUBLIC)
def security_txt() -> Response:
    """Where a weakness is reported (RFC 9116)."""
    ctx = current_context()
    base = ctx.settings.base_url
    expires = (ctx.clock() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{ctx.settings.contact_email}",
        f"Contact: {base}{url_for('home.contact')}",
        f"Expires: {expires}",
        "Preferred-Languages: zh, en",
        f"Canonical: {base}{url_for('home.security_txt')}",
    ]
    return Response("\n".join([*lines, ""]), mimetype="text/plain")


@bp.get("/favicon.ico")
@access(PUBLIC)
def favicon() -> AnyResponse:
    """Where browsers look without being told."""
    return redirect(url_for("static", filename="img/favicon.svg"), 301)


def _xml(template: str, **values: object) -> Response:
    base = current_context().settings.base_url
    return Response(render_template(template, base=base, **values), mimetype="application/xml")
