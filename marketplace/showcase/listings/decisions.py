"""What the review desk decides about a submitted version: approve, return, suspend."""

from __future__ import annotations

from sqlalchemy import select, update

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict
from marketplace.review.steps import close_case
from marketplace.review.subjects import Decide
from marketplace.showcase.listings.columns import columns_of
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.events import (
    ListingChanged,
    ListingPublished,
    ListingReturned,
    ListingWithdrawn,
    ReservedListingChanged,
)
from marketplace.showcase.listings.lifecycle import ask_fresh, start_period, suspend_step
from marketplace.showcase.listings.models import (
    Listing,
    ListingDraft,
    ListingFile,
    ListingVersion,
)
from marketplace.showcase.listings.roots import flush, lock, move, version_row
from marketplace.showcase.listings.states import Action, State

PUBLIC_ROLES = ("picture", "public")


def decide(ctx: Context, command: Decide) -> None:
    """Carry out a reviewer's decision about the waiting version, in one transaction.

    The catalogue shows the version from here on, or keeps the last approved one. Raises what
    ``review.steps.close_case`` raises (T13: never of the own organisation), Conflict for a move
    the table does not have or a number that is on sale meanwhile, Invalid for a stale status.
    """
    with ctx.transaction() as tx:
        listing = lock(tx, command.thing_id)
        if listing.pending_version != command.version:
            raise Conflict("review.case_closed")
        close_case(tx, "listing", command)
        version = version_row(tx, listing.id, command.version)
        version.decided_at, version.decided_by = tx.now, tx.actor.user_id
        version.reasons, version.text = list(command.reasons), command.text.strip()
        if command.decision == "approve":
            _approve(tx, listing, version)
        else:
            _return(tx, listing, version)
        if command.decision == "suspend":
            suspend_step(tx, listing, why=command.text.strip())


def _return(tx: Tx, listing: Listing, version: ListingVersion) -> None:
    version.state = "returned"
    listing.pending_version = None
    move(tx, listing, Action.RETURN)
    tx.emit(
        ListingReturned(
            listing.id, version.version, listing.organisation_id or 0, listing.title, version.text
        )
    )
    tx.emit(ListingChanged(listing.id))


def _approve(tx: Tx, listing: Listing, version: ListingVersion) -> None:
    content = from_json(version.content)
    version.state = "approved"
    renewed = listing.state != State.PUBLISHED
    if content.number is not None:
        _give_way(tx, content.number)
    show(tx, listing, content, version=version.version)
    ask_fresh(tx, listing)
    listing.pending_version = None
    listing.stopped_why = ""
    move(tx, listing, Action.APPROVE)
    if renewed:
        listing.published_at = tx.now
        start_period(tx, listing)
    draft = tx.db.get(ListingDraft, listing.id)
    if draft is not None:  # a later change begins from what is public
        tx.db.delete(draft)
    tx.emit(
        ListingPublished(listing.id, version.version, listing.organisation_id or 0, listing.title)
    )
    tx.emit(ListingChanged(listing.id))


def show(tx: Tx, listing: Listing, content: ListingContent, *, version: int) -> None:
    """Step: copy the content into the root and open exactly its public files to everybody."""
    for name, value in columns_of(content).items():
        setattr(listing, name, value)
    listing.published_version = version
    own = ListingFile.listing_id == listing.id
    shown = ListingFile.id.in_(content.files) & ListingFile.role.in_(PUBLIC_ROLES)
    tx.db.execute(
        update(ListingFile).where(own).values(public=shown),
        execution_options={"synchronize_session": False},
    )
    first = (
        select(ListingFile.id)
        .where(own, shown, ListingFile.role == "picture")
        .order_by(ListingFile.position, ListingFile.id)
        .limit(1)
    )
    listing.picture_id = tx.db.scalar(first)
    flush(tx, number=listing.number)
    if listing.state == State.RESERVED:
        tx.emit(ReservedListingChanged(listing.id))


def _give_way(tx: Tx, number: str) -> None:
    """An imported record makes room for the owner's own listing of the same number."""
    imported = tx.db.scalars(
        select(Listing)
        .where(
            Listing.number == number,
            Listing.state == State.PUBLISHED,
            Listing.organisation_id.is_(None),
        )
        .with_for_update()
    )
    for record in list(imported):
        move(tx, record, Action.WITHDRAW)
        tx.emit(ListingWithdrawn(record.id))
        tx.emit(ListingChanged(record.id))
        tx.audit("listing.gave_way", "listing", record.id, why="listed by its owner")
