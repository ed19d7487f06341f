"""Listings as the search engine sees them: public texts only, nothing confidential (I11)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.clock import to_ms
from marketplace.showcase.listings.content import ListingContent, from_json
from marketplace.showcase.listings.models import Listing, ListingVersion
from marketplace.showcase.listings.queries import LISTED
from marketplace.showcase.listings.states import State
from search.model import Document

PREFIX = "listing"


def documents(db: Session, ids: Collection[int]) -> list[Document]:
    """The listed ones among ``ids``; whoever is missing is not in the catalogue (any more)."""
    query = (
        select(
            Listing.id,
            Listing.state,
            Listing.organisation_id,
            Listing.organisation_name,
            Listing.published_version,
            Listing.changed_at,
            Listing.published_at,
            Listing.expires_at,
            Listing.source,
            ListingVersion.content,
        )
        .join(
            ListingVersion,
            (ListingVersion.listing_id == Listing.id)
            & (ListingVersion.version == Listing.published_version),
        )
        .where(Listing.id.in_(ids))
    )
    # By id alone: asked for the state too, SQLite walks through every listed one.
    rows = (row for row in db.execute(query) if row.state in LISTED)
    return [_document(row, from_json(row.content)) for row in rows]


def public_ids(db: Session) -> Iterator[int]:
    """The id of every listing that the catalogue shows."""
    yield from db.scalars(select(Listing.id).where(Listing.state.in_(LISTED)))


def all_ids(db: Session) -> list[int]:
    """``public_ids`` as a list."""
    return list(public_ids(db))


def _document(row: object, content: ListingContent) -> Document:
    get = row._mapping  # type: ignore[attr-defined]
    codes = (content.number or "", content.extra.get("publication", ""))
    return Document(
        id=f"{PREFIX}:{get['id']}",
        version=to_ms(get["changed_at"]),
        kind=content.kind,
        title=content.title,
        title_en=content.title_en,
        summary=content.summary,
        summary_en=content.summary_en,
        body="\n".join(filter(None, _body(content))),
        keywords=content.keywords,
        applicant="; ".join(owner.name for owner in content.owners) or get["organisation_name"],
        inventors=content.inventors,
        keys={name: values for name, values in _keys(get, content).items() if values},
        numbers={
            "price_minor": content.price_minor,
            "trl": content.trl,
            "published_ms": to_ms(get["published_at"]) if get["published_at"] else None,
            "ends_ms": to_ms(get["expires_at"]) if get["expires_at"] else None,
            "verified": 0 if get["source"] else 1,
            "on_sale": 1 if get["state"] == State.PUBLISHED else 0,
        },
        codes=tuple(code for code in codes if code),
    )


def _keys(get: Mapping[str, Any], content: ListingContent) -> dict[str, tuple[str, ...]]:
    """The exact values of filters and facets; empty ones are left out by the caller."""
    patent = content.patent
    return {
        "kind": (content.kind,),
        "patent": (patent.patent_kind,) if patent and patent.patent_kind else (),
        "ipc": content.ipc,
        "locarno": content.locarno,
        "cluster": (content.cluster,) if content.cluster else (),
        "status": (patent.legal_status,) if patent and patent.legal_status else (),
        "mode": (*content.transfer_modes, *(f"licence_{one}" for one in content.licence_kinds)),
        "pricing": (content.pricing_mode,),
        "trl": (str(content.trl),) if content.trl else (),
        "step": (content.step,) if content.step else (),
        "industry": content.industries,
        "organisation": (str(get["organisation_id"]),) if get["organisation_id"] else (),
        "source": (get["source"],) if get["source"] else (),
        "visibility": ("public",),
    }


def _body(content: ListingContent) -> tuple[str, ...]:
    claims = content.extra.get("claim", "")
    return (content.problem, content.solution, content.advantage, content.economics, claims)
