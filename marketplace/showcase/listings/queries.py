"""What other rooms and lists read about listings: cards, the terms of a lot, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.errors import NotFound
from marketplace.showcase.listings import consents
from marketplace.showcase.listings.consents import Answer
from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    ListingContent,
    Overlay,
    Owner,
    PatentFacts,
    from_json,
)
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.states import LISTED_STATES, PUBLIC_STATES
from rules.enumerations.patent_states import ENDED, PatentState

LISTED = sorted(str(state) for state in LISTED_STATES)
PUBLIC = sorted(str(state) for state in PUBLIC_STATES)


@dataclass(frozen=True, slots=True)
class ListingCard:
    """A listing in one row of a list. ``source`` names where an imported record comes from."""

    id: int
    kind: str
    state: str
    organisation_id: int | None
    organisation_name: str
    title: str
    title_en: str
    summary: str
    patent_kind: str | None
    number: str | None
    cluster: str
    ipc: tuple[str, ...]
    trl: int | None
    step: str | None
    legal_status: str | None
    status_checked_on: date | None
    pricing_mode: str
    price_minor: int | None
    transfer_modes: tuple[str, ...]
    licence_kinds: tuple[str, ...]
    picture_id: int | None
    version: int
    published_at: datetime | None
    expires_at: datetime | None
    changed_at: datetime
    source: str | None
    source_date: date | None

    @property
    def verified(self) -> bool:
        """A person of the market has approved it; imported records were not looked at."""
        return self.source is None


_CARD = (
    Listing.id, Listing.kind, Listing.state, Listing.organisation_id, Listing.organisation_name,
    Listing.title, Listing.title_en, Listing.summary, Listing.patent_kind, Listing.number,
    Listing.cluster, Listing.ipc, Listing.trl, Listing.step, Listing.legal_status,
    Listing.status_checked_on, Listing.pricing_mode, Listing.price_minor, Listing.transfer_modes,
    Listing.licence_kinds, Listing.picture_id, Listing.published_version, Listing.published_at,
    Listing.expires_at, Listing.changed_at, Listing.source, Listing.source_date,
)  # fmt: skip


def _cards(db: Session, query: Select[tuple[object, ...]]) -> list[ListingCard]:
    found = []
    for row in db.execute(query):
        value = row._mapping
        found.append(
            ListingCard(
                **{
                    column.key: value[column.key]
                    for column in _CARD
                    if column.key not in ("ipc", "transfer_modes", "licence_kinds")
                    and column.key != "published_version"
                },
                ipc=tuple(value["ipc"] or ()),
                transfer_modes=tuple(value["transfer_modes"] or ()),
                licence_kinds=tuple(value["licence_kinds"] or ()),
                version=value["published_version"] or 0,
            )
        )
    return found


def cards(db: Session, ids: Iterable[int]) -> dict[int, ListingCard]:
    """Cards of the public listings among ``ids``, by id; one statement."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    # By id alone: asked for the state too, SQLite walks through every public listing.
    query = select(*_CARD).where(Listing.id.in_(wanted))
    return {card.id: card for card in _cards(db, query) if card.state in PUBLIC}


def newest(db: Session, *, limit: int = 6) -> list[ListingCard]:
    """The listings published last that a person has approved."""
    query = select(*_CARD).where(Listing.state.in_(LISTED), Listing.source.is_(None))
    ordered = query.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(limit)
    return _cards(db, ordered)


def of_organisation(db: Session, organisation_id: int, *, limit: int = 50) -> list[ListingCard]:
    """An organisation's listings on sale, newest first."""
    query = select(*_CARD).where(
        Listing.organisation_id == organisation_id, Listing.state.in_(LISTED)
    )
    ordered = query.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(limit)
    return _cards(db, ordered)


