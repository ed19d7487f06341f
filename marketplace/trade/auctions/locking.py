"""Lock an auction before reading what you decide on: the lot's row first, always."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from auction.commands import Command
from auction.execution import Outcome
from auction.state import State
from marketplace.kernel.context import Tx
from marketplace.kernel.db import plainly
from marketplace.kernel.errors import Conflict, NotFound
from marketplace.trade.auctions.lots import clock_of, store, wire
from marketplace.trade.auctions.models import Auction

LOT_OF = select(Auction.lot_id).where(Auction.id == bindparam("auction_id"))


def locked_draft(tx: Tx, auction_id: int) -> Auction:
    """Step: an auction whose notice is not out yet, locked; raises NotFound or Conflict."""
    query = select(Auction).where(Auction.id == auction_id).with_for_update()
    auction = tx.db.scalar(query)
    if auction is None:
        raise NotFound
    if auction.state != "draft":
        raise Conflict("auctions.move_refused", state=auction.state, action="draft")
    return auction


def locked_lot(tx: Tx, auction_id: int) -> tuple[Auction, State]:
    """Step: a published auction and its lot, which nobody else can move now; raises NotFound.

    The lot's row is the lock of everything that belongs to a published auction: the auction is
    read after it. Drafts have no lot and are not found.
    """
    lot_id, state = lock(tx, auction_id)
    auction = tx.db.get_one(Auction, auction_id)
    if auction.lot_id != lot_id:  # corrected between the two reads, before the opening
        raise Conflict("auctions.terms_changed")
    return auction, state


def lock(tx: Tx, auction_id: int) -> tuple[int, State]:
    """Step: the number and state of a published auction's lot, locked; raises NotFound."""
    lot_id = plainly(tx.db, LOT_OF, {"auction_id": auction_id}).scalar()
    if lot_id is None:
        raise NotFound
    return lot_id, store(tx.db).lock(wire(tx.db), lot_id)


def execute(tx: Tx, auction: Auction, *, command: Command) -> Outcome:
    """Step: put a command to the engine, on the lot that is locked, by the lot's clock."""
    if auction.lot_id is None:
        raise NotFound
    return execute_on(tx, auction.lot_id, command=command)


def execute_on(tx: Tx, lot_id: int, *, command: Command, locked: State | None = None) -> Outcome:
    """Step: as ``execute``, for who has locked the lot by its number.

    ``locked`` is the state as ``lock`` gave it, if nothing was put to the lot since: it is not
    read again.
    """
    return store(tx.db).execute(wire(tx.db), lot_id, command, clock_of(tx), locked=locked)
