"""The auction's part in the deal box of a listing's page."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.showcase.listings import deal_slots
from marketplace.showcase.listings.deal_slots import Asked, Slot
from marketplace.trade.auctions import policy, queries, words


def auction_slot(db: Session, asked: Asked) -> Slot | None:
    """The newest auction of the listing, or for staff the way to schedule one."""
    card = queries.for_listing(db, asked.listing_id, now=asked.now)
    may_schedule = asked.actor is not None and policy.may_schedule(asked.actor)
    free = asked.state == "published"
    if card is None and not (may_schedule and free):
        return None
    values = {
        "card": card,
        "listing_id": asked.listing_id,
        "may_schedule": may_schedule and free,
        "state_words": words.STATES.get(card.status) if card else None,
        "mode_words": words.MODES.get(card.mode) if card else None,
        "now": asked.now,
    }
    running = card is not None and card.status in ("upcoming", "live", "closing", "paused")
    return Slot("trade/auctions/_slot.html", values, replaces_action=running)


deal_slots.register(auction_slot)
