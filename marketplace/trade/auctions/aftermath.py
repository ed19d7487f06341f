"""What the room above must know of a lot that is over, and may do with it inside its own work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction.ranking import best_bids
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.kernel.ids import token
from marketplace.trade.auctions.fallen import Fall, fallen, undo
from marketplace.trade.auctions.findings import thresholds
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.lots import store, wire
from marketplace.trade.auctions.models import Auction, Outcome, Round, Signup
from marketplace.trade.auctions.numbers import give_number
from rules import auction_sums, auction_terms
from rules.auction_terms import AuctionMode

AGAIN = ("state", "version", "lot_id", "notice_at", "accepted_warnings", "number", "id")
"""What a draft does not take over from the lot that it follows."""
MOVED = ("opens_at", "ends_at", "display_from", "hard_end_at")


@dataclass(frozen=True, slots=True)
class Sale:
    """A closed lot and its result. Amounts in fen; ``fell`` says how its sale came to nothing."""

    auction_id: int
    number: str
    title: str
    title_en: str
    mode: str
    listing_id: int
    start_minor: int
    deposit_minor: int
    commission_hundredths: int
    seller_organisation_id: int
    seller_name: str
    hides_seller: bool
    company_code: str | None
    outcome: str
    price_minor: int | None
    winner_organisation_id: int | None
    winner_name: str | None
    closed_at: datetime
    fell: str | None

    @property
    def is_licensed(self) -> bool:
        """A 拍卖; everything else must not be called so (L3)."""
        return self.mode == AuctionMode.LICENSED


OF_AUCTION = (
    "number", "title", "title_en", "mode", "listing_id", "start_minor", "deposit_minor",
    "commission_hundredths", "seller_organisation_id", "seller_name", "hides_seller",
    "company_code",
)  # fmt: skip
OF_RESULT = ("outcome", "price_minor", "winner_organisation_id", "winner_name", "closed_at")


def sale(db: Session, auction_id: int) -> Sale:
    """The result of a lot; raises NotFound while it is not closed."""
    result = db.get(Outcome, auction_id)
    if result is None:
        raise NotFound
    auction = db.get_one(Auction, auction_id)
    return Sale(
        auction_id=auction_id,
        fell=fallen(db, auction_id),
        **{name: getattr(auction, name) for name in OF_AUCTION},
        **{name: getattr(result, name) for name in OF_RESULT},
    )


def lock_sale(tx: Tx, auction_id: int) -> Sale:
    """Step: as ``sale``, with the lot locked: the root of all that follows from it."""
    locked_lot(tx, auction_id)
    return sale(tx.db, auction_id)


@dataclass(frozen=True, slots=True)
class Bidder:
    """Somebody who bid and did not buy, at the best bid that stood for him. Amount in fen."""

    signup_id: int
    paddle: str
    price_minor: int
    organisation_id: int
    organisation_name: str
    user_id: int
    hides_name: bool


def runner_up(db: Session, auction_id: int) -> Bidder | None:
    """The best bidder after the winner, at his own highest bid, never above the price.

    Nobody of the winner's organisation or person; None where nobody else stood.
    """
    result = db.get_one(Outcome, auction_id)
    winner = db.get(Signup, result.winner_signup_id) if result.winner_signup_id else None
    if winner is None or result.price_minor is None:
        return None
    for one in _bidders(db, auction_id):
        if one.user_id != winner.user_id and one.organisation_id != winner.organisation_id:
            return replace(one, price_minor=min(one.price_minor, result.price_minor))
    return None


def leader_below(db: Session, auction_id: int) -> Bidder | None:
    """Who led a lot that did not reach its reserve, at the price that stood then."""
    result = db.get_one(Outcome, auction_id)
    if result.outcome != "reserve_not_met" or result.price_minor is None:
        return None
    best = next(iter(_bidders(db, auction_id)), None)
    return None if best is None else replace(best, price_minor=result.price_minor)


def bidder(db: Session, signup_id: int, price_minor: int) -> Bidder:
    """A bidder again, at a price that was fixed before."""
    return _bidder(db.get_one(Signup, signup_id), price_minor)


def _bidders(db: Session, auction_id: int) -> list[Bidder]:
    """Who still took part at the end, the best bid first."""
    lot_id = db.scalar(select(Auction.lot_id).where(Auction.id == auction_id))
    if lot_id is None:
        return []
    history = [entry.event() for entry in store(db).log(wire(db), lot_id)]
    query = select(Signup).where(Signup.auction_id == auction_id, Signup.state == "admitted")
    known = {one.paddle: one for one in db.scalars(query)}
    return [_bidder(known[who], amount) for amount, who in best_bids(history) if who in known]


def _bidder(signup: Signup, price_minor: int) -> Bidder:
    return Bidder(
        signup_id=signup.id,
        paddle=signup.paddle,
        price_minor=price_minor,
        organisation_id=signup.organisation_id,
        organisation_name=signup.organisation_name,
        user_id=signup.user_id,
        hides_name=signup.hides_name,
    )


def sign_by(db: Session, of: Sale, *, agreed_at: datetime) -> datetime:
    """Until when a deal that is agreed now is signed: the term of the lot's own notice."""
    return auction_terms.confirmation_deadline(agreed_at, thresholds(db, AuctionMode(of.mode)))


