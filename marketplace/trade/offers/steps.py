"""Steps of other rooms' transactions: begin a negotiation that both sides asked for."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.showcase.listings import queries as listings
from marketplace.trade.offers import rounds
from marketplace.trade.offers.rounds import Buyer, Proposal
from marketplace.trade.orders.terms import DealTerms


@dataclass(frozen=True, slots=True)
class Talks:
    """Who talks about which listing: the buyer stands at ``price_minor`` fen, and not below it."""

    listing_id: int
    buyer: Buyer
    price_minor: int
    days: int


def begin_talks(tx: Tx, talks: Talks) -> int:
    """Step: a negotiation whose first round is the buyer's price; its number.

    Raises Conflict when the listing is not on sale, or the buyer has an open offer for it.
    """
    lot = listings.lot_terms(tx.db, talks.listing_id)
    if lot.state != "published":
        raise Conflict("offers.not_on_sale")
    mode = lot.transfer_modes[0] if lot.transfer_modes else "assignment"
    proposal = Proposal(DealTerms(mode, talks.price_minor), days=talks.days)
    offer = rounds.begin(
        tx,
        lot,
        rounds.sound(proposal, lot),
        buyer=talks.buyer,
        floor_minor=talks.price_minor,
    )
    return offer.id
