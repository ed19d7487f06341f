"""Steps of other rooms' transactions: hold a listing for a sale, let it go, mark it sold."""

from __future__ import annotations

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict
from marketplace.showcase.listings.events import (
    ListingChanged,
    ListingReleased,
    ListingReserved,
    ListingSold,
)
from marketplace.showcase.listings.roots import lock, move
from marketplace.showcase.listings.states import Action, State


def reserve(tx: Tx, listing_id: int, *, holder: str, holder_id: int) -> int:
    """Step: hold a published listing for an ``auction`` or an ``order``; the version it copies.

    Raises NotFound; Conflict when it is not on sale, held already, or a change is in review
    (the holder would copy terms that are about to change).
    """
    listing = lock(tx, listing_id)
    if listing.pending_version is not None:
        raise Conflict("listing.change_in_review")
    listing.reserved_for = holder_id
    move(tx, listing, Action.RESERVE)
    tx.emit(ListingReserved(listing_id, holder, holder_id))
    tx.emit(ListingChanged(listing_id))
    tx.audit("listing.reserved", "listing", listing_id, holder=f"{holder}:{holder_id}")
    return int(listing.published_version or 0)


def release(tx: Tx, listing_id: int) -> None:
    """Step: put a held listing back on sale; a listing that is not held is left as it is."""
    listing = lock(tx, listing_id)
    if listing.state != State.RESERVED:
        return
    move(tx, listing, Action.RELEASE)
    tx.emit(ListingReleased(listing_id))
    tx.emit(ListingChanged(listing_id))
    tx.audit("listing.released", "listing", listing_id)


def mark_sold(tx: Tx, listing_id: int) -> None:
    """Step: the held listing found its buyer; raises Conflict unless it is held."""
    listing = lock(tx, listing_id)
    move(tx, listing, Action.SELL)
    tx.emit(ListingSold(listing_id))
    tx.emit(ListingChanged(listing_id))
    tx.audit("listing.sold", "listing", listing_id)


def put_back(tx: Tx, listing_id: int) -> None:
    """Step: the sale fell through; a listing that is sold is on sale again, others stay."""
    listing = lock(tx, listing_id)
    if listing.state != State.SOLD:
        return
    move(tx, listing, Action.PUT_BACK)
    tx.emit(ListingReleased(listing_id))
    tx.emit(ListingChanged(listing_id))
    tx.audit("listing.put_back", "listing", listing_id)
