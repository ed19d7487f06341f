"""What the console of a hall does to the lot that is up: one transaction each, clerks only."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select

from auction import clerk as engine
from auction.commands import Channel, Command, PlaceBid
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.auctions.commands import hall
from marketplace.trade.auctions.commands.hall import FloorCall, HallAnswer
from marketplace.trade.sessions import policy, rehearsal, roots
from marketplace.trade.sessions.models import Guest, SaleSession

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Up:
    """The lot a command means: the one on the clerk's screen, with the number of its board."""

    session_id: int
    auction_id: int
    seen_view: int


@dataclass(frozen=True, slots=True)
class FloorBid:
    """Paddle ``paddle`` called ``amount_minor`` (fen). ``key`` names the intent.

    ``entered`` is the server's ``time.monotonic()`` when the request came in; ``confirmed``
    answers the question about an abnormally high amount.
    """

    up: Up
    paddle: int
    amount_minor: int
    key: str
    confirmed: bool = False
    entered: float | None = None


def floor_bid(ctx: Context, command: FloorBid) -> HallAnswer:
    """Take a bid of the floor; it stands in one queue with the bids made online.

    A refusal is an answer and logged. Raises Forbidden for others than the session's officers,
    Conflict when the session or this lot is not up, NotFound for a paddle not handed out.
    """
    return ctx.together(lambda tx: take_floor_bid(tx, command))


def take_floor_bid(tx: Tx, command: FloorBid) -> HallAnswer:
    """Step: ``floor_bid``."""
    session = _standing_at(tx, command.up)
    waited = 0.0 if command.entered is None else time.monotonic() - command.entered
    call = FloorCall(
        command.up.auction_id,
        str(command.paddle),
        command.amount_minor,
        key=command.key,
        seen_view=command.up.seen_view,
        confirmed=command.confirmed,
        age_ms=int(waited * 1000),
    )
    if session.is_rehearsal:
        return _rehearsed_bid(tx, session, call)
    handed_out = select(Guest.id).where(
        Guest.session_id == session.id, Guest.paddle == command.paddle
    )
    if tx.db.scalar(handed_out) is None:
        raise NotFound("sessions.paddle_unknown", paddle=command.paddle)
    return hall.floor_bid(tx, call)


def warn(ctx: Context, up: Up) -> HallAnswer:
    """Give fair warning at the present price."""
    return _do(ctx, up, engine.Warn(up.seen_view), lambda tx: hall.warn(
        tx, up.auction_id, seen_view=up.seen_view))  # fmt: skip


def hammer(ctx: Context, up: Up) -> HallAnswer:
    """Sell to the leader: result, listing, order and deposits are one transaction with it."""
    return _do(ctx, up, engine.Hammer(up.seen_view), lambda tx: hall.hammer(
        tx, up.auction_id, seen_view=up.seen_view))  # fmt: skip


def pass_lot(ctx: Context, up: Up) -> HallAnswer:
    """End the lot unsold: nobody bid, or nobody reached the reserve."""
    return _do(ctx, up, engine.Pass(up.seen_view), lambda tx: hall.pass_lot(
        tx, up.auction_id, seen_view=up.seen_view))  # fmt: skip


def undo(ctx: Context, up: Up, *, reason: str) -> HallAnswer:
    """Take back the last floor bid, for a reason that is published."""
    _need(reason)
    return _do(ctx, up, engine.Undo(up.seen_view, reason.strip()), lambda tx: hall.undo(
        tx, up.auction_id, seen_view=up.seen_view, reason=reason))  # fmt: skip


def pause(ctx: Context, up: Up, *, reason: str) -> None:
    """Take no bids for a while, for a reason that is published; twice is once."""
    _need(reason)

    def work(tx: Tx) -> None:
        session = _standing_at(tx, up)
        if session.is_rehearsal:
            _rehearsed(tx, session, auction_id=up.auction_id, command=engine.Pause(reason))
        else:
            hall.pause_lot(tx, up.auction_id, reason=reason)

    _transact(ctx, work)


def resume(ctx: Context, up: Up, *, reason: str) -> None:
    """Go on; all fair warnings must be given anew."""
    _need(reason)

    def work(tx: Tx) -> None:
        session = _standing_at(tx, up)
        if session.is_rehearsal:
            _rehearsed(tx, session, auction_id=up.auction_id, command=engine.Resume())
        else:
            hall.resume_lot(tx, up.auction_id, reason=reason)

    _transact(ctx, work)


def _do(
    ctx: Context, up: Up, command: engine.ClerkCommand, step: Callable[[Tx], HallAnswer]
) -> HallAnswer:
    def work(tx: Tx) -> HallAnswer:
        session = _standing_at(tx, up)
        if session.is_rehearsal:
            return _rehearsed(tx, session, auction_id=up.auction_id, command=command)
        return step(tx)

    return _transact(ctx, work)


def _transact(ctx: Context, work: Callable[[Tx], Answer]) -> Answer:
    with ctx.transaction() as tx:
        return work(tx)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Invalid("reason_needed")


def _standing_at(tx: Tx, up: Up) -> SaleSession:
    """The open session whose lot this is, for one of its two officers.

    Read without its lock: the lot's lock decides, and a lot leaves the console only when it is
    over. A rehearsal has no lots but its own: there the session's row is the lock.
    """
    session = roots.known(tx.db, up.session_id)
    if not policy.may_run(tx.actor, session):
        raise Forbidden
    if session.is_rehearsal:
        session = roots.locked(tx, up.session_id)
    if session.state != "open":
        raise Conflict("sessions.not_open")
    if session.current_auction_id != up.auction_id:
        raise Conflict("sessions.other_lot")
    return session


def _rehearsed(tx: Tx, session: SaleSession, *, auction_id: int, command: Command) -> HallAnswer:
    outcome = rehearsal.carry_out(tx, session, auction_id=auction_id, command=command)
    return hall.answer_of(outcome)


def _rehearsed_bid(tx: Tx, session: SaleSession, call: FloorCall) -> HallAnswer:
    if int(call.paddle) not in rehearsal.PADDLES:
        raise NotFound("sessions.paddle_unknown", paddle=call.paddle)
    bid = PlaceBid(
        call.paddle,
        call.amount_minor,
        key=call.key,
        channel=Channel.FLOOR,
        seen_view=call.seen_view,
        confirmed=call.confirmed,
    )
    return _rehearsed(tx, session, auction_id=call.auction_id, command=bid)


def beat(ctx: Context, session_id: int) -> None:
    """The console is there; in a rehearsal somebody may bid online meanwhile."""
    with ctx.transaction() as tx:
        session = roots.locked(tx, session_id)
        if not policy.may_run(tx.actor, session):
            raise Forbidden
        if session.state != "open":
            raise Conflict("sessions.not_open")
        session.heartbeat_at = tx.now
        if session.is_rehearsal:
            rehearsal.simulate(tx, session)


def seen_now(command: FloorBid, view: int) -> FloorBid:
    """The same call with the board's number it stands on now."""
    return replace(command, up=replace(command.up, seen_view=view))
