"""Record a fresh look-up of the legal status; a right that has ended leaves the market."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.content import ListingContent, digest, to_json
from marketplace.showcase.listings.decisions import show
from marketplace.showcase.listings.events import ListingChanged
from marketplace.showcase.listings.lifecycle import suspend_step, today
from marketplace.showcase.listings.models import Listing, ListingFile, ListingVersion
from marketplace.showcase.listings.roots import lock, published_content
from marketplace.showcase.listings.states import State
from rules.enumerations import ENDED, STATES, PatentState

GRACE = PatentState.GRACE
OPEN = (State.PUBLISHED, State.RESERVED, State.EXPIRED, State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class RecordStatusProof:
    """The legal status as looked up on a day, with where it was looked up or a paper."""

    listing_id: int
    legal_status: str
    checked_on: date
    source: str = ""
    file_id: int | None = None
    last_paid_year: int | None = None


def record_status_proof(ctx: Context, command: RecordStatusProof) -> None:
    """Keep the status as a further version, public at once; the seller or a reviewer.

    The freshness gate (domain page) asks it again at publication, auction notice and contract.
    A status in which the right cannot be sold suspends a published listing (L67, L68). Raises
    NotFound, Forbidden, Conflict while a change waits for review, Invalid for a day to come, an
    older day than the known one, an unknown status or missing evidence.
    """
    with ctx.transaction() as tx:
        listing = _lock(tx, command.listing_id)
        content = published_content(tx, listing)
        if content.patent is None:
            raise Invalid("listing.no_patent")
        _ask(tx, listing, command, content)
        patent = replace(
            content.patent,
            legal_status=command.legal_status,
            status_checked_on=command.checked_on,
            status_source=command.source.strip()[:200] or content.patent.status_source,
            last_paid_year=command.last_paid_year or content.patent.last_paid_year,
        )
        files = content.files if command.file_id is None else (*content.files, command.file_id)
        _publish(tx, listing, replace(content, patent=patent, files=files))
        tx.audit(
            "listing.status_recorded",
            "listing",
            listing.id,
            status=command.legal_status,
            checked_on=command.checked_on.isoformat(),
        )
        if PatentState(command.legal_status) in ENDED and listing.state == State.PUBLISHED:
            suspend_step(tx, listing, why=STATES[PatentState(command.legal_status)].zh)


def _lock(tx: Tx, listing_id: int) -> Listing:
    listing = lock(tx, listing_id)
    if not policy.may_view(tx.actor, listing):
        raise NotFound
    if not (policy.may_submit(tx.actor, listing) or policy.may_moderate(tx.actor)):
        raise Forbidden("listing.seller_needed")
    if listing.state not in OPEN:
        raise Conflict("listing.not_editable", state=listing.state)
    if listing.pending_version is not None:
        raise Conflict("listing.change_in_review")
    return listing


def _ask(tx: Tx, listing: Listing, command: RecordStatusProof, content: ListingContent) -> None:
    if command.legal_status not in STATES:
        raise Invalid("listing.unknown_status")
    if command.checked_on > today(tx):
        raise Invalid("listing.day_to_come")
    known = content.patent.status_checked_on if content.patent else None
    if known is not None and command.checked_on < known:
        raise Invalid("listing.older_status", day=known)
    _ask_no_gain(tx, command, content)
    if command.file_id is None and not command.source.strip():
        raise Invalid("listing.evidence_needed")
    if command.file_id is not None:
        paper = tx.db.get(ListingFile, command.file_id)
        if paper is None or paper.listing_id != listing.id or paper.role != "evidence":
            raise Invalid("listing.bad_paper")


def _ask_no_gain(tx: Tx, command: RecordStatusProof, content: ListingContent) -> None:
    """A seller confirms or reports worse; a better status is a change that is reviewed."""
    known = content.patent.legal_status if content.patent else ""
    same_or_worse = command.legal_status == known or command.legal_status in (*ENDED, GRACE)
    if not same_or_worse and not policy.may_moderate(tx.actor):
        raise Invalid("listing.status_needs_review")


def _publish(tx: Tx, listing: Listing, content: ListingContent) -> None:
    stored = to_json(content)
    listing.last_version += 1
    tx.db.add(
        ListingVersion(
            listing_id=listing.id,
            version=listing.last_version,
            state="approved",
            content=stored,
            sha256=digest(stored),
            acknowledged={},
            submitted_at=tx.now,
            submitted_by=tx.actor.user_id,
            decided_at=tx.now,
            decided_by=tx.actor.user_id,
        )
    )
    tx.db.flush()
    listing.changed_at = tx.now
    show(tx, listing, content, version=listing.last_version)
    tx.emit(ListingChanged(listing.id))