def counts(db: Session) -> Mapping[str, Mapping[str, int]]:
    """How many listings of each kind stand in each state."""
    rows = db.execute(
        select(Listing.kind, Listing.state, func.count()).group_by(Listing.kind, Listing.state)
    )
    table: dict[str, dict[str, int]] = {}
    for kind, state, count in rows:
        table.setdefault(kind, {})[state] = count
    return table


def cluster_counts(db: Session) -> Mapping[str, int]:
    """How many listings of each cluster are on sale."""
    rows = db.execute(
        select(Listing.cluster, func.count())
        .where(Listing.state.in_(LISTED))
        .group_by(Listing.cluster)
    )
    return {cluster: count for cluster, count in rows if cluster}


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What an auction or an order copies from the published version of a listing.

    ``encumbrances`` are the overlays, ``licences`` those granted before (they survive an
    assignment: L57); ``answers`` are the recorded consents and waivers (L53, L62, L63).
    """

    listing_id: int
    version: int
    state: str
    kind: str
    title: str
    title_en: str
    summary: str
    number: str | None
    cluster: str
    organisation_id: int | None
    organisation_name: str
    state_founded: bool
    legal_status: str | None
    status_checked_on: date | None
    patent: PatentFacts | None
    owners: tuple[Owner, ...]
    encumbrances: tuple[Overlay, ...]
    licences: tuple[LicenceGranted, ...]
    first_refusal_holders: tuple[FirstRefusal, ...]
    answers: tuple[Answer, ...]
    defects: str
    pricing_mode: str
    price_minor: int | None
    base_price_minor: int | None
    base_price_basis: str
    transfer_modes: tuple[str, ...]
    licence_kinds: tuple[str, ...]
    content: ListingContent


def lot_terms(db: Session, listing_id: int) -> LotTerms:
    """The terms of a public listing; raises NotFound."""
    row = db.execute(
        select(
            Listing.state,
            Listing.organisation_id,
            Listing.organisation_name,
            ListingVersion.version,
            ListingVersion.content,
        )
        .join(
            ListingVersion,
            (ListingVersion.listing_id == Listing.id)
            & (ListingVersion.version == Listing.published_version),
        )
        .where(Listing.id == listing_id, Listing.state.in_(PUBLIC))
    ).first()
    if row is None:
        raise NotFound
    return _terms(db, listing_id, row, from_json(row.content))


def ended_status(db: Session, listing_id: int) -> str:
    """The legal status of a public listing's right when the right has ended, else nothing."""
    status = lot_terms(db, listing_id).legal_status
    return status if status and PatentState(status) in ENDED else ""


def _terms(db: Session, listing_id: int, row: Any, content: ListingContent) -> LotTerms:
    own, patent = row.organisation_id, content.patent
    seller = identity.organisation_cards(db, [own]).get(own) if own else None
    same = ("kind", "title", "title_en", "summary", "number", "cluster", "patent", "owners",
            "licences", "defects", "pricing_mode", "price_minor", "base_price_minor",
            "base_price_basis", "transfer_modes", "licence_kinds")  # fmt: skip
    return LotTerms(
        listing_id=listing_id,
        version=row.version,
        state=row.state,
        organisation_id=own,
        organisation_name=seller.name if seller else row.organisation_name,
        state_founded=bool(seller and seller.state_founded),
        legal_status=patent.legal_status if patent else None,
        status_checked_on=patent.status_checked_on if patent else None,
        encumbrances=content.overlays,
        first_refusal_holders=content.first_refusal,
        answers=tuple(consents.answers(db, listing_id)),
        content=content,
        **{name: getattr(content, name) for name in same},
    )


def ids_by_number(db: Session, numbers: Sequence[str]) -> Mapping[str, int]:
    """Canonical number → the listing on sale under it."""
    rows = db.execute(
        select(Listing.number, Listing.id).where(
            Listing.number.in_(numbers), Listing.state.in_(LISTED)
        )
    )
    return {str(number): listing_id for number, listing_id in rows}
