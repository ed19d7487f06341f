"""What the two sides do: offer, counter, accept, decline, withdraw, buy at the listed price."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict
from marketplace.showcase.listings import queries as listings
from marketplace.trade.offers import policy, rounds
from marketplace.trade.offers.models import OfferRound
from marketplace.trade.offers.rounds import SHORTEST_DAYS, Proposal
from marketplace.trade.offers.states import Action, advance
from marketplace.trade.orders.terms import DealTerms, from_json

MOST_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """The organisation acted for offers for a listing, in the version its page showed."""

    listing_id: int
    listing_version: int
    proposal: Proposal
    hides_buyer: bool = False


def make_offer(ctx: Context, command: MakeOffer) -> int:
    """Begin a negotiation; the offer's number.

    Raises Forbidden with the reason, Conflict when the listing is not on sale, changed
    meanwhile (T5), or an own offer for it is open; Invalid with ``errors`` by field.
    """
    with ctx.transaction() as tx:
        lot = rounds.on_sale(tx, command.listing_id, command.listing_version)
        if lot.pricing_mode not in ("negotiated", "listed"):
            raise Conflict("offers.not_negotiable")
        proposal = rounds.sound(command.proposal, lot)
        buyer = rounds.acting_buyer(tx, hides_name=command.hides_buyer)
        return rounds.begin(tx, lot, proposal, buyer=buyer).id


@dataclass(frozen=True, slots=True)
class Counter:
    """The side whose turn it is answers round ``round`` with a proposal of its own."""

    offer_id: int
    round: int
    proposal: Proposal


def counter(ctx: Context, command: Counter) -> None:
    """The next round; raises NotFound, Forbidden, Invalid, Conflict for an old page (T5)."""
    with ctx.transaction() as tx:
        offer = rounds.answered(tx, command.offer_id, command.round)
        lot = listings.lot_terms(tx.db, offer.listing_id)
        if offer.round >= MOST_ROUNDS:
            raise Conflict("offers.too_many_rounds")
        offer.state = advance(offer.state, Action.COUNTER)
        proposal = rounds.sound(command.proposal, lot)
        rounds.add_round(tx, offer, proposal, user_id=tx.actor.user_id)


@dataclass(frozen=True, slots=True)
class Accept:
    """The side whose turn it is accepts exactly round ``round``."""

    offer_id: int
    round: int


def accept(ctx: Context, command: Accept) -> int:
    """Agree: the listing is held for the order, whose number is returned.

    Of two acceptances for one listing the first gets it, under the listing's lock. Raises
    Conflict for an old page, an offer whose term is over, or a listing that is held (T5).
    """
    with ctx.transaction() as tx:
        offer = rounds.answered(tx, command.offer_id, command.round)
        said = tx.db.get_one(OfferRound, (offer.id, offer.round))
        return rounds.agree(tx, offer, from_json(said.terms), way="negotiated")


@dataclass(frozen=True, slots=True)
class Buy:
    """Take a listing at its listed price, in one of the ways it is offered."""

    listing_id: int
    listing_version: int
    mode: str
    licence_kind: str = ""
    hides_buyer: bool = False


def buy(ctx: Context, command: Buy) -> int:
    """Agree to the listed price: the order's number. The price is the listing's, never a form's.

    Raises Forbidden, Conflict when the listing has no fixed price, changed or is held (T5).
    """
    with ctx.transaction() as tx:
        lot = rounds.on_sale(tx, command.listing_id, command.listing_version)
        if lot.pricing_mode != "listed" or not lot.price_minor:
            raise Conflict("offers.no_listed_price")
        kind = command.licence_kind if command.mode == "licence" else ""
        terms = DealTerms(command.mode, lot.price_minor, licence_kind=kind)
        proposal = rounds.sound(Proposal(terms, days=SHORTEST_DAYS), lot)
        buyer = rounds.acting_buyer(tx, hides_name=command.hides_buyer)
        offer = rounds.begin(tx, lot, proposal, buyer=buyer)
        return rounds.agree(tx, offer, proposal.terms, way="fixed")


@dataclass(frozen=True, slots=True)
class End:
    """Decline round ``round`` (whose turn it is), or withdraw the own one (the other side)."""

    offer_id: int
    round: int
    why: str = ""


def decline(ctx: Context, command: End) -> None:
    """The side whose turn it is ends the negotiation."""
    with ctx.transaction() as tx:
        offer = rounds.answered(tx, command.offer_id, command.round)
        rounds.end(tx, offer, Action.DECLINE, why=command.why)


def withdraw(ctx: Context, command: End) -> None:
    """The side that waits for an answer takes its proposal back, before it is accepted."""
    with ctx.transaction() as tx:
        offer = rounds.own(tx, command.offer_id, command.round)
        if policy.party_of(tx.actor, offer) == offer.turn:
            raise Conflict("offers.not_your_turn")
        rounds.end(tx, offer, Action.WITHDRAW, why=command.why)
