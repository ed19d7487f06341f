"""What the two sides do: offer, counter, accept, decline, withdraw, buy at the listed price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.offers import policy
from marketplace.trade.offers.events import OfferMoved
from marketplace.trade.offers.models import Offer, OfferFile, OfferRound
from marketplace.trade.offers.states import Action, State, advance
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.terms import DealTerms, ask_sound, from_json

SHORTEST_DAYS, LONGEST_DAYS = 1, 60
MOST_ROUNDS = 40
MESSAGE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored, accepted upload."""

    name: str
    media_type: str
    size: int
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one side proposes; it stands for ``days`` days."""

    terms: DealTerms
    message: str = ""
    days: int = 14
    files: Sequence[Attachment] = field(default_factory=tuple)


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
        lot = _on_sale(tx, command.listing_id, command.listing_version)
        if lot.pricing_mode not in ("negotiated", "listed"):
            raise Conflict("offers.not_negotiable")
        proposal = _sound(command.proposal, lot)
        return _begin(tx, lot, proposal, hides_buyer=command.hides_buyer).id


@dataclass(frozen=True, slots=True)
class Counter:
    """The side whose turn it is answers round ``round`` with a proposal of its own."""

    offer_id: int
    round: int
    proposal: Proposal


def counter(ctx: Context, command: Counter) -> None:
    """The next round; raises NotFound, Forbidden, Invalid, Conflict for an old page (T5)."""
    with ctx.transaction() as tx:
        offer = _answered(tx, command.offer_id, command.round)
        lot = listings.lot_terms(tx.db, offer.listing_id)
        if offer.round >= MOST_ROUNDS:
            raise Conflict("offers.too_many_rounds")
        offer.state = advance(offer.state, Action.COUNTER)
        _add_round(tx, offer, _sound(command.proposal, lot))


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
        offer = _answered(tx, command.offer_id, command.round)
        said = tx.db.get_one(OfferRound, (offer.id, offer.round))
        return _agree(tx, offer, from_json(said.terms), way="negotiated")


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
        lot = _on_sale(tx, command.listing_id, command.listing_version)
        if lot.pricing_mode != "listed" or not lot.price_minor:
            raise Conflict("offers.no_listed_price")
        kind = command.licence_kind if command.mode == "licence" else ""
        terms = DealTerms(command.mode, lot.price_minor, licence_kind=kind)
        proposal = _sound(Proposal(terms, days=SHORTEST_DAYS), lot)
        offer = _begin(tx, lot, proposal, hides_buyer=command.hides_buyer)
        return _agree(tx, offer, proposal.terms, way="fixed")


@dataclass(frozen=True, slots=True)
class End:
    """Decline round ``round`` (whose turn it is), or withdraw the own one (the other side)."""

    offer_id: int
    round: int
    why: str = ""


def decline(ctx: Context, command: End) -> None:
    """The side whose turn it is ends the negotiation."""
    with ctx.transaction() as tx:
        offer = _answered(tx, command.offer_id, command.round)
        end(tx, offer, Action.DECLINE, why=command.why)


def withdraw(ctx: Context, command: End) -> None:
    """The side that waits for an answer takes its proposal back, before it is accepted."""
    with ctx.transaction() as tx:
        offer = _own(tx, command.offer_id, command.round)
        if policy.party_of(tx.actor, offer) == offer.turn:
            raise Conflict("offers.not_your_turn")
        end(tx, offer, Action.WITHDRAW, why=command.why)


def _on_sale(tx: Tx, listing_id: int, version: int) -> LotTerms:
    lot = listings.lot_terms(tx.db, listing_id)
    if not policy.may_offer(tx.actor, seller_organisation_id=lot.organisation_id):
        raise Forbidden("offers.may_not_offer")
    if lot.state != "published":
        raise Conflict("offers.not_on_sale")
    if lot.version != version:
        raise Conflict("offers.listing_changed")
    return lot


def _sound(proposal: Proposal, lot: LotTerms) -> Proposal:
    if not SHORTEST_DAYS <= proposal.days <= LONGEST_DAYS:
        raise Invalid("offers.days", errors={"days": ["offers.days"]})
    if len(proposal.message) > MESSAGE_LENGTH:
        raise Invalid("orders.too_long", errors={"message": ["orders.too_long"]})
    terms = ask_sound(proposal.terms, allowed_modes=lot.transfer_modes)
    if terms.mode == "licence" and not terms.licence_kind:
        terms = replace(terms, licence_kind="plain")  # L55: unstated is a plain licence
    return replace(proposal, terms=terms)


def _begin(tx: Tx, lot: LotTerms, proposal: Proposal, *, hides_buyer: bool) -> Offer:
    actor = tx.actor
    same = (Offer.listing_id == lot.listing_id) & (Offer.state == State.OPEN)
    own = Offer.buyer_organisation_id == actor.organisation_id
    if tx.db.scalar(select(Offer.id).where(same, own)) is not None:
        raise Conflict("offers.open_already")
    offer = Offer(
        state=State.OPEN,
        round=0,
        turn="buyer",
        listing_id=lot.listing_id,
        listing_version=lot.version,
        title=lot.title,
        title_en=lot.title_en,
        seller_organisation_id=lot.organisation_id,
        seller_name=lot.organisation_name,
        buyer_organisation_id=actor.organisation_id,
        buyer_name=actor.organisation_name,
        hides_buyer=hides_buyer,
        price_minor=proposal.terms.price_minor,
        expires_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
    )
    tx.db.add(offer)
    tx.db.flush()
    _add_round(tx, offer, proposal)
    return offer


def _add_round(tx: Tx, offer: Offer, proposal: Proposal) -> None:
    """The proposal becomes the offer's last round, and the other side has the turn."""
    offer.round, offer.changed_at = offer.round + 1, tx.now
    offer.price_minor = proposal.terms.price_minor
    offer.expires_at = tx.now + timedelta(days=proposal.days)
    tx.db.add(
        OfferRound(
            offer_id=offer.id,
            round=offer.round,
            by=offer.turn,
            price_minor=offer.price_minor,
            terms=proposal.terms.to_json(),
            message=proposal.message.strip(),
            expires_at=offer.expires_at,
            at=tx.now,
            user_id=tx.actor.user_id,
        )
    )
    offer.turn = "seller" if offer.turn == "buyer" else "buyer"
    rows = [_file_row(tx, offer, one) for one in proposal.files]
    tx.db.flush()
    if rows:
        tx.db.execute(insert(OfferFile), rows)
    tx.emit(OfferMoved(offer.id, "offer", offer.round))
    tx.audit("offer.proposed", "offer", offer.id, round=offer.round)


