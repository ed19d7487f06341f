"""A rehearsal: copies of lots by the real rules, in a log of their own, with simulated bidders.

Nothing here touches a lot, a result, a deal or money; the true reserve is not read either.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auction import log
from auction.commands import Command, PlaceBid
from auction.execution import Outcome, execute
from auction.formats import reads_history
from auction.log import Entry
from auction.proxy import minimum_next
from auction.state import Result, State
from auction.terms import Mode, Terms
from marketplace.kernel.clock import to_ms
from marketplace.kernel.context import Tx
from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import queries as auctions
from marketplace.trade.auctions.queries import AuctionCard
from marketplace.trade.auctions.queries.in_hall import HallLot, LogLine, log_lines
from marketplace.trade.sessions import roots
from marketplace.trade.sessions.models import RehearsalEntry, SaleSession, SessionLot

PADDLES = range(1, 21)
"""Who sits in the hall of a rehearsal."""
SIMULATED = ("901", "902", "903")
"""Who bids online in it, by himself."""
OFTEN = 3
"""One of so many beats brings a simulated bid."""
STEPS_TO_RESERVE = 4
SPAN = timedelta(days=1)


def begin(tx: Tx, session: SaleSession) -> None:
    """Step: schedule the copies, each with a reserve made up for the exercise."""
    for lot in roots.lots_of(tx.db, session.id):
        room = auctions.room(tx.db, lot.auction_id, now=tx.now)
        now_ms = to_ms(tx.now)
        ladder = tuple((start, step) for start, step in room.ladder)
        terms = Terms(
            start=room.start_minor,
            ladder=ladder,
            opens_ms=now_ms,
            ends_ms=now_ms + SPAN // timedelta(milliseconds=1),
            mode=Mode.BOTH,
        )
        if room.has_reserve:
            made_up = terms.start + STEPS_TO_RESERVE * terms.step(terms.start)
            terms = replace(terms, reserve=made_up)
        _keep(tx, lot.id, log.schedule(lot.auction_id, terms, now_ms).entries)


def carry_out(tx: Tx, session: SaleSession, *, auction_id: int, command: Command) -> Outcome:
    """Step: put a command to a copy, in the session that is locked."""
    lot = _lot(tx.db, session.id, auction_id)
    entries = _entries(tx.db, lot.id)
    state = log.fold(entries)
    asked = reads_history(state.terms.format, command)
    outcome = execute(
        state,
        command,
        to_ms(tx.now),
        stored=_stored(entries, command),
        history=[entry.event() for entry in entries] if asked else (),
    )
    _keep(tx, lot.id, outcome.fresh)
    return outcome


def simulate(tx: Tx, session: SaleSession) -> None:
    """Step: now and then somebody online names a maximum a few steps above the price."""
    current = session.current_auction_id
    if current is None or secrets.randbelow(OFTEN):
        return
    state = state_of(tx.db, session.id, current)
    if state.progress.paused or state.outcome is not None:
        return
    bidder = secrets.choice([one for one in SIMULATED if one != state.leader])
    least = minimum_next(state.terms, state.standing)
    steps = secrets.randbelow(4)
    if least > state.terms.start * 2:  # an exercise comes to an end
        return
    command = PlaceBid(bidder, least + steps * state.terms.step(least))
    carry_out(tx, session, auction_id=current, command=command)


def state_of(db: Session, session_id: int, auction_id: int) -> State:
    """Where a copy stands; raises NotFound."""
    return log.fold(_entries(db, _lot(db, session_id, auction_id).id))


def over_lots(db: Session, session_id: int) -> set[int]:
    """The lots whose copies are over."""
    query = (
        select(SessionLot.auction_id)
        .join(RehearsalEntry, RehearsalEntry.session_lot_id == SessionLot.id)
        .where(SessionLot.session_id == session_id, RehearsalEntry.kind == "closed")
    )
    return set(db.scalars(query))


def board(db: Session, session_id: int, *, card: AuctionCard) -> HallLot:
    """A copy as the console shows it."""
    state = state_of(db, session_id, card.id)
    status = "live" if state.outcome is None else "unsold"
    if state.outcome is Result.SOLD:
        status = "sold"
    price = state.price
    shown = replace(
        card,
        status="paused" if state.progress.paused else status,
        place="both",
        price_minor=state.terms.start if price is None else price,
        has_bids=price is not None,
        bids=state.view,
        reserve_met=state.reserve_met,
    )
    return HallLot.of(shown, state, paused=state.progress.paused)


def lines(db: Session, session_id: int, auction_id: int, *, most: int) -> tuple[LogLine, ...]:
    """The newest entries of a copy, newest first."""
    entries = _entries(db, _lot(db, session_id, auction_id).id)
    events = (json.loads(entry.public) for entry in reversed(entries))
    shown = [event for event in events if event["kind"] not in ("noted", "scheduled")]
    return log_lines(shown[:most])


def _lot(db: Session, session_id: int, auction_id: int) -> SessionLot:
    query = select(SessionLot).where(
        SessionLot.session_id == session_id, SessionLot.auction_id == auction_id
    )
    found = db.scalar(query)
    if found is None:
        raise NotFound
    return found


def _entries(db: Session, session_lot_id: int) -> list[Entry]:
    columns = [getattr(RehearsalEntry, name) for name in Entry._fields]
    query = select(*columns).where(RehearsalEntry.session_lot_id == session_lot_id)
    return [Entry(*row) for row in db.execute(query.order_by(RehearsalEntry.seq))]


def _stored(entries: list[Entry], command: Command) -> tuple[Entry, ...]:
    key = getattr(command, "key", None)
    if key is None:
        return ()
    bidder = getattr(command, "bidder", None)
    for number, entry in enumerate(entries):
        if (entry.bidder, entry.key) == (bidder, key):
            return log.answer_of(entries[number:])
    return ()


def _keep(tx: Tx, session_lot_id: int, entries: tuple[Entry, ...]) -> None:
    for entry in entries:
        values = dict(zip(Entry._fields, entry, strict=True))
        tx.db.add(RehearsalEntry(session_lot_id=session_lot_id, **values))
    tx.db.flush()
