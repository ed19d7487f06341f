"""Submit a listing: every check, the declaration, the version, the review case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Invalid
from marketplace.review.steps import Opening, open_case
from marketplace.showcase.listings.columns import columns_of
from marketplace.showcase.listings.content import ListingContent, digest, from_json, to_json
from marketplace.showcase.listings.events import ListingChanged, ListingSubmitted
from marketplace.showcase.listings.filing import present_files
from marketplace.showcase.listings.findings import findings, key_of
from marketplace.showcase.listings.lifecycle import today
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.roots import lock_to_sell, move, version_row
from marketplace.showcase.listings.states import LIVE_STATES, Action, State
from marketplace.showcase.listings.surroundings import surroundings
from rules.findings import Finding


@dataclass(frozen=True, slots=True)
class SubmitListing:
    """Send a content to review.

    ``declared``: the seller declares to be the lawful owner and truthful (L44). ``acknowledged``
    maps the keys of warnings (``findings.key_of``) to the reason why they are all right.
    """

    listing_id: int
    content: ListingContent
    declared: bool = False
    acknowledged: Mapping[str, str] = field(default_factory=dict)


def submit_listing(ctx: Context, command: SubmitListing) -> int:
    """Store the content as the next version and put it into the review queue; its number.

    The files are those present in the draft. Raises NotFound, Forbidden (others than sellers of
    a verified organisation: L69), Conflict (a state that allows no submission; the patent number
    is listed already), Invalid: listing.declaration_needed (L44), listing.blocked and
    listing.unanswered with ``findings``, listing.number_fixed, listing.nothing_changed.
    """
    with ctx.transaction() as tx:
        listing = lock_to_sell(tx, command.listing_id)
        if not command.declared:
            raise Invalid("listing.declaration_needed")
        if command.content.kind != listing.kind:
            raise Invalid("listing.unknown_kind")
        files = present_files(tx, listing.id)
        content = replace(command.content, files=tuple(row.id for row in files))
        roles = {row.id: row.role for row in files}
        about = surroundings(tx.db, listing, roles, today(tx))
        _ask_findings(findings(content, about), command.acknowledged)
        _ask_number(tx, listing, content)
        _ask_change(tx, listing, content)
        version = _store(tx, listing, content, command.acknowledged)
        move(tx, listing, Action.SUBMIT)
        _open_case(tx, listing, content, version)
        return version


def _ask_findings(found: list[Finding], acknowledged: Mapping[str, str]) -> None:
    if any(one.blocks for one in found):
        raise Invalid("listing.blocked", findings=[one for one in found if one.blocks])
    open_ones = [one for one in found if not acknowledged.get(key_of(one), "").strip()]
    if open_ones:
        raise Invalid("listing.unanswered", findings=open_ones)


def _ask_number(tx: Tx, listing: Listing, content: ListingContent) -> None:
    """One number is live once. The unique index holds it; this finds the words."""
    if listing.published_version is not None and content.number != listing.number:
        raise Invalid("listing.number_fixed", number=listing.number)
    if content.number is None:
        return
    taken = tx.db.scalar(
        select(Listing.id).where(
            Listing.number == content.number,
            Listing.state.in_([str(state) for state in LIVE_STATES]),
            Listing.organisation_id.is_not(None),
            Listing.id != listing.id,
        )
    )
    if taken is not None:
        raise Conflict("listing.number_taken", number=content.number)


def _ask_change(tx: Tx, listing: Listing, content: ListingContent) -> None:
    if listing.state != State.PUBLISHED or listing.published_version is None:
        return
    shown = version_row(tx, listing.id, listing.published_version)
    if shown.sha256 == digest(to_json(content)):
        raise Invalid("listing.nothing_changed")


def _store(
    tx: Tx, listing: Listing, content: ListingContent, acknowledged: Mapping[str, str]
) -> int:
    if listing.pending_version is not None:  # the newer version takes the place of the older
        version_row(tx, listing.id, listing.pending_version).state = "recalled"
    listing.last_version += 1
    listing.pending_version = listing.last_version
    stored = to_json(content)
    tx.db.add(
        ListingVersion(
            listing_id=listing.id,
            version=listing.last_version,
            state="submitted",
            content=stored,
            sha256=digest(stored),
            acknowledged={key: text.strip()[:500] for key, text in acknowledged.items()},
            submitted_at=tx.now,
            submitted_by=tx.actor.user_id,
        )
    )
    if listing.published_version is None:  # nothing is public yet: the root may follow
        for name, value in columns_of(content).items():
            setattr(listing, name, value)
    listing.organisation_name = tx.actor.organisation_name or listing.organisation_name
    return listing.last_version


def _open_case(tx: Tx, listing: Listing, content: ListingContent, version: int) -> None:
    organisation_id = listing.organisation_id or 0
    open_case(
        tx,
        Opening(
            kind="listing",
            thing_id=listing.id,
            version=version,
            title=content.title,
            organisation_id=organisation_id,
            organisation_name=listing.organisation_name,
            risk=risk_of(tx, listing, content),
        ),
    )
    tx.emit(ListingSubmitted(listing.id, version, organisation_id, content.title))
    tx.emit(ListingChanged(listing.id))
    tx.audit("listing.submitted", "listing", listing.id, version=version)


HIGH_PRICE_MINOR = 500_000_000


def risk_of(tx: Tx, listing: Listing, content: ListingContent) -> int:
    """Step: 2 with burdens on the right or a same title elsewhere, 1 for a first listing or a
    price from five million yuan, else 0. It moves the case ahead in the queue.
    """
    same_title = tx.db.scalar(
        select(Listing.id)
        .where(Listing.title == content.title, Listing.id != listing.id)
        .where(Listing.state.in_([str(state) for state in LIVE_STATES]))
        .limit(1)
    )
    if content.overlays or same_title is not None:
        return 2
    dear = (content.price_minor or 0) >= HIGH_PRICE_MINOR
    return 1 if dear or listing.published_version is None else 0


def last_content(tx: Tx, listing: Listing) -> ListingContent | None:
    """Step: the newest submitted content, whatever was decided about it."""
    if not listing.last_version:
        return None
    return from_json(version_row(tx, listing.id, listing.last_version).content)
