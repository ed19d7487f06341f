"""How the review desk shows, checks and decides a listing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.errors import NotFound
from marketplace.review import subjects
from marketplace.review.subjects import Check, Preview, Reason, Subject
from marketplace.showcase.listings import consents, decisions, labels
from marketplace.showcase.listings.comparing import differences
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.fees import fee_view
from marketplace.showcase.listings.findings import findings, key_of
from marketplace.showcase.listings.models import Listing, ListingFile, ListingVersion
from marketplace.showcase.listings.pages import FILE_COLUMNS, FileLine, file_line
from marketplace.showcase.listings.queries import LISTED
from marketplace.showcase.listings.states import LIVE_STATES, Action, allows
from marketplace.showcase.listings.surroundings import surroundings
from marketplace.showcase.listings.wording import finding_text
from marketplace.web.filters import yuan
from rules.findings import Finding

NEAR = 90
"""Titles at least this alike (0-100) are shown as near-same."""

REASONS = (
    Reason(
        "figures",
        _l("Figures without a source"),
        _l("Please name the report or the test conditions behind the figures."),
    ),
    Reason(
        "claims",
        _l("Absolute claims"),
        _l("Please take out words such as “first”, “only” or “most advanced”."),
    ),
    Reason(
        "owner",
        _l("Owner not proven"),
        _l("Please attach a paper that shows the owners and their consent."),
    ),
    Reason(
        "status",
        _l("Legal status not proven"),
        _l("Please attach a fresh extract of the patent register."),
    ),
    Reason(
        "unclear",
        _l("Not understandable"),
        _l("Please say in plain words what it does, for whom, and what is new."),
    ),
    Reason(
        "duplicate",
        _l("Listed already"),
        _l("The same technology is listed already. Please tell us how they differ."),
    ),
)


@dataclass(frozen=True, slots=True)
class Root:
    """What the desk must know of the listing itself."""

    id: int
    state: str
    organisation_id: int | None
    published_version: int | None


def _root(db: Session, listing_id: int) -> Root:
    row = db.execute(
        select(Listing.id, Listing.state, Listing.organisation_id, Listing.published_version).where(
            Listing.id == listing_id
        )
    ).first()
    if row is None:
        raise NotFound
    return Root(row[0], row[1], row[2], row[3])


def _content(db: Session, listing_id: int, version: int) -> tuple[ListingContent, dict[str, str]]:
    row = db.execute(
        select(ListingVersion.content, ListingVersion.acknowledged).where(
            ListingVersion.listing_id == listing_id, ListingVersion.version == version
        )
    ).first()
    if row is None:
        raise NotFound
    return from_json(row[0]), row[1]


def _files(db: Session, content: ListingContent) -> list[FileLine]:
    if not content.files:
        return []
    rows = db.execute(select(*FILE_COLUMNS).where(ListingFile.id.in_(content.files)))
    lines = {row.id: file_line(row) for row in rows}
    return [lines[one] for one in content.files if one in lines]


def preview(db: Session, listing_id: int, version: int) -> Preview:
    """The version, beside what differs from the published one."""
    root = _root(db, listing_id)
    content, acknowledged = _content(db, listing_id, version)
    changed = None
    if root.published_version is not None and root.published_version != version:
        shown, _answers = _content(db, listing_id, root.published_version)
        changed = differences(shown, content)
    values = {
        "listing_id": listing_id,
        "content": content,
        "published_version": root.published_version,
        "changed": changed,
        "acknowledged": acknowledged,
        "files": _files(db, content),
        "answers": consents.answers(db, listing_id),
        "words": labels,
    }
    may_suspend = allows(root.state, Action.SUSPEND)
    return Preview(
        "showcase/listings/_review.html",
        values,
        ("approve", "return", "suspend") if may_suspend else ("approve", "return"),
    )


def checks(db: Session, listing_id: int, version: int, now: datetime) -> list[Check]:
    """Number, duplicates, fee clock, fields, wording, freshness: worst first."""
    root = _root(db, listing_id)
    content, acknowledged = _content(db, listing_id, version)
    roles = {line.id: line.role for line in _files(db, content)}
    today = now.astimezone(SHANGHAI).date()
    found = findings(content, surroundings(db, root, roles, today))
    listed = [
        *_as_checks(found, acknowledged),
        *_number(db, root, content, found),
        *_titles(db, root, content),
        *_clock(content, found, today),
        *_fine(content, found),
    ]
    order = {"block": 0, "warn": 1, "ok": 2}
    return sorted(listed, key=lambda check: order[check.state])


def _as_checks(found: list[Finding], acknowledged: dict[str, str]) -> Iterator[Check]:
    for one in found:
        answer = acknowledged.get(key_of(one), "")
        code = "listing.check.answered" if answer else "listing.check.finding"
        facts = {"finding": one.code, "text": LazyString(finding_text, one), "answer": answer}
        yield Check(code, "block" if one.blocks else "warn", facts)


def _number(
    db: Session, root: Root, content: ListingContent, found: list[Finding]
) -> Iterator[Check]:
    if content.number is None:
        return
    if not any(one.code.startswith("number_") and one.blocks for one in found):
        yield Check("listing.check.number", "ok", {"number": content.number})
    other = db.scalar(
        select(Listing.id).where(
            Listing.number == content.number,
            Listing.id != root.id,
            Listing.state.in_([str(one) for one in LIVE_STATES]),
        )
    )
    if other is None:
        yield Check("listing.check.number_once", "ok", {})
    else:
        yield Check("listing.check.number_again", "warn", {"listing": other})


def _titles(db: Session, root: Root, content: ListingContent) -> Iterator[Check]:
    """Near-same titles among what is listed; the cluster and the kind narrow the search."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - the review desk alone compares titles

    rows = db.execute(
        select(Listing.id, Listing.title)
        .where(
            Listing.state.in_(LISTED),
            Listing.id != root.id,
            (Listing.cluster == content.cluster) | (Listing.title == content.title),
        )
        .order_by(Listing.id.desc())
        .limit(2_000)
    )
    near = [(row.id, row.title) for row in rows if fuzz.ratio(row.title, content.title) >= NEAR]
    for listing_id, title in near[:3]:
        yield Check("listing.check.title_near", "warn", {"listing": listing_id, "title": title})
    if not near:
        yield Check("listing.check.title_once", "ok", {})


