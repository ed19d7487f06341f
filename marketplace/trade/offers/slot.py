"""The offers' part in the deal box of a listing's page: buy, offer, or how the own one stands."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.showcase.listings import deal_slots
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.deal_slots import Asked, Slot
from marketplace.trade.offers import policy, queries
from marketplace.trade.orders import queries as orders
from marketplace.web.i18n import pick
from rules.enumerations.deals import PRICING


def offer_slot(db: Session, asked: Asked) -> Slot | None:
    """What this reader may do about the price; None for listings sold in another way."""
    order = orders.of_listing(db, asked.actor, asked.listing_id)
    if asked.state != "published" and order is None:
        return None
    lot = listings.lot_terms(db, asked.listing_id)
    if lot.pricing_mode not in ("negotiated", "listed") and order is None:
        return None
    actor, pricing = asked.actor, PRICING[lot.pricing_mode]
    own = None
    if actor is not None and actor.organisation_id is not None:
        own = queries.open_of_buyer(db, asked.listing_id, organisation_id=actor.organisation_id)
    may = policy.may_offer(actor, seller_organisation_id=lot.organisation_id)
    invited = actor is None and lot.organisation_id is not None
    values = {
        "listing_id": asked.listing_id,
        "version": lot.version,
        "own": own,
        "order": order,
        "may_offer": (may or invited) and asked.state == "published",
        "pricing": pick(pricing.zh, pricing.en),
        "price_minor": lot.price_minor,
        "price_note": lot.content.price_note,
        "listed_minor": lot.price_minor if lot.pricing_mode == "listed" else None,
    }
    shows = bool(own or order or values["may_offer"])
    return Slot("trade/offers/_slot.html", values, replaces_action=shows) if shows else None


deal_slots.register(offer_slot)
