"""Lock a session before reading what you decide on; its lots are locked after it, by id."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import NotFound
from marketplace.trade.sessions.models import SaleSession, SessionLot


def locked(tx: Tx, session_id: int) -> SaleSession:
    """Step: the session, locked; raises NotFound."""
    query = select(SaleSession).where(SaleSession.id == session_id).with_for_update()
    found = tx.db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def known(db: Session, session_id: int) -> SaleSession:
    """The session without a lock: enough where the lot's own lock decides. Raises NotFound."""
    found = db.get(SaleSession, session_id)
    if found is None:
        raise NotFound
    return found


def lots_of(db: Session, session_id: int) -> list[SessionLot]:
    """The running order."""
    query = select(SessionLot).where(SessionLot.session_id == session_id)
    return list(db.scalars(query.order_by(SessionLot.position)))