def _clock(content: ListingContent, found: list[Finding], today: date) -> Iterator[Check]:
    view = fee_view(content.patent, today)
    if view is None or view.due is None or not view.in_force:
        return
    facts = {"year": view.next_year, "day": view.due, "amount": LazyString(yuan, view.fee_minor)}
    if view.pay_before_deal and not view.in_grace:
        yield Check("listing.check.fee_soon", "warn", facts)
    elif not any(one.code.startswith("fee_") for one in found):
        yield Check("listing.check.fee", "ok", facts)


def _fine(content: ListingContent, found: list[Finding]) -> Iterator[Check]:
    codes = {one.code for one in found}
    if not codes & {"field_missing", "defects_missing", "advantage_without_number"}:
        yield Check("listing.check.complete", "ok", {})
    if not codes & {"word", "contact_in_text", "guarantee_denied"}:
        yield Check("listing.check.wording", "ok", {})
    if content.patent and not any(code.startswith("status_") for code in codes):
        yield Check("listing.check.status", "ok", {"day": content.patent.status_checked_on})
    if "co_owner_consent_missing" not in codes and content.owners:
        yield Check("listing.check.owners", "ok", {"count": len(content.owners)})


def install() -> None:
    """Make listings reviewable."""
    subject = Subject(_l("Listing"), preview, checks, decisions.decide, REASONS)
    subjects.register("listing", subject)
