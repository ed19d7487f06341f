"""A named lease in the database: of any number of processes, one does the work."""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.context import Context
from marketplace.kernel.db import Base

HOLDER = f"{socket.gethostname()}:{os.getpid()}"


class LeaseRow(Base):
    """Who holds a lease and until when."""

    __tablename__ = "kernel_lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


def take(ctx: Context, name: str, *, lasting: timedelta, holder: str = HOLDER) -> bool:
    """Take or prolong the lease; False while somebody else holds it."""
    now = ctx.clock()
    with ctx.reading() as db:  # most calls only find that the lease is still good
        row = db.execute(
            select(LeaseRow.holder, LeaseRow.until).where(LeaseRow.name == name)
        ).first()
    if row is not None and row.until > now:
        if row.holder != holder:
            return False
        if row.until > now + lasting / 2:
            return True
    try:
        return _take(ctx, name, holder, lasting)
    except IntegrityError:
        return False  # somebody else made the row first


def _take(ctx: Context, name: str, holder: str, lasting: timedelta) -> bool:
    with ctx.transaction() as tx:
        row = tx.db.scalar(select(LeaseRow).where(LeaseRow.name == name).with_for_update())
        if row is None:
            tx.db.add(LeaseRow(name=name, holder=holder, until=tx.now + lasting))
            return True
        if row.holder != holder and row.until > tx.now:
            return False
        row.holder, row.until = holder, tx.now + lasting
        return True
