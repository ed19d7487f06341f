"""The offers' part in the deal box of a listing's page: buy, offer, or how the own one stands."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.showcase.listings import deal_slots, interest
from marketplace.showcase.listings.deal_slots import Asked, Slot
from marketplace.trade.offers import policy, queries
from marketplace.trade.orders import facts as orders
from marketplace.web.i18n import pick
from rules.enumerations.deals import PRICING


def offer_slot(_db: Session, asked: Asked) -> Slot | None:
    """What this reader may do about the price; None for listings sold in another way."""
    content = asked.content
    order = None if asked.state == "published" else asked.keys["order"]  # back on sale: it ended
    priced = asked.state == "published" and content.pricing_mode in ("negotiated", "listed")
    if not priced and order is None:
        return None
    actor, pricing = asked.actor, PRICING[content.pricing_mode]
    may = policy.may_offer(actor, seller_organisation_id=asked.organisation_id)
    invited = actor is None and asked.organisation_id is not None
    values = {
        "listing_id": asked.listing_id,
        "version": asked.version,
        "own": asked.keys["offer"],
        "order": order,
        "may_offer": (may or invited) and priced,
        "pricing": pick(pricing.zh, pricing.en),
        "price_minor": content.price_minor,
        "price_note": content.price_note,
        "is_listed": content.pricing_mode == "listed" and bool(content.price_minor),
    }
    shows = bool(values["own"] or order or values["may_offer"])
    return Slot("trade/offers/_slot.html", values, replaces_action=shows) if shows else None


deal_slots.register(offer_slot)
interest.register("offers", queries.counts_by_listing)
deal_slots.register_key("offer", queries.open_key)
deal_slots.register_key("order", orders.key_of_listing)
