"""Talks below the reserve: invited by the market, begun when both sides have consented (L8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.kernel.options import option
from marketplace.trade.aftermath import policy
from marketplace.trade.aftermath.history import move_talk
from marketplace.trade.aftermath.models import Talk
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.offers import steps as offers
from marketplace.trade.offers.rounds import Buyer

FIRST_ROUND_DAYS = 14


@dataclass(frozen=True, slots=True)
class Invite:
    """The auctioneer invites seller and best bidder to talk."""

    auction_id: int


def invite(ctx: Context, command: Invite) -> None:
    """Ask both; neither hears who the other is. Raises Forbidden, NotFound, Conflict."""
    with ctx.transaction() as tx:
        if not policy.may_run(tx.actor):
            raise Forbidden
        row = _locked(tx, command.auction_id)
        if lots.next_of(tx.db, row.auction_id) is not None:
            raise Conflict("auctions.next_round_drafted")
        move_talk(tx, row, "invite")
        row.invited_at = tx.now
        row.expires_at = tx.now + timedelta(days=option(tx.db, "talk_days"))


@dataclass(frozen=True, slots=True)
class AnswerInvitation:
    """One side consents to talk, or does not want to."""

    auction_id: int
    consents: bool


def answer_invitation(ctx: Context, command: AnswerInvitation) -> int | None:
    """Keep the answer; with the second consent the negotiation begins, whose number is returned.

    Raises NotFound for others, Forbidden for who does not bind his side, Conflict after the term,
    a second time, or when the listing is not free.
    """
    with ctx.transaction() as tx:
        row = _locked(tx, command.auction_id)
        is_seller = policy.is_side(tx.actor, row.seller_organisation_id)
        own = row.seller_organisation_id if is_seller else row.bidder_organisation_id
        if not policy.is_side(tx.actor, own):
            raise NotFound
        if not policy.may_bind(tx.actor, own):
            raise Forbidden("orders.manager_needed")
        if row.expires_at is not None and row.expires_at <= tx.now:
            raise Conflict("aftermath.offer_expired")
        if not command.consents:
            move_talk(tx, row, "decline")
            return None
        _consent(tx, row, is_seller=is_seller)
        return row.offer_id


def _consent(tx: Tx, row: Talk, *, is_seller: bool) -> None:
    if (row.seller_at if is_seller else row.bidder_at) is not None:
        raise Conflict("aftermath.answered")
    other = row.bidder_at if is_seller else row.seller_at
    if is_seller:
        row.seller_at, row.seller_by = tx.now, tx.actor.user_id
    else:
        row.bidder_at, row.bidder_by = tx.now, tx.actor.user_id
    if other is not None:
        row.offer_id = _begin(tx, row)
    move_talk(tx, row, "consent" if other is None else "begin")


def _begin(tx: Tx, row: Talk) -> int:
    of = lots.sale(tx.db, row.auction_id)
    best = lots.bidder(tx.db, row.signup_id, row.price_minor)
    buyer = Buyer(
        best.organisation_id,
        best.organisation_name,
        row.bidder_by or best.user_id,
        hides_name=best.hides_name,
    )
    return offers.begin_talks(
        tx, offers.Talks(of.listing_id, buyer, row.price_minor, days=FIRST_ROUND_DAYS)
    )


def _locked(tx: Tx, auction_id: int) -> Talk:
    lots.lock_sale(tx, auction_id)
    row = tx.db.get(Talk, auction_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row
