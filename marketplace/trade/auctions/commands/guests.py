"""Who is given a paddle at the desk of the hall: steps; the room of sessions runs the desk."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.commands.admission import (
    PADDLES,
    expect_deposit,
    has_defaulted,
    open_for_signup,
    refusal_rank,
)
from marketplace.trade.auctions.events import BidderApplied
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.models import Auction, Signup

HALL_PADDLES = range(1, PADDLES.start)


@dataclass(frozen=True, slots=True)
class Guest:
    """A party with the person who holds its paddle, present at the desk.

    The desk has ticked for it: the rules were read out (L15), the defects told (L7).
    """

    organisation_id: int
    organisation_name: str
    user_id: int
    paddle: int
    hides_name: bool = False


def enter_guest(tx: Tx, auction_id: int, *, guest: Guest) -> str:
    """Step: sign a guest up for a lot of the hall; the code to write on the deposit's transfer.

    The deposit admits him, as it does everybody. Raises Forbidden with the rule that bars (L5),
    Conflict for a lot that is over or not sold in the hall, a paddle that is taken, or a party
    that has a paddle of this lot already.
    """
    auction = open_for_signup(tx, auction_id)
    if auction.place == "web" or guest.paddle not in HALL_PADDLES:
        raise Conflict("auctions.not_in_hall")
    _refuse_barred(tx, auction, guest=guest)
    _refuse_second(tx, auction, guest=guest)
    signup = Signup(
        auction_id=auction.id,
        organisation_id=guest.organisation_id,
        organisation_name=guest.organisation_name,
        user_id=guest.user_id,
        paddle=str(guest.paddle),
        state="applied",
        accepted_version=auction.version,
        accepted_at=tx.now,
        refusal_rank=refusal_rank(auction, guest.organisation_name),
        hides_name=guest.hides_name,
        applied_at=tx.now,
    )
    tx.db.add(signup)
    tx.db.flush()
    tx.emit(BidderApplied(auction.id, signup.id))
    tx.audit("auction.guest_entered", "auction", auction.id, signup=signup.id)
    return expect_deposit(tx, auction, signup=signup)


def accept_for_guest(tx: Tx, auction_id: int, *, paddle: int) -> None:
    """Step: the notice was corrected; the desk has read it out and the guest accepts it again."""
    auction, _state = locked_lot(tx, auction_id)
    query = select(Signup).where(Signup.auction_id == auction.id, Signup.paddle == str(paddle))
    signup = tx.db.scalar(query)
    if signup is None:
        raise NotFound
    signup.accepted_version, signup.accepted_at = auction.version, tx.now
    tx.audit("auction.terms_accepted", "auction", auction.id, signup=signup.id)


def _refuse_barred(tx: Tx, auction: Auction, *, guest: Guest) -> None:
    house = guest.organisation_id
    bar = policy.bar_at_desk(tx.db, guest.user_id, organisation_id=house, auction=auction)
    if bar is not None:
        raise Forbidden(f"auctions.barred.{bar}")
    if has_defaulted(tx, auction, house, person_id=guest.user_id):
        raise Forbidden("auctions.barred.defaulted")


def _refuse_second(tx: Tx, auction: Auction, *, guest: Guest) -> None:
    """One organisation has one paddle of a lot, web or hall."""
    here = Signup.auction_id == auction.id
    mine = Signup.organisation_id == guest.organisation_id
    if tx.db.scalar(select(Signup.id).where(here, mine)) is not None:
        raise Conflict("auctions.signed_up_already")
    taken = Signup.paddle == str(guest.paddle)
    if tx.db.scalar(select(Signup.id).where(here, taken)) is not None:
        raise Conflict("auctions.paddle_taken", paddle=guest.paddle)
