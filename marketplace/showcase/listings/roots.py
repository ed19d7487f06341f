"""Lock a listing before deciding anything about it; what may not be known is not found."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.context import Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.states import Action, State, advance


def lock(tx: Tx, listing_id: int) -> Listing:
    """Step: the root row under lock; raises NotFound."""
    found = tx.db.scalar(select(Listing).where(Listing.id == listing_id).with_for_update())
    if found is None:
        raise NotFound
    return found


def lock_own(tx: Tx, listing_id: int) -> Listing:
    """Step: a listing of the actor's organisation under lock.

    Raises NotFound where the actor may not know of it, Forbidden where he sees it only.
    """
    found = lock(tx, listing_id)
    if not policy.may_view(tx.actor, found):
        raise NotFound
    if not policy.is_own(tx.actor, found):
        raise Forbidden
    return found


def lock_to_sell(tx: Tx, listing_id: int) -> Listing:
    """Step: as ``lock_own``, for what only sellers of a verified organisation may do (L69)."""
    found = lock_own(tx, listing_id)
    if not policy.may_submit(tx.actor, found):
        raise Forbidden("listing.seller_needed")
    return found


def lock_to_edit(tx: Tx, listing_id: int) -> Listing:
    """Step: as ``lock_own``, where the listing can be changed at all; else Conflict."""
    found = lock_own(tx, listing_id)
    if not policy.may_draft(tx.actor):
        raise Forbidden
    if not policy.may_edit(tx.actor, found):
        raise Conflict("listing.not_editable", state=found.state)
    return found


def move(tx: Tx, listing: Listing, action: Action) -> None:
    """Step: advance the state; a number that is taken meanwhile is a Conflict (one live listing
    per number, held by the database).
    """
    listing.state = advance(listing.state, action)
    listing.changed_at = tx.now
    if listing.state != State.RESERVED:
        listing.reserved_for = None
    flush(tx, number=listing.number)


def flush(tx: Tx, *, number: str | None) -> None:
    """Step: write now; the unique index on live numbers speaks as ``listing.number_taken``."""
    try:
        tx.db.flush()
    except IntegrityError as error:
        if "number" in str(error.orig):
            raise Conflict("listing.number_taken", number=number) from error
        raise


def version_row(tx: Tx, listing_id: int, version: int) -> ListingVersion:
    """Step: one version; raises NotFound."""
    found = tx.db.scalar(
        select(ListingVersion).where(
            ListingVersion.listing_id == listing_id, ListingVersion.version == version
        )
    )
    if found is None:
        raise NotFound
    return found


def published_content(tx: Tx, listing: Listing) -> ListingContent:
    """Step: what is public now; raises NotFound for a listing never published."""
    if listing.published_version is None:
        raise NotFound
    return from_json(version_row(tx, listing.id, listing.published_version).content)
