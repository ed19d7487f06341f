"""Begin a listing and keep what was typed, valid or not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.content import ListingKind, from_json
from marketplace.showcase.listings.models import Listing, ListingDraft
from marketplace.showcase.listings.roots import lock_to_edit, version_row
from marketplace.showcase.listings.states import State
from marketplace.showcase.listings.typed import Typed, typed_of

LONGEST_DRAFT = 300_000
"""Characters of JSON: far above any listing, far below what would hurt."""
TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class StartDraft:
    """Begin a listing of a kind for the organisation acted for."""

    kind: ListingKind


def start_draft(ctx: Context, command: StartDraft) -> int:
    """Make an empty draft; its id. Raises Forbidden without an organisation."""
    with ctx.transaction() as tx:
        if not policy.may_draft(tx.actor):
            raise Forbidden("listing.organisation_needed")
        if command.kind not in ("patent", "achievement"):
            raise Invalid("listing.unknown_kind")
        listing = Listing(
            kind=command.kind,
            state=State.DRAFT,
            organisation_id=tx.actor.organisation_id,
            organisation_name=tx.actor.organisation_name,
            created_by=tx.actor.user_id,
            created_at=tx.now,
            changed_at=tx.now,
            title="",
        )
        tx.db.add(listing)
        tx.db.flush()
        tx.db.add(
            ListingDraft(
                listing_id=listing.id,
                typed={},
                saved_at=tx.now,
                saved_by=tx.actor.user_id,
            )
        )
        tx.audit("listing.started", "listing", listing.id, kind=command.kind)
        return listing.id


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Replace the named fields of the draft by what was typed.

    ``fields`` are field names; one that ends in ``-`` names all rows of a repeated group.
    ``seen`` is the draft's revision the person began from; None overwrites.
    """

    listing_id: int
    fields: Sequence[str]
    typed: Typed
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """When the draft was kept, and its new revision."""

    saved_at: datetime
    revision: int


def save_draft(ctx: Context, command: SaveDraft) -> Saved:
    """Keep what was typed, also when it is not valid; nothing is checked here.

    Raises NotFound, Forbidden, Conflict (not editable in this state; somebody else saved since
    ``seen``), Invalid for an immense draft.
    """
    with ctx.transaction() as tx:
        listing = lock_to_edit(tx, command.listing_id)
        draft = draft_of(tx, listing)
        if command.seen is not None and command.seen != draft.revision:
            raise Conflict("listing.draft_changed")
        kept = {
            name: values
            for name, values in draft.typed.items()
            if not _is_named(name, command.fields)
        }
        kept |= {
            name: list(values)
            for name, values in command.typed.items()
            if _is_named(name, command.fields)
        }
        if len(json.dumps(kept, ensure_ascii=False)) > LONGEST_DRAFT:
            raise Invalid("listing.draft_too_long")
        draft.typed, draft.saved_at, draft.saved_by = kept, tx.now, tx.actor.user_id
        draft.revision += 1
        _show_title(listing, kept)
        listing.changed_at = tx.now
        return Saved(tx.now, draft.revision)


def _is_named(name: str, fields: Sequence[str]) -> bool:
    return any(name.startswith(one) if one.endswith("-") else name == one for one in fields)


def _show_title(listing: Listing, typed: Mapping[str, Any]) -> None:
    if listing.state in (State.DRAFT, State.RETURNED):  # never what the catalogue shows
        listing.title = " ".join(typed.get("title", [""]))[:TITLE_LENGTH].strip()


def draft_of(tx: Tx, listing: Listing) -> ListingDraft:
    """Step: the draft row; a change of a submitted listing begins from its last version."""
    draft = tx.db.get(ListingDraft, listing.id)
    if draft is None:
        typed: dict[str, list[str]] = {}
        if listing.last_version:
            row = version_row(tx, listing.id, listing.last_version)
            typed = typed_of(from_json(row.content))
        draft = ListingDraft(
            listing_id=listing.id, typed=typed, saved_at=tx.now, saved_by=None, revision=0
        )
        tx.db.add(draft)
    return draft
