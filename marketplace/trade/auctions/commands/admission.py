"""Sign up, be admitted when the deposit is there, be refused with a reason."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from auction.state import Stage
from marketplace.identity import queries as identity
from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.auctions import policy
from marketplace.trade.auctions.events import BidderAdmitted, BidderApplied, BidderRefused
from marketplace.trade.auctions.locking import locked_lot
from marketplace.trade.auctions.lots import STANDING, auction_log
from marketplace.trade.auctions.models import Auction, FallenSale, Outcome, Signup, Watch
from marketplace.trade.auctions.moves import advance_signup
from marketplace.treasury.deposits import queries as deposits
from marketplace.treasury.deposits import steps as treasury

PADDLES = range(101, 1000)
"""Paddles of the web; those below are handed out in the hall."""


@dataclass(frozen=True, slots=True)
class SignUp:
    """The acting organisation wants to bid.

    ``version`` is the version of notice and rules the person read; both ticks are needed: the
    rules (L15) and the defects and encumbrances (L7). ``hides_name``: secret on request (L22).
    """

    auction_id: int
    version: int
    accepts_rules: bool
    accepts_defects: bool
    hides_name: bool = False


def sign_up(ctx: Context, command: SignUp) -> str:
    """Apply for a lot; the code to write on the deposit's transfer.

    Raises Invalid without both ticks, Conflict for an old version, a lot that is over or a
    second application, Forbidden with the rule that bars (L5).
    """
    if not (command.accepts_rules and command.accepts_defects):
        raise Invalid("auctions.ticks_needed")
    with ctx.transaction() as tx:
        auction = open_for_signup(tx, command.auction_id)
        if auction.place == "hall":
            raise Conflict("auctions.hall_only")
        _refuse_barred(tx, auction)
        if command.version != auction.version:
            raise Conflict("auctions.terms_changed")
        signup = _new_signup(tx, auction, hides_name=command.hides_name)
        tx.emit(BidderApplied(auction.id, signup.id))
        tx.audit("auction.signed_up", "auction", auction.id, version=command.version)
        return expect_deposit(tx, auction, signup=signup)


def expect_deposit(tx: Tx, auction: Auction, *, signup: Signup) -> str:
    """Step: expect the bidder's deposit; the code to write on the transfer."""
    return treasury.expect(
        tx,
        treasury.Expected(
            auction_id=auction.id,
            auction_number=auction.number,
            auction_title=auction.title,
            organisation_id=signup.organisation_id,
            organisation_name=signup.organisation_name,
            applicant_id=signup.user_id,
            amount_minor=auction.deposit_minor,
            needed_until=auction.ends_at,
        ),
    )


def open_for_signup(tx: Tx, auction_id: int) -> Auction:
    """Step: the locked auction; raises Conflict when it is over."""
    auction, state = locked_lot(tx, auction_id)
    over = state.phase(to_ms(tx.now)) in ("ended", "closed", "cancelled")
    too_late = state.progress.stage not in (Stage.BIDDING, Stage.SEALING)
    if over or too_late or auction.state not in ("announced", "paused"):
        raise Conflict("auctions.over")
    return auction


def _refuse_barred(tx: Tx, auction: Auction) -> None:
    if not policy.may_bid_for_organisation(tx.actor):
        raise Forbidden("auctions.barred.read_only")
    bar = policy.bar_of(tx.db, tx.actor, auction)
    if bar is not None:
        raise Forbidden(f"auctions.barred.{bar}")
    actor = tx.actor
    if has_defaulted(tx, auction, actor.organisation_id or 0, person_id=actor.user_id):
        raise Forbidden("auctions.barred.defaulted")


def has_defaulted(tx: Tx, auction: Auction, organisation_id: int, *, person_id: int) -> bool:
    """Step: who defaulted is barred from the re-run, under a new listing too (L28; 网拍规定 24)."""
    same = Auction.listing_id == auction.listing_id
    if auction.subject_number:
        same |= Auction.subject_number == auction.subject_number
    accounts = identity.same_person(tx.db, person_id)
    his = (Signup.organisation_id == organisation_id) | Signup.user_id.in_(accounts)
    query = (
        select(Signup.id)
        .join(Outcome, Outcome.winner_signup_id == Signup.id)
        .join(FallenSale, FallenSale.auction_id == Outcome.auction_id)
        .join(Auction, Auction.id == Outcome.auction_id)
        .where(same, his, Auction.id != auction.id, FallenSale.why == "default")
    )
    return tx.db.scalar(query.limit(1)) is not None


def _new_signup(tx: Tx, auction: Auction, *, hides_name: bool) -> Signup:
    actor = tx.actor
    same = (Signup.auction_id == auction.id) & (Signup.organisation_id == actor.organisation_id)
    if tx.db.scalar(select(Signup.id).where(same)) is not None:
        raise Conflict("auctions.signed_up_already")
    signup = Signup(
        auction_id=auction.id,
        organisation_id=actor.organisation_id,
        organisation_name=actor.organisation_name,
        user_id=actor.user_id,
        paddle=_free_paddle(tx, auction.id),
        state="applied",
        accepted_version=auction.version,
        accepted_at=tx.now,
        refusal_rank=refusal_rank(auction, actor.organisation_name),
        hides_name=hides_name,
        applied_at=tx.now,
    )
    tx.db.add(signup)
    tx.db.flush()
    return signup


