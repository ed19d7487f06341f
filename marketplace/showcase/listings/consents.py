"""What co-owners, first-refusal holders and pledgees answered (L53, L62, L63)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.showcase.listings import policy
from marketplace.showcase.listings.events import ListingChanged
from marketplace.showcase.listings.models import ListingConsent, ListingFile
from marketplace.showcase.listings.roots import lock_own
from marketplace.showcase.listings.states import State

Party = Literal["owner", "first_refusal", "pledgee"]
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "owner": ("asked", "consented", "refused"),
    "first_refusal": ("asked", "waived", "wants"),
    "pledgee": ("asked", "consented", "refused"),
}
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class SetConsent:
    """Record an answer; ``file_id`` is the signed paper among the listing's evidence."""

    listing_id: int
    party: Party
    name: str
    answer: str
    answered_on: date
    file_id: int | None = None
    note: str = ""


def set_consent(ctx: Context, command: SetConsent) -> None:
    """Keep the latest answer of a party (L53, L62, L63); every change is in the audit log.

    Raises NotFound, Forbidden, Conflict for a listing that is over, Invalid for an answer the
    party cannot give, a day to come, or a paper that is not of this listing.
    """
    name = " ".join(command.name.split())
    if not name or len(name) > NAME_LENGTH or command.answer not in ANSWERS.get(command.party, ()):
        raise Invalid("listing.bad_consent")
    with ctx.transaction() as tx:
        listing = lock_own(tx, command.listing_id)
        if not policy.may_draft(tx.actor):
            raise Forbidden
        if listing.state in (State.SOLD, State.WITHDRAWN):
            raise Conflict("listing.not_editable", state=listing.state)
        if command.answered_on > tx.now.astimezone(SHANGHAI).date():
            raise Invalid("listing.day_to_come")
        _ask_paper(tx, listing.id, command.file_id)
        row = _row(tx, listing.id, command.party, name)
        row.answer, row.answered_on = command.answer, command.answered_on
        row.file_id, row.note = command.file_id, command.note.strip()[:500]
        row.recorded_at, row.recorded_by = tx.now, tx.actor.user_id
        tx.audit(
            "listing.consent_recorded",
            "listing",
            listing.id,
            why=row.note,
            party=row.party,
            answer=row.answer,
            file=row.file_id,
        )
        tx.emit(ListingChanged(listing.id))


def _ask_paper(tx: Tx, listing_id: int, file_id: int | None) -> None:
    if file_id is None:
        return
    paper = tx.db.get(ListingFile, file_id)
    if paper is None or paper.listing_id != listing_id or paper.role != "evidence":
        raise Invalid("listing.bad_paper")


def _row(tx: Tx, listing_id: int, party: str, name: str) -> ListingConsent:
    row = tx.db.scalar(
        select(ListingConsent).where(
            ListingConsent.listing_id == listing_id,
            ListingConsent.party == party,
            ListingConsent.name == name,
        )
    )
    if row is None:
        row = ListingConsent(listing_id=listing_id, party=party, name=name)
        tx.db.add(row)
    return row


@dataclass(frozen=True, slots=True)
class Answer:
    """A recorded answer."""

    party: str
    name: str
    answer: str
    answered_on: date
    file_id: int | None
    note: str


def answers(db: Session, listing_id: int) -> list[Answer]:
    """Every recorded answer of a listing's parties."""
    rows = db.execute(
        select(
            ListingConsent.party,
            ListingConsent.name,
            ListingConsent.answer,
            ListingConsent.answered_on,
            ListingConsent.file_id,
            ListingConsent.note,
        )
        .where(ListingConsent.listing_id == listing_id)
        .order_by(ListingConsent.party, ListingConsent.id)
    )
    return [Answer(*row) for row in rows]


def given(found: list[Answer], party: Party, name: str) -> str | None:
    """What one party answered, or None when it was never asked."""
    plain = " ".join(name.split())
    return next((one.answer for one in found if (one.party, one.name) == (party, plain)), None)
