"""What the auction room does when it hears something, and what it does by the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.jobs import Job
from marketplace.trade.auctions import (  # noqa: F401 - texts
    commands,
    deal_papers,
    record_words,
    stage_news,
    words,
)
from marketplace.trade.auctions.board_entry import publish_deal
from marketplace.trade.auctions.fallen import undo_sale
from marketplace.trade.auctions.heads import publish_heads
from marketplace.trade.auctions.models import Auction, Outcome, Signup
from marketplace.trade.auctions.reminders import remind
from marketplace.trade.auctions.telling import (
    Telling,
    bidders,
    by_paddle,
    once,
    signup_of,
    tell_about,
    watchers,
    yuan,
)


def admit_paid(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The deposit is there: admit the bidder without anybody's doing (idempotent by itself)."""
    commands.admit_paid(ctx, payload["auction_id"], organisation_id=payload["organisation_id"])


def issue_papers(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The lot is over: order its record and, when sold, the deal confirmation (L16, L17)."""
    with ctx.transaction() as tx:
        deal_papers.issue(tx, tx.db.get_one(Auction, payload["auction_id"]))


def tell_outbid(tx: Tx, payload: dict[str, Any]) -> None:
    """Only who led and leads no longer hears this; nobody who bid again meanwhile."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    signup = by_paddle(tx.db, auction.id, paddle=payload["paddle"])
    tell_about(
        tx,
        auction,
        kind="auction.outbid",
        to=[signup.user_id],
        price=yuan(payload["price_minor"]),
        minimum=yuan(payload["minimum_next_minor"]),
    )


def tell_admitted(tx: Tx, payload: dict[str, Any]) -> None:
    """The bidder may bid now; his paddle is told to him alone."""
    signup = tx.db.get_one(Signup, payload["signup_id"])
    auction = tx.db.get_one(Auction, signup.auction_id)
    tell_about(tx, auction, kind="auction.admitted", to=[signup.user_id], paddle=signup.paddle)


def tell_refused(tx: Tx, payload: dict[str, Any]) -> None:
    """The applicant hears why."""
    signup = tx.db.get_one(Signup, payload["signup_id"])
    auction = tx.db.get_one(Auction, signup.auction_id)
    tell_about(tx, auction, kind="auction.refused", to=[signup.user_id], why=payload["why"])


def tell_voided(tx: Tx, payload: dict[str, Any]) -> None:
    """The voided bidder hears why."""
    signup = tx.db.get_one(Signup, payload["signup_id"])
    auction = tx.db.get_one(Auction, signup.auction_id)
    tell_about(tx, auction, kind="auction.voided", to=[signup.user_id], why=signup.ended_why or "")


def tell_abnormal(tx: Tx, payload: dict[str, Any]) -> None:
    """The auctioneers look at a bid far above every expectation; its amount stays secret."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    to = identity.staff_ids(tx.db, StaffRole.AUCTIONEER)
    tell_about(tx, auction, kind="auction.abnormal", to=to, paddle=payload["paddle"])


def tell_scheduled(tx: Tx, payload: dict[str, Any]) -> None:
    """The seller hears of the notice; after a correction the bidders hear it too (L7, L15)."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    if payload["version"] > 1:
        tell_about(tx, auction, kind="auction.corrected", to=bidders(tx.db, auction.id))
        return
    to = identity.members_of(tx.db, auction.seller_organisation_id)
    tell_about(tx, auction, kind="auction.announced", to=to)


def tell_everybody(kind: str) -> Telling:
    """Tell bidders, watchers and the seller that something happened to the lot."""

    def telling(tx: Tx, payload: dict[str, Any]) -> None:
        auction = tx.db.get_one(Auction, payload["auction_id"])
        to = {
            *bidders(tx.db, auction.id),
            *watchers(tx.db, auction.id),
            *identity.members_of(tx.db, auction.seller_organisation_id),
        }
        tell_about(tx, auction, kind=kind, to=to)

    return telling


def tell_closed(tx: Tx, payload: dict[str, Any]) -> None:
    """Winner, losers, watchers and seller each hear their own sentence."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    result = tx.db.get_one(Outcome, auction.id)
    price = yuan(result.price_minor) if result.price_minor else ""
    winner = (
        {signup_of(tx.db, result.winner_signup_id).user_id} if result.winner_signup_id else set()
    )
    losers = {*bidders(tx.db, auction.id)} - winner
    seller = {*identity.members_of(tx.db, auction.seller_organisation_id)}
    others = {*watchers(tx.db, auction.id)} - winner - losers - seller
    sold = "sold" if winner else "unsold"
    tell_about(tx, auction, kind="auction.won", to=winner, price=price)
    tell_about(tx, auction, kind=f"auction.lost_{sold}", to=losers, price=price)
    tell_about(tx, auction, kind=f"auction.seller_{sold}", to=seller, price=price)
    tell_about(tx, auction, kind=f"auction.over_{sold}", to=others, price=price)


def tell_deposit_lost(tx: Tx, payload: dict[str, Any]) -> None:
    """The bidder hears that nothing is held for him any more: he cannot bid (T4, F19)."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    to = identity.members_of(tx.db, payload["organisation_id"])
    tell_about(tx, auction, kind="auction.deposit_lost", to=to)


def tell_deposit_due(tx: Tx, payload: dict[str, Any]) -> None:
    """The treasurers hear that a deposit must go back within hours (L27)."""
    auction = tx.db.get_one(Auction, payload["auction_id"])
    to = identity.staff_ids(tx.db, StaffRole.TREASURER)
    tell_about(tx, auction, kind="auction.deposit_due", to=to, url="/treasury/deposits?tab=owed")


def pause_blocked(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The register changed under a running lot: pause it when it may not be sold (L64)."""
    commands.pause_blocked(ctx, payload["listing_id"])


REACTIONS = {
    "showcase.reserved_listing_changed": {"auctions.pause_blocked": pause_blocked},
    "treasury.deposit_held": {"auctions.admit_paid": admit_paid},
    "treasury.deposit_lost": {"auctions.tell_deposit_lost": once(tell_deposit_lost)},
    "treasury.deposit_due_soon": {"auctions.tell_deposit_due": once(tell_deposit_due)},
    "trade.order_moved": {"auctions.undo_sale": undo_sale},
    "trade.auction_scheduled": {"auctions.tell_scheduled": once(tell_scheduled)},
    "trade.auction_withdrawn": {
        "auctions.tell_withdrawn": once(tell_everybody("auction.withdrawn"))
    },
    "trade.auction_paused": {"auctions.tell_paused": once(tell_everybody("auction.paused"))},
    "trade.auction_resumed": {"auctions.tell_resumed": once(tell_everybody("auction.resumed"))},
    "trade.bidder_admitted": {"auctions.tell_admitted": once(tell_admitted)},
    "trade.bidder_refused": {"auctions.tell_refused": once(tell_refused)},
    "trade.bidder_voided": {"auctions.tell_voided": once(tell_voided)},
    "trade.bidder_outbid": {"auctions.tell_outbid": once(tell_outbid)},
    "trade.lot_taken": {"auctions.tell_taken": once(stage_news.tell_taken)},
    "trade.opening_began": {"auctions.tell_opening": once(stage_news.tell_opening)},
    "trade.minutes_written": {
        "auctions.tell_minutes": once(stage_news.tell_minutes),
        "auctions.issue_minutes": stage_news.issue_minutes,
    },
    "treasury.deposit_settled": {"auctions.tell_kept": once(stage_news.tell_kept)},
    "trade.abnormal_bid": {"auctions.tell_abnormal": once(tell_abnormal)},
    "trade.auction_closed": {
        "auctions.tell_closed": once(tell_closed),
        "auctions.issue_papers": issue_papers,
        "auctions.publish_deal": publish_deal,
    },
}
JOBS = (
    Job("auctions.keep_alive", timedelta(seconds=30), commands.keep_alive),
    Job("auctions.close_due", timedelta(seconds=1), commands.close_due),
    Job("auctions.remind", timedelta(minutes=1), remind),
    Job("auctions.publish_heads", timedelta(minutes=5), publish_heads),
)