def _free_paddle(tx: Tx, auction_id: int) -> str:
    """A random number of this lot alone: no order, no link to another lot (T10)."""
    taken = set(tx.db.scalars(select(Signup.paddle).where(Signup.auction_id == auction_id)))
    free = [number for number in PADDLES if str(number) not in taken]
    if not free:
        raise Conflict("auctions.no_paddle_left")
    return str(secrets.choice(free))


def refusal_rank(auction: Auction, organisation_name: str) -> int | None:
    """The rank of a holder of first refusal who did not waive it (L26, L53)."""
    for holder in auction.refusal_holders:
        if holder["name"] == organisation_name and holder.get("answer") != "waived":
            return int(holder.get("rank", 1))
    return None


@dataclass(frozen=True, slots=True)
class AcceptTerms:
    """Tick again after a correction (L7, L15)."""

    auction_id: int
    version: int
    accepts_rules: bool
    accepts_defects: bool


def accept_terms(ctx: Context, command: AcceptTerms) -> None:
    """Accept the current version; raises Invalid, Conflict (another version) or NotFound."""
    if not (command.accepts_rules and command.accepts_defects):
        raise Invalid("auctions.ticks_needed")
    with ctx.transaction() as tx:
        auction, _state = locked_lot(tx, command.auction_id)
        signup = _own_signup(tx, auction.id)
        if command.version != auction.version:
            raise Conflict("auctions.terms_changed")
        signup.accepted_version, signup.accepted_at = auction.version, tx.now
        tx.audit("auction.terms_accepted", "auction", auction.id, version=command.version)


def admit_paid(ctx: Context, auction_id: int, *, organisation_id: int) -> None:
    """Admit a bidder whose deposit is held; harmless when he is admitted or the lot is over."""
    with ctx.transaction() as tx:
        auction, _state = locked_lot(tx, auction_id)
        signup = tx.db.scalar(
            select(Signup).where(
                Signup.auction_id == auction.id, Signup.organisation_id == organisation_id
            )
        )
        paid = deposits.is_held(tx.db, auction.id, organisation_id=organisation_id)
        if signup is None or signup.state != "applied" or not paid:
            return
        signup.state, signup.admitted_at = advance_signup(signup.state, "admit"), tx.now
        tx.emit(BidderAdmitted(auction.id, signup.id))
        tx.audit("auction.bidder_admitted", "auction", auction.id, signup=signup.id)


@dataclass(frozen=True, slots=True)
class RefuseBidder:
    """The auctioneer refuses an applicant who has not bid, for a stated reason."""

    auction_id: int
    signup_id: int
    why: str


def refuse_bidder(ctx: Context, command: RefuseBidder) -> None:
    """Refuse an applicant; the deposit goes back. Raises Conflict once he has bid: void him."""
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        if not policy.may_operate(tx.actor):
            raise Forbidden
        auction, _state = locked_lot(tx, command.auction_id)
        signup = tx.db.get(Signup, command.signup_id)
        if signup is None or signup.auction_id != auction.id:
            raise NotFound
        if _has_bid(tx, auction, signup=signup):
            raise Conflict("auctions.has_bid_already")
        signup.state = advance_signup(signup.state, "refuse")
        signup.ended_why = command.why.strip()
        treasury.owe_release(tx, auction.id, organisation_id=signup.organisation_id)
        tx.emit(BidderRefused(auction.id, signup.id, signup.ended_why))
        tx.audit("auction.bidder_refused", "auction", auction.id, why=signup.ended_why)


@dataclass(frozen=True, slots=True)
class WatchAuction:
    """Begin or stop to follow a lot."""

    auction_id: int
    follow: bool


def watch(ctx: Context, command: WatchAuction) -> None:
    """Follow or unfollow; doing it twice changes nothing. Raises NotFound for a draft."""
    with ctx.transaction() as tx:
        auction = tx.db.get(Auction, command.auction_id)
        if auction is None or auction.state == "draft":
            raise NotFound
        row = tx.db.get(Watch, (tx.actor.user_id, auction.id))
        if command.follow and row is None:
            tx.db.add(Watch(user_id=tx.actor.user_id, auction_id=auction.id, since=tx.now))
        elif not command.follow and row is not None:
            tx.db.delete(row)


def _has_bid(tx: Tx, auction: Auction, *, signup: Signup) -> bool:
    entry = auction_log.c
    stands = (entry.bidder == signup.paddle) & entry.kind.in_(STANDING)
    query = select(entry.seq).where(entry.lot_id == auction.lot_id, stands).limit(1)
    return tx.db.scalar(query) is not None


def _own_signup(tx: Tx, auction_id: int) -> Signup:
    signup = tx.db.scalar(
        select(Signup).where(
            Signup.auction_id == auction_id,
            Signup.organisation_id == tx.actor.organisation_id,
        )
    )
    if signup is None:
        raise NotFound
    return signup
