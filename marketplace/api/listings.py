"""GET /listings and /organisations."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import url_for

from marketplace.api.schemas import (
    ListingDetailSchema,
    ListingPageSchema,
    OrganisationPageSchema,
    OrganisationQuery,
    OrganisationSchema,
    SearchQuery,
)
from marketplace.catalogue import asking, queries
from marketplace.identity.organisations import queries as organisations
from marketplace.kernel.clock import to_ms
from marketplace.showcase.listings import pages as listing_page
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import ListingCard
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context, current_actor, current_context
from marketplace.web.limits import SEARCH, limited

bp = APIBlueprint("listings", __name__, tag="Listings")
PAGE = 50


@bp.get("/listings")
@access(PUBLIC)
@limited(SEARCH)
@bp.input(SearchQuery, location="query")
@bp.output(ListingPageSchema)
@bp.doc(responses=[429])
def find(query_data: dict[str, Any]) -> dict[str, Any]:
    """Search the catalogue.

    Listings by best match, or in another order; paging by the ``next`` key of the page before.
    """
    ctx = current_context()
    chosen = {key: (query_data[key],) for key in ("cluster", "ipc") if query_data[key]}
    kinds = (query_data["kind"],) if query_data["kind"] else ("patent", "achievement")
    asked = asking.Asked(
        text=query_data["q"],
        filters={**chosen, "kind": kinds},
        sort=query_data["sort"],
        cursor=query_data["after"],
    )
    query = asking.query_of(asked, lang="zh", now_ms=to_ms(ctx.clock()), page_size=PAGE)
    with ctx.reading() as db:
        results = queries.search(db, ctx.settings, query)
    return {
        "items": [short(one.listing) for one in results.found if one.listing],
        "total": results.page.total,
        "total_exact": results.page.total_exact,
        "next": results.page.next_cursor,
    }


@bp.get("/listings/<int:listing_id>")
@access(PUBLIC)
@bp.output(ListingDetailSchema)
def get(listing_id: int) -> dict[str, Any]:
    """Get one listing.

    The published version with its texts; confidential documents are not part of the interface.
    """
    with current_context().reading() as db:
        page = listing_page.page(db, current_actor(), listing_id)
        card = listings.cards(db, [listing_id]).get(listing_id)
    content = page.content
    return {
        **(short(card) if card else {"id": page.id, "state": page.state, "title": content.title}),
        "version": page.version,
        "problem": content.problem,
        "solution": content.solution,
        "advantage": content.advantage,
        "economics": content.economics,
        "keywords": content.keywords,
        "owners": [owner.name for owner in content.owners],
        "inventors": content.inventors,
        "overlays": [overlay.kind for overlay in content.overlays],
    }


@bp.get("/organisations")
@access(PUBLIC)
@bp.input(OrganisationQuery, location="query")
@bp.output(OrganisationPageSchema)
def find_organisations(query_data: dict[str, Any]) -> dict[str, Any]:
    """List verified organisations.

    In the order of joining; contact data is not part of the interface.
    """
    after = query_data["after"]
    with current_context().reading() as db:
        cards = organisations.verified_cards(db, limit=PAGE + 1, after_id=after)
    more = len(cards) > PAGE
    return {
        "items": [_organisation(card) for card in cards[:PAGE]],
        "next": str(cards[PAGE - 1].id) if more else None,
    }


@bp.get("/organisations/<int:organisation_id>")
@access(PUBLIC)
@bp.output(OrganisationSchema)
def get_organisation(organisation_id: int) -> dict[str, Any]:
    """Get one organisation."""
    with current_context().reading() as db:
        return _organisation(organisations.organisation_page(db, organisation_id))


def short(card: ListingCard) -> dict[str, Any]:
    """A card as the API gives it."""
    path = url_for("showcase.listings.show", listing_id=card.id)
    return {**asdict(card), "url": base_context().settings.base_url + path}


def _organisation(card: Any) -> dict[str, Any]:
    path = url_for("showcase.organisations.show", organisation_id=card.id)
    return {**asdict(card), "url": base_context().settings.base_url + path}