def _file_row(tx: Tx, offer: Offer, file: Attachment) -> dict[str, Any]:
    return {
        **asdict(file),
        "offer_id": offer.id,
        "round": offer.round,
        "uploaded_at": tx.now,
        "uploaded_by": tx.actor.user_id,
    }


def _own(tx: Tx, offer_id: int, shown_round: int) -> Offer:
    """The offer under lock, for who may bind a party of it, as his page showed it."""
    offer = tx.db.scalar(select(Offer).where(Offer.id == offer_id).with_for_update())
    if offer is None or policy.party_of(tx.actor, offer) is None:
        raise NotFound
    if not policy.may_answer(tx.actor, offer):
        raise Forbidden("orders.manager_needed")
    if offer.state != State.OPEN:
        raise Conflict("offers.illegal_move", state=offer.state, action="answer")
    if offer.round != shown_round:
        raise Conflict("offers.changed")
    return offer


def _answered(tx: Tx, offer_id: int, shown_round: int) -> Offer:
    offer = _own(tx, offer_id, shown_round)
    if policy.party_of(tx.actor, offer) != offer.turn:
        raise Conflict("offers.not_your_turn")
    if offer.expires_at <= tx.now:
        raise Conflict("offers.expired")
    return offer


def _agree(tx: Tx, offer: Offer, terms: DealTerms, *, way: str) -> int:
    order_id = orders.open_order(
        tx,
        orders.Agreed(
            origin="offer",
            origin_id=offer.id,
            listing_id=offer.listing_id,
            buyer_organisation_id=offer.buyer_organisation_id,
            buyer_name=offer.buyer_name,
            terms=terms,
            way=way,
            hides_buyer=offer.hides_buyer,
        ),
    )
    offer.order_id = order_id
    end(tx, offer, Action.ACCEPT)
    return order_id


def end(tx: Tx, offer: Offer, action: Action, *, why: str = "") -> None:
    """Step: the negotiation is over."""
    offer.state, offer.changed_at = advance(offer.state, action), tx.now
    offer.ended_why = why.strip()[:MESSAGE_LENGTH]
    tx.emit(OfferMoved(offer.id, str(action), offer.round))
    tx.audit(f"offer.{action}", "offer", offer.id, why=offer.ended_why, round=offer.round)