def commission_minor(of: Sale, price_minor: int) -> int:
    """The buyer's commission on another price, as the lot's notice said it."""
    tier = auction_sums.Tier(from_minor=0, basis_points=of.commission_hundredths)
    return auction_sums.commission_minor(price_minor, [tier])


def annul(tx: Tx, auction_id: int, *, order_id: int, why: str) -> None:
    """Step: the sale of a lot is undone, with the public notice of why (L31).

    Raises Conflict for a lot that was not sold, or whose sale has fallen already.
    """
    auction, _state = locked_lot(tx, auction_id)
    undo(tx, auction, Fall(auction_id, order_id, why="annul", kind="annulment", text=why))


def draft_next(tx: Tx, auction_id: int) -> int:
    """Step: a draft of the next round, copied from a lot that is over; its number.

    The dates keep their distances and begin today; the auctioneer checks them and announces it
    as any other. Raises Conflict when the lot found its buyer or a next round is drafted.
    """
    before = lock_sale(tx, auction_id)
    if before.outcome == "sold" and before.fell is None:
        raise Conflict("auctions.sale_move_refused", state="sold", action="next_round")
    if next_of(tx.db, auction_id) is not None:
        raise Conflict("auctions.next_round_drafted")
    old = tx.db.get_one(Auction, auction_id)
    auction = Auction(**_copied(old, moved=tx.now - (old.notice_at or old.created_at)))
    auction.created_at, auction.created_by = tx.now, tx.actor.user_id
    tx.db.add(auction)
    tx.db.flush()
    give_number(auction)
    following = round_of(tx.db, auction_id) + 1
    tx.db.add(Round(auction_id=auction.id, follows_id=auction_id, round=following))
    tx.db.flush()
    tx.audit("auction.drafted", "auction", auction.id, follows=auction_id, round=following)
    return auction.id


def _copied(old: Auction, *, moved: timedelta) -> dict[str, Any]:
    kept = {
        column.key: getattr(old, column.key)
        for column in Auction.__mapper__.column_attrs
        if column.key not in AGAIN
    }
    later = {name: kept[name] + moved for name in MOVED if kept[name] is not None}
    fresh = {"state": "draft", "version": 1, "number": f"draft-{token()}", "accepted_warnings": {}}
    nothing: dict[str, Any] = {
        "viewing_dates": [],
        "medium_published_on": None,
        "medium_proof": None,
    }
    return {**kept, **later, **fresh, **nothing}


def next_of(db: Session, auction_id: int) -> int | None:
    """The lot that follows this one; None while none is drafted."""
    return db.scalar(select(Round.auction_id).where(Round.follows_id == auction_id))


def latest_round(db: Session, auction_id: int) -> int:
    """The last lot of the chain that begins here: itself when none follows."""
    latest = auction_id
    while (following := next_of(db, latest)) is not None:
        latest = following
    return latest


def follows(db: Session, auction_id: int) -> int | None:
    """The lot that this one follows; None for a first round."""
    return db.scalar(select(Round.follows_id).where(Round.auction_id == auction_id))


def titles(db: Session, auction_ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """Number, title and English title of lots by id."""
    query = select(Auction.id, Auction.number, Auction.title, Auction.title_en)
    rows = db.execute(query.where(Auction.id.in_(sorted(auction_ids))))
    return {row.id: (row.number, row.title, row.title_en) for row in rows}


def round_of(db: Session, auction_id: int) -> int:
    """Which round of its listing's sale a lot is."""
    return db.scalar(select(Round.round).where(Round.auction_id == auction_id)) or 1
