"""Plan a session: its people, its lots and their order; announce it, or call it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.ids import token
from marketplace.trade.auctions import queries as auctions
from marketplace.trade.auctions.moves import MODES
from marketplace.trade.auctions.queries import in_hall
from marketplace.trade.sessions import policy, roots, running_order
from marketplace.trade.sessions.models import SaleSession, SessionLot
from marketplace.trade.sessions.states import PLACES, RUNNINGS, advance

MOST_LOTS = 200
PARKED = 10_000
"""Positions are unique at every moment: they move by way of this height."""


@dataclass(frozen=True, slots=True)
class PlanSession:
    """What is fixed about a session; ``session_id`` changes one that is not announced yet."""

    title: str
    title_en: str
    venue: str
    mode: str
    place: str
    running: str
    starts_at: datetime
    auctioneer_id: int
    clerk_id: int
    is_rehearsal: bool = False
    session_id: int | None = None


def plan_session(ctx: Context, command: PlanSession) -> int:
    """Keep a plan; the session's id.

    Raises Forbidden, Invalid (a missing title or venue, one person for two offices: L17, a hall
    in parallel), Conflict once announced or when the lots chosen already do not fit any more.
    """
    with ctx.transaction() as tx:
        if not policy.may_plan(tx.actor):
            raise Forbidden
        _refuse_impossible(command)
        known = command.session_id
        session = _new(tx) if known is None else planned(tx, known)
        fixed = (command.mode, command.place, command.is_rehearsal)
        other = known and fixed != (session.mode, session.place, session.is_rehearsal)
        if other and roots.lots_of(tx.db, known or 0):
            raise Conflict("sessions.has_lots")
        _write(tx, session, command)
        tx.db.add(session)
        tx.db.flush()
        letters = "YL" if session.is_rehearsal else "ZC"
        year = session.created_at.astimezone(SHANGHAI).year
        session.number = f"{letters}-{year}-{session.id:04d}"
        tx.audit("session.planned", "session", session.id)
        return session.id


def _refuse_impossible(command: PlanSession) -> None:
    errors = {}
    if not command.title.strip():
        errors["title"] = ["sessions.title_needed"]
    if command.place != "web" and not command.venue.strip():
        errors["venue"] = ["sessions.venue_needed"]
    if command.auctioneer_id == command.clerk_id:
        errors["clerk"] = ["sessions.two_people"]
    known = command.mode in MODES and command.place in PLACES and command.running in RUNNINGS
    if not known or (command.place != "web" and command.running != "sequence"):
        errors["running"] = ["sessions.hall_in_sequence"]
    if command.is_rehearsal and command.place == "web":
        errors["place"] = ["sessions.rehearsal_in_hall"]
    if errors:
        raise Invalid(errors=errors)


def _new(tx: Tx) -> SaleSession:
    return SaleSession(
        number=f"new-{token()}", state="planned", created_at=tx.now, created_by=tx.actor.user_id
    )


def _write(tx: Tx, session: SaleSession, command: PlanSession) -> None:
    for name in ("mode", "place", "running", "starts_at", "is_rehearsal"):
        setattr(session, name, getattr(command, name))
    for name in ("title", "title_en", "venue"):
        setattr(session, name, " ".join(getattr(command, name).split()))
    hammers = identity.staff_ids(tx.db, StaffRole.AUCTIONEER)
    clerks = identity.staff_ids(tx.db, StaffRole.AUCTIONEER, StaffRole.CLERK)
    if command.auctioneer_id not in hammers:
        raise Invalid(errors={"auctioneer": ["sessions.no_such_office"]})
    if command.clerk_id not in clerks:
        raise Invalid(errors={"clerk": ["sessions.no_such_office"]})
    names = identity.person_names(tx.db, (command.auctioneer_id, command.clerk_id))
    session.auctioneer_id, session.clerk_id = command.auctioneer_id, command.clerk_id
    session.auctioneer_name = names[command.auctioneer_id]
    session.clerk_name = names[command.clerk_id]


def planned(tx: Tx, session_id: int) -> SaleSession:
    """Step: a session that is not announced yet, locked, for who may plan."""
    if not policy.may_plan(tx.actor):
        raise Forbidden
    session = roots.locked(tx, session_id)
    if session.state != "planned":
        raise Conflict("sessions.move_refused", state=session.state, action="plan")
    return session


def add_lot(ctx: Context, session_id: int, *, auction_id: int) -> None:
    """Put an announced lot at the end of the running order.

    Raises NotFound, Conflict when the lot is not announced, sold another way or in another
    place, or in a session already.
    """
    with ctx.transaction() as tx:
        session = planned(tx, session_id)
        card = auctions.cards(tx.db, [auction_id], tx.now).get(auction_id)
        if card is None:
            raise NotFound
        fault = running_order.misfit(session, card)
        if fault is not None:
            raise Conflict(fault, lot=card.number)
        lots = roots.lots_of(tx.db, session.id)
        if len(lots) >= MOST_LOTS:
            raise Conflict("sessions.too_many_lots", most=MOST_LOTS)
        if not session.is_rehearsal and running_order.session_of(tx.db, auction_id) is not None:
            raise Conflict("sessions.lot_taken", lot=card.number)
        tx.db.add(
            SessionLot(
                session_id=session.id,
                auction_id=auction_id,
                is_rehearsal=session.is_rehearsal,
                position=len(lots) + 1,
            )
        )
        tx.audit("session.lot_added", "session", session.id, auction=auction_id)


def remove_lot(ctx: Context, session_id: int, *, auction_id: int) -> None:
    """Take a lot out of a plan; raises NotFound when it is not in it."""
    with ctx.transaction() as tx:
        session = planned(tx, session_id)
        lots = roots.lots_of(tx.db, session.id)
        gone = next((lot for lot in lots if lot.auction_id == auction_id), None)
        if gone is None:
            raise NotFound
        tx.db.delete(gone)
        _renumber(tx, [lot for lot in lots if lot is not gone])
        tx.audit("session.lot_removed", "session", session.id, auction=auction_id)


def move_lot(ctx: Context, session_id: int, *, auction_id: int, to: int) -> None:
    """Give a lot the position ``to`` (from 1) in the running order; the others close up."""
    with ctx.transaction() as tx:
        session = planned(tx, session_id)
        lots = roots.lots_of(tx.db, session.id)
        moved = next((lot for lot in lots if lot.auction_id == auction_id), None)
        if moved is None:
            raise NotFound
        lots.remove(moved)
        lots.insert(min(max(to, 1), len(lots) + 1) - 1, moved)
        _renumber(tx, lots)
        tx.audit("session.lot_moved", "session", session.id, auction=auction_id, to=to)


def _renumber(tx: Tx, lots: list[SessionLot]) -> None:
    for height in (PARKED, 0):
        for position, lot in enumerate(lots, start=1):
            lot.position = height + position
        tx.db.flush()


def announce_session(ctx: Context, session_id: int) -> None:
    """Publish the catalogue: people, lots and order are fixed from here on.

    Raises Conflict with the first fault of the running order (see ``running_order.faults``), or
    when an officer belongs to a seller (L5).
    """
    with ctx.transaction() as tx:
        session = planned(tx, session_id)
        cards = running_order.cards_of(tx.db, session.id, now=tx.now)
        for fault in running_order.faults(session, cards, now=tx.now):
            raise Conflict(fault.code, **fault.facts)
        _refuse_own_people(tx, session, [card.id for card in cards])
        session.state, session.announced_at = advance(session.state, "announce"), tx.now
        tx.audit("session.announced", "session", session.id, lots=len(cards))


def _refuse_own_people(tx: Tx, session: SaleSession, auction_ids: list[int]) -> None:
    officers = {session.auctioneer_id, session.clerk_id}
    for seller in set(in_hall.sellers(tx.db, auction_ids).values()):
        if officers & set(identity.members_of(tx.db, seller)):
            raise Conflict("sessions.officer_of_seller")


def cancel_session(ctx: Context, session_id: int, *, why: str) -> None:
    """Call a session off before it opens; its lots stay announced and are free for another."""
    if not why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        if not policy.may_plan(tx.actor):
            raise Forbidden
        session = roots.locked(tx, session_id)
        session.state = advance(session.state, "cancel")
        for lot in roots.lots_of(tx.db, session.id):
            tx.db.delete(lot)
        tx.audit("session.cancelled", "session", session.id, why=why.strip())
