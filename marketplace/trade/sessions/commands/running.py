"""Open a session, call its lots up, finish it; and what happens when its console falls silent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden
from marketplace.kernel.options import option
from marketplace.trade.auctions.commands import hall
from marketplace.trade.auctions.queries.board import OVER
from marketplace.trade.sessions import policy, rehearsal, roots, running_order
from marketplace.trade.sessions.models import SaleSession
from marketplace.trade.sessions.states import advance

EARLY = timedelta(minutes=30)
"""So long before its hour a session may be opened: the hall fills, nothing is called up early."""
SILENT = "记录员台与服务器的连接中断，竞价暂停；恢复连接后由工作人员宣布继续。"
"""The public reason of a pause that nobody asked for."""


def open_session(ctx: Context, session_id: int) -> None:
    """Begin: the first lot is up. Only its own auctioneer and clerk, from half an hour before."""
    with ctx.transaction() as tx:
        session = roots.locked(tx, session_id)
        if not policy.may_run(tx.actor, session):
            raise Forbidden
        if session.place == "web":
            raise Conflict("sessions.no_hall")
        if not session.is_rehearsal and tx.now < session.starts_at - EARLY:
            raise Conflict("sessions.too_early")
        session.state = advance(session.state, "open")
        session.opened_at = session.heartbeat_at = tx.now
        if session.is_rehearsal:
            rehearsal.begin(tx, session)
        session.current_auction_id = _next(tx.db, session, now=tx.now)
        tx.audit("session.opened", "session", session.id)


def call_next(ctx: Context, session_id: int) -> int | None:
    """Call the next lot up once the present one is over; its id, None after the last.

    Raises Conflict while the present lot still runs.
    """
    with ctx.transaction() as tx:
        session = _running(tx, session_id)
        if session.current_auction_id in _left(tx.db, session, now=tx.now):
            raise Conflict("sessions.lot_runs")
        session.current_auction_id = _next(tx.db, session, now=tx.now)
        tx.audit("session.lot_called", "session", session.id, auction=session.current_auction_id)
        return session.current_auction_id


def finish_session(ctx: Context, session_id: int) -> None:
    """End a session whose lots are all over."""
    with ctx.transaction() as tx:
        session = _running(tx, session_id)
        if _next(tx.db, session, now=tx.now) is not None:
            raise Conflict("sessions.lots_left")
        _finish(tx, session)


def _finish(tx: Tx, session: SaleSession) -> None:
    session.state, session.over_at = advance(session.state, "finish"), tx.now
    session.current_auction_id = session.heartbeat_at = None
    tx.audit("session.finished", "session", session.id)


def _running(tx: Tx, session_id: int) -> SaleSession:
    session = roots.locked(tx, session_id)
    if not policy.may_run(tx.actor, session):
        raise Forbidden
    if session.state != "open":
        raise Conflict("sessions.not_open")
    return session


def _left(db: Session, session: SaleSession, *, now: datetime) -> list[int]:
    """The lots that are not over, in their order."""
    if session.is_rehearsal:
        over = rehearsal.over_lots(db, session.id)
        return [
            one.auction_id for one in roots.lots_of(db, session.id) if one.auction_id not in over
        ]
    cards = running_order.cards_of(db, session.id, now=now)
    return [card.id for card in cards if card.status not in OVER]


def _next(db: Session, session: SaleSession, *, now: datetime) -> int | None:
    return next(iter(_left(db, session, now=now)), None)


def pause_silent(ctx: Context) -> int:
    """Pause the lot of every hall whose console has fallen silent; how many this call paused.

    The reason is public and everybody sees it; when the console is back, its clerk resumes. A
    worker runs this every other second; run by many at once, one of them pauses.
    """
    return sum(_pause_silent(ctx, session_id) for session_id in _silent(ctx))


def _silent(ctx: Context) -> list[int]:
    with ctx.reading() as db:
        since = _silence(ctx.clock(), option(db, "hall_heartbeat_seconds"))
        query = select(SaleSession.id).where(
            SaleSession.state == "open",
            ~SaleSession.is_rehearsal,
            SaleSession.current_auction_id.is_not(None),
            SaleSession.heartbeat_at < since,
        )
        return list(db.scalars(query))


def _silence(now: datetime, seconds: int) -> datetime:
    return now - timedelta(seconds=seconds)


def _pause_silent(ctx: Context, session_id: int) -> bool:
    with ctx.transaction() as tx:
        session = roots.locked(tx, session_id)
        since = _silence(tx.now, option(tx.db, "hall_heartbeat_seconds"))
        heard, current = session.heartbeat_at, session.current_auction_id
        if session.state != "open" or current is None or heard is None or heard >= since:
            return False
        if not hall.pause_lot(tx, current, reason=SILENT):
            return False
        tx.audit("session.fell_silent", "session", session.id, auction=current)
        return True


def keep_web(ctx: Context) -> int:
    """Sessions held online begin and end by the clock; how many moved."""
    with ctx.reading() as db:
        query = select(SaleSession).where(
            SaleSession.place == "web", SaleSession.state.in_(("announced", "open"))
        )
        due = [one.id for one in db.scalars(query) if _web_move(db, one, now=ctx.clock())]
    return sum(_keep_web(ctx, session_id) for session_id in due)


def _web_move(db: Session, session: SaleSession, *, now: datetime) -> str | None:
    """What the clock does to a session held online; None when nothing."""
    if session.state == "announced":
        return "open" if session.starts_at <= now else None
    return "finish" if session.state == "open" and _next(db, session, now=now) is None else None


def _keep_web(ctx: Context, session_id: int) -> bool:
    with ctx.transaction() as tx:
        session = roots.locked(tx, session_id)
        move = _web_move(tx.db, session, now=tx.now)
        if move == "open":
            session.state, session.opened_at = advance(session.state, "open"), tx.now
        elif move == "finish":
            _finish(tx, session)
        return move is not None
