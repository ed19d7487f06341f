"""The register of verified organisations and the page of each."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from marketplace.identity.organisations import queries as identity
from marketplace.showcase.listings import labels
from marketplace.showcase.listings import queries as listings
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_context

bp = Blueprint("organisations", __name__, url_prefix="/organisations")
PAGE = 40
MOST = 50
KINDS = {
    "enterprise": _l("Enterprise"),
    "university": _l("University"),
    "institute": _l("Research institute"),
    "agency": _l("Agency"),
    "individual": _l("Individual inventor"),
    "market": _l("The market"),
}


@bp.get("/")
@access(PUBLIC)
def index() -> str:
    """Verified organisations in the order of joining."""
    after = request.args.get("after", default=0, type=int)
    with current_context().reading() as db:
        cards = identity.verified_cards(db, limit=PAGE + 1, after_id=after)
    more = len(cards) > PAGE
    cards = cards[:PAGE]
    onward = url_for("showcase.organisations.index", after=cards[-1].id) if more else None
    return render_template(
        "showcase/organisations/index.html", cards=cards, onward=onward, kinds=KINDS
    )


@bp.get("/<int:organisation_id>")
@access(PUBLIC)
def show(organisation_id: int) -> str:
    """One organisation: verification, profile, what it has on sale."""
    with current_context().reading() as db:
        page = identity.organisation_page(db, organisation_id)
        cards = listings.of_organisation(db, organisation_id, limit=MOST)
    offers = [
        labels.card_item(card, url=url_for("showcase.listings.show", listing_id=card.id))
        for card in cards
    ]
    return render_template(
        "showcase/organisations/show.html", page=page, offers=offers, most=MOST, kinds=KINDS
    )
