"""What the offers room does when it hears something, and what it does by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.identity import queries as identity
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.heard import is_news
from marketplace.kernel.jobs import Job
from marketplace.notify.commands import tell
from marketplace.trade.offers.models import Offer
from marketplace.trade.offers.rounds import end
from marketplace.trade.offers.states import Action, State
from marketplace.web.filters import yuan

BATCH = 200


def tell_moved(ctx: Context, row_id: int, payload: dict[str, Any]) -> None:
    """The side that must answer, or hears of the end, is told once."""
    with ctx.transaction() as tx:
        if not is_news(tx, row_id):
            return
        offer = tx.db.get_one(Offer, payload["offer_id"])
        if payload["action"] == "offer" and payload["round"] != offer.round:
            return  # answered meanwhile
        facts = {"title": offer.title, "price": yuan(offer.price_minor)}
        tell(
            tx,
            user_ids=_hearers(tx, offer, payload["action"]),
            kind=f"offer.{payload['action']}",
            facts=facts,
            url=f"/trade/offers/{offer.id}",
        )


def _hearers(tx: Tx, offer: Offer, action: str) -> set[int]:
    sides = {"buyer": offer.buyer_organisation_id, "seller": offer.seller_organisation_id}
    both = action in ("accept", "expire", "lapse")
    other = "seller" if offer.turn == "buyer" else "buyer"
    # The turn is with who answers: a proposal is told to him, his decline to the other.
    wanted = list(sides) if both else [other if action == "decline" else offer.turn]
    return {one for side in wanted for one in identity.members_of(tx.db, sides[side])}


def lapse_others(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The listing is sold or gone: whatever is still open for it ends (idempotent)."""
    with ctx.transaction() as tx:
        still = select(Offer).where(
            Offer.listing_id == payload["listing_id"], Offer.state == State.OPEN
        )
        for offer in tx.db.scalars(still.order_by(Offer.id).with_for_update()):
            end(tx, offer, Action.LAPSE)


def expire_due(ctx: Context) -> int:
    """Sweep: proposals whose term is over; how many."""
    with ctx.transaction() as tx:
        due = (
            select(Offer)
            .where(Offer.state == State.OPEN, Offer.expires_at <= tx.now)
            .order_by(Offer.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = list(tx.db.scalars(due))
        for offer in rows:
            end(tx, offer, Action.EXPIRE)
        return len(rows)


REACTIONS = {
    "trade.offer_moved": {"offers.tell_moved": tell_moved},
    "showcase.listing_sold": {"offers.lapse_sold": lapse_others},
    "showcase.listing_withdrawn": {"offers.lapse_withdrawn": lapse_others},
}
JOBS = (Job("offers.expire_due", timedelta(minutes=5), expire_due),)
