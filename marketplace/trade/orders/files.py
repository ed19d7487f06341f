"""Where the files of an order lie, for who may see the order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.trade.orders import policy
from marketplace.trade.orders.models import Order, OrderFile


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Where a file lies and how to call it."""

    name: str
    media_type: str
    key: str


def stored_file(db: Session, actor: Actor, order_id: int, *, file_id: int) -> StoredFile:
    """A file of the order for who may see the order; else NotFound (T8)."""
    order = db.scalar(select(Order).where(Order.id == order_id))
    if order is None or not policy.may_view(actor, order):
        raise NotFound
    row = db.execute(
        select(OrderFile.name, OrderFile.media_type, OrderFile.key).where(
            OrderFile.id == file_id, OrderFile.order_id == order_id
        )
    ).first()
    if row is None:
        raise NotFound
    return StoredFile(*row)
