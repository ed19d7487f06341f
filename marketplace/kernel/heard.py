"""Outbox rows that were acted on: delivery is at least once, telling people is once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.context import Tx
from marketplace.kernel.db import Base


class Heard(Base):
    """An outbox row (one event for one consumer) whose work is done. Table: kernel_heard."""

    __tablename__ = "kernel_heard"

    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


def is_news(tx: Tx, row_id: int) -> bool:
    """Step: True the first time a row is delivered; it is remembered with what the caller does."""
    if tx.db.get(Heard, row_id) is not None:
        return False
    tx.db.add(Heard(row_id=row_id, at=tx.now))
    return True
