"""After a default: the seller consents to a way, the market goes it (拍卖法 39)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.trade.aftermath import claims, policy
from marketplace.trade.aftermath.history import move_default
from marketplace.trade.aftermath.models import Default
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.terms import DealTerms

WAYS = {"second": "consent_second", "rerun": "consent_rerun", "none": "renounce"}


@dataclass(frozen=True, slots=True)
class ChooseWay:
    """The seller consents: ``second`` bidder, ``rerun``, or ``none``; ``confirmed`` is his tick."""

    auction_id: int
    way: str
    confirmed: bool


def choose_way(ctx: Context, command: ChooseWay) -> None:
    """Keep the seller's consent with person and time: nothing is sold again without it (L19).

    Raises NotFound for others, Forbidden for who does not bind the seller, Invalid without the
    tick, Conflict in another state or when nobody else bid.
    """
    if command.way not in WAYS or not command.confirmed:
        raise Invalid("aftermath.tick_needed")
    with ctx.transaction() as tx:
        row = _of_seller(tx, command.auction_id)
        if command.way == "second":
            _ask_second(tx, row)
        row.consented_at, row.consented_by = tx.now, tx.actor.user_id
        move_default(tx, row, WAYS[command.way])
        if command.way == "none":
            claims.settle(tx, row, resale_minor=None, way="renounce")


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The seller thinks again before the market went the way he consented to."""

    auction_id: int


def take_back(ctx: Context, command: TakeBack) -> None:
    """The consent falls; raises Conflict once the offer is out or the next round is drafted."""
    with ctx.transaction() as tx:
        row = _of_seller(tx, command.auction_id)
        move_default(tx, row, "take_back")
        row.consented_at = row.consented_by = None


@dataclass(frozen=True, slots=True)
class OfferSecond:
    """The auctioneer offers the lot to the second bidder, at his own highest bid."""

    auction_id: int


def offer_second(ctx: Context, command: OfferSecond) -> None:
    """Make the offer, once; he may accept within the days of the option, or not at all.

    Raises Forbidden, Conflict without the seller's consent or without a second bidder.
    """
    with ctx.transaction() as tx:
        row = _run(tx, command.auction_id)
        second = _ask_second(tx, row)
        move_default(tx, row, "offer")
        row.second_signup_id = second.signup_id
        row.second_organisation_id = second.organisation_id
        row.second_minor = second.price_minor
        row.offered_at = tx.now
        row.offer_until = tx.now + timedelta(days=option(tx.db, "second_offer_days"))


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """The second bidder's answer; he owes none."""

    auction_id: int
    accepts: bool


def answer_offer(ctx: Context, command: AnswerOffer) -> int | None:
    """Accept, and an order opens at his own price; or decline. The order's number.

    Raises NotFound for others, Forbidden for who does not bind the bidder, Conflict after the
    term or when the listing found another buyer.
    """
    with ctx.transaction() as tx:
        row = _locked(tx, command.auction_id)
        if not policy.is_side(tx.actor, row.second_organisation_id):
            raise NotFound
        if not policy.may_bind(tx.actor, row.second_organisation_id):
            raise Forbidden("orders.manager_needed")
        if command.accepts and (row.offer_until is None or row.offer_until <= tx.now):
            raise Conflict("aftermath.offer_expired")
        move_default(tx, row, "accept" if command.accepts else "decline")
        if not command.accepts:
            forget_way(row)
            return None
        row.second_order_id = _open_order(tx, row)
        return row.second_order_id


def _open_order(tx: Tx, row: Default) -> int:
    of = lots.sale(tx.db, row.auction_id)
    price = row.second_minor or 0
    second = lots.bidder(tx.db, row.second_signup_id or 0, price)
    return orders.open_order(
        tx,
        orders.Agreed(
            origin="second_bidder",
            origin_id=row.auction_id,
            listing_id=of.listing_id,
            buyer_organisation_id=second.organisation_id,
            buyer_name=second.organisation_name,
            terms=DealTerms("assignment", price),
            way="auction" if of.is_licensed else "tender",
            hides_buyer=second.hides_name,
            hides_seller=of.hides_seller,
            start_minor=of.start_minor,
            sign_by=lots.sign_by(tx.db, of, agreed_at=tx.now),
            buyer_commission_minor=lots.commission_minor(of, price),
        ),
    )


@dataclass(frozen=True, slots=True)
class NextRound:
    """The auctioneer drafts the next round of a lot that found no buyer."""

    auction_id: int


def next_round(ctx: Context, command: NextRound) -> int:
    """Copy the lot into a draft; its number.

    After a default only with the seller's stored consent (拍卖法 39). Raises Forbidden, NotFound,
    Conflict where the lot found its buyer or a next round is drafted.
    """
    with ctx.transaction() as tx:
        if not policy.may_run(tx.actor):
            raise Forbidden
        row = _default_behind(tx, command.auction_id)
        if row is None:
            return lots.draft_next(tx, command.auction_id)
        move_default(tx, row, "rerun")
        row.rerun_auction_id = lots.draft_next(tx, lots.latest_round(tx.db, row.auction_id))
        return row.rerun_auction_id


def _default_behind(tx: Tx, auction_id: int) -> Default | None:
    """Step: the default that still waits for a lot to be sold again, locked: it needs consent."""
    found: int | None = auction_id
    while found is not None:
        lots.lock_sale(tx, found)
        row = tx.db.get(Default, found, populate_existing=True)
        if row is not None and row.state != "settled":
            return row
        found = lots.follows(tx.db, found)
    return None


def forget_way(row: Default) -> None:
    """Step: the way led nowhere: the seller chooses again. The history keeps what was tried."""
    row.consented_at = row.consented_by = row.rerun_auction_id = row.second_order_id = None


def _ask_second(tx: Tx, row: Default) -> lots.Bidder:
    second = lots.runner_up(tx.db, row.auction_id)
    if second is None:
        raise Conflict("aftermath.nobody_second")
    if row.offered_at is not None:
        raise Conflict("aftermath.offered_before")
    return second


def _locked(tx: Tx, auction_id: int) -> Default:
    """Step: the default under its lot's lock; raises NotFound."""
    lots.lock_sale(tx, auction_id)
    row = tx.db.get(Default, auction_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _of_seller(tx: Tx, auction_id: int) -> Default:
    row = _locked(tx, auction_id)
    if not policy.is_side(tx.actor, row.seller_organisation_id):
        raise NotFound
    if not policy.may_bind(tx.actor, row.seller_organisation_id):
        raise Forbidden("orders.manager_needed")
    return row


def _run(tx: Tx, auction_id: int) -> Default:
    if not policy.may_run(tx.actor):
        raise Forbidden
    return _locked(tx, auction_id)
