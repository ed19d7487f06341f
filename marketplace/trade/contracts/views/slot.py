"""The contract's part in the page of an order."""

from __future__ import annotations

from sqlalchemy.orm import Session

from marketplace.trade.contracts import queries, words
from marketplace.trade.orders import slots
from marketplace.trade.orders.slots import Asked, Slot


def contract_slot(db: Session, asked: Asked) -> Slot | None:
    """The order's contract, or for a party the way to begin it."""
    found = queries.of_order(db, asked.order_id)
    may_begin = bool(asked.party) and asked.actor.may_draft and asked.state in queries.WAITING
    if found is None and not may_begin:
        return None
    kinds = queries.kinds_of_order(db, asked.order_id) if found is None else ()
    values = {"found": found, "order_id": asked.order_id, "kinds": kinds, "words": words}
    return Slot("trade/contracts/_slot.html", values)


slots.register(contract_slot)
