"""The rounds of a negotiation: what begins, continues and ends one inside a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.listings import queries as listings
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.offers import policy
from marketplace.trade.offers.events import OfferMoved
from marketplace.trade.offers.models import Offer, OfferFile, OfferRound
from marketplace.trade.offers.states import Action, State, advance
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.terms import DealTerms, ask_sound

SHORTEST_DAYS, LONGEST_DAYS = 1, 60
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


def on_sale(tx: Tx, listing_id: int, version: int) -> LotTerms:
    """Step: the listing as it is on sale now, for who may offer; raises Forbidden, Conflict."""
    lot = listings.lot_terms(tx.db, listing_id)
    if not policy.may_offer(tx.actor, seller_organisation_id=lot.organisation_id):
        raise Forbidden("offers.may_not_offer")
    if lot.state != "published":
        raise Conflict("offers.not_on_sale")
    if lot.version != version:
        raise Conflict("offers.listing_changed")
    return lot


def sound(proposal: Proposal, lot: LotTerms) -> Proposal:
    """The proposal if no rule stands against it; raises Invalid with ``errors`` by field."""
    if not SHORTEST_DAYS <= proposal.days <= LONGEST_DAYS:
        raise Invalid("offers.days", errors={"days": ["offers.days"]})
    if len(proposal.message) > MESSAGE_LENGTH:
        raise Invalid("orders.too_long", errors={"message": ["orders.too_long"]})
    terms = ask_sound(proposal.terms, allowed_modes=lot.transfer_modes)
    if terms.mode == "licence" and not terms.licence_kind:
        terms = replace(terms, licence_kind="plain")  # L55: unstated is a plain licence
    return replace(proposal, terms=terms)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The organisation that offers, and the person who speaks for it."""

    organisation_id: int
    name: str
    user_id: int
    hides_name: bool = False


def acting_buyer(tx: Tx, *, hides_name: bool) -> Buyer:
    """Step: the actor's own organisation as a buyer; raises Forbidden without one."""
    actor = tx.actor
    if actor.organisation_id is None:
        raise Forbidden("offers.may_not_offer")
    return Buyer(actor.organisation_id, actor.organisation_name, actor.user_id, hides_name)


def begin(
    tx: Tx, lot: LotTerms, proposal: Proposal, *, buyer: Buyer, floor_minor: int | None = None
) -> Offer:
    """Step: a new negotiation with its first round; raises Conflict for a second open one."""
    same = (Offer.listing_id == lot.listing_id) & (Offer.state == State.OPEN)
    own = Offer.buyer_organisation_id == buyer.organisation_id
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
        buyer_organisation_id=buyer.organisation_id,
        buyer_name=buyer.name,
        hides_buyer=buyer.hides_name,
        floor_minor=floor_minor,
        price_minor=proposal.terms.price_minor,
        expires_at=tx.now,
        created_at=tx.now,
        changed_at=tx.now,
    )
    tx.db.add(offer)
    try:
        tx.db.flush()
    except IntegrityError as error:  # the same buyer's other window was faster
        raise Conflict("offers.open_already") from error
    add_round(tx, offer, proposal, user_id=buyer.user_id)
    return offer


def add_round(tx: Tx, offer: Offer, proposal: Proposal, *, user_id: int) -> None:
    """The proposal becomes the offer's last round, and the other side has the turn.

    Raises Invalid below the price that the talks began at.
    """
    if offer.floor_minor is not None and proposal.terms.price_minor < offer.floor_minor:
        raise Invalid("offers.below_floor", errors={"price": ["offers.below_floor"]})
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
            user_id=user_id,
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


def own(tx: Tx, offer_id: int, shown_round: int) -> Offer:
    """Step: the offer under lock, for who may bind a party of it, as his page showed it (T5)."""
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


def answered(tx: Tx, offer_id: int, shown_round: int) -> Offer:
    """Step: as ``own``, for the side whose turn it is and within the term."""
    offer = own(tx, offer_id, shown_round)
    if policy.party_of(tx.actor, offer) != offer.turn:
        raise Conflict("offers.not_your_turn")
    if offer.expires_at <= tx.now:
        raise Conflict("offers.expired")
    return offer


def agree(tx: Tx, offer: Offer, terms: DealTerms, *, way: str) -> int:
    """Step: the order of the agreed terms; its number. The listing is held or this fails."""
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
