"""Pictures and documents of a listing: attach, remove, choose the first one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select

from marketplace.kernel import files
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Invalid, MarketError, NotFound
from marketplace.showcase.listings.models import Listing, ListingFile
from marketplace.showcase.listings.roots import lock_own, lock_to_edit
from marketplace.showcase.listings.states import State
from marketplace.web.uploads import Accepted

Role = Literal["picture", "public", "confidential", "evidence"]
AREA = "listings"
MOST = {"picture": 12, "public": 20, "confidential": 20, "evidence": 20}
CLOSED = frozenset({State.SOLD, State.WITHDRAWN, State.RESERVED})


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Add an accepted upload in a role; ``caption`` says what it shows."""

    listing_id: int
    role: Role
    upload: Accepted
    caption: str = ""


def attach_file(ctx: Context, command: AttachFile) -> int:
    """Store the content, then its row; the file's id.

    It is part of the next submitted version. Raises NotFound, Forbidden, Conflict in a state in
    which nothing may be added, Invalid (listing.too_many_files; a picture must be one). Content
    whose row was refused is removed again (F24: no file without a row).
    """
    if command.role not in MOST:
        raise Invalid("listing.unknown_role")
    if command.role == "picture" and not command.upload.is_picture:
        raise Invalid("upload.not_a_picture")
    stored = files.put(ctx.settings, command.upload.content, area=AREA)
    small = command.upload.small
    small_key = files.put(ctx.settings, small, area=AREA).key if small else None
    try:
        with ctx.transaction() as tx:
            listing = _open_to_files(tx, command.listing_id, command.role)
            row = _row(tx, listing, command)
            row.key, row.small_key = stored.key, small_key
            tx.db.add(row)
            tx.db.flush()
            tx.audit("listing.file_attached", "listing", listing.id, file=row.id, role=row.role)
            return row.id
    except MarketError:
        for key in filter(None, (stored.key, small_key)):
            files.delete(ctx.settings, key)
        raise


def _open_to_files(tx: Tx, listing_id: int, role: str) -> Listing:
    # Evidence of the legal status may be added to what is reserved; the rest is part of a draft.
    if role != "evidence":
        return lock_to_edit(tx, listing_id)
    listing = lock_own(tx, listing_id)
    if listing.state in CLOSED - {State.RESERVED}:
        raise Conflict("listing.not_editable", state=listing.state)
    return listing


def _row(tx: Tx, listing: Listing, command: AttachFile) -> ListingFile:
    present = ListingFile.removed_at.is_(None) & (ListingFile.listing_id == listing.id)
    count, last = tx.db.execute(
        select(func.count(), func.max(ListingFile.position)).where(
            present, ListingFile.role == command.role
        )
    ).one()
    if count >= MOST[command.role]:
        raise Invalid("listing.too_many_files", most=MOST[command.role])
    upload = command.upload
    return ListingFile(
        listing_id=listing.id,
        role=command.role,
        public=False,
        name=upload.name,
        caption=command.caption.strip()[:200],
        media_type=upload.media_type,
        size=len(upload.content),
        sha256=upload.sha256,
        width=upload.width,
        height=upload.height,
        position=(last or 0) + 1,
        uploaded_at=tx.now,
        uploaded_by=tx.actor.user_id,
    )


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Take a file out of the draft; versions that hold it keep it."""

    listing_id: int
    file_id: int


def remove_file(ctx: Context, command: RemoveFile) -> None:
    """Raises NotFound, Forbidden, Conflict as ``lock_to_edit`` does."""
    with ctx.transaction() as tx:
        listing = lock_to_edit(tx, command.listing_id)
        row = _present(tx, listing, command.file_id)
        row.removed_at = tx.now
        tx.audit("listing.file_removed", "listing", listing.id, file=row.id)


@dataclass(frozen=True, slots=True)
class PutFirst:
    """Make a picture the first one, which lists show."""

    listing_id: int
    file_id: int


def put_first(ctx: Context, command: PutFirst) -> None:
    """Raises NotFound, Forbidden, Conflict as ``lock_to_edit`` does."""
    with ctx.transaction() as tx:
        listing = lock_to_edit(tx, command.listing_id)
        row = _present(tx, listing, command.file_id)
        first = tx.db.scalar(
            select(func.min(ListingFile.position)).where(ListingFile.listing_id == listing.id)
        )
        row.position = (first or 0) - 1


def _present(tx: Tx, listing: Listing, file_id: int) -> ListingFile:
    row = tx.db.scalar(
        select(ListingFile).where(
            ListingFile.id == file_id,
            ListingFile.listing_id == listing.id,
            ListingFile.removed_at.is_(None),
        )
    )
    if row is None:
        raise NotFound
    return row


def present_files(tx: Tx, listing_id: int) -> list[ListingFile]:
    """Step: the files of the next version, pictures first, in the order shown."""
    rows = tx.db.scalars(
        select(ListingFile).where(
            ListingFile.listing_id == listing_id, ListingFile.removed_at.is_(None)
        )
    )
    order = list(MOST)
    return sorted(rows, key=lambda row: (order.index(row.role), row.position, row.id))
