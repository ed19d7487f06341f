"""Rows of listings: the root with what lists show, its versions, draft, files and consents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor
from marketplace.showcase.listings.states import LIVE_STATES, PUBLIC_STATES, State


def _in(column: str, values: frozenset[State] | type[State]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in sorted(values))})"


_ON_SALE = text(
    f"number IS NOT NULL AND {_in('state', frozenset({State.PUBLISHED, State.RESERVED}))}"
)
_OWN_LIVE = text(
    f"number IS NOT NULL AND organisation_id IS NOT NULL AND {_in('state', LIVE_STATES)}"
)


class Listing(Base):
    """The root. What lists and cards show is copied here from the published version."""

    __tablename__ = "showcase_listing"
    __table_args__ = (
        CheckConstraint("kind IN ('patent', 'achievement')", name="kind"),
        CheckConstraint(_in("state", State), name="state"),
        CheckConstraint("price_minor IS NULL OR price_minor >= 0", name="price"),
        CheckConstraint("trl IS NULL OR (trl >= 1 AND trl <= 9)", name="trl"),
        CheckConstraint(
            f"NOT {_in('state', PUBLIC_STATES)} OR published_version IS NOT NULL", name="published"
        ),
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", name="source"),
        CheckConstraint("state <> 'reserved' OR reserved_for IS NOT NULL", name="reserved"),
        UniqueConstraint("source", "source_key"),
        Index("uq_showcase_listing_own_key", "organisation_id", "own_key", unique=True),
        # One number is on sale once (whoever lists it), and in review or on sale once among the
        # organisations' own listings. An imported record gives way to the owner's listing.
        Index(
            "uq_showcase_listing_number_on_sale",
            "number",
            unique=True,
            sqlite_where=_ON_SALE,
            postgresql_where=_ON_SALE,
        ),
        Index(
            "uq_showcase_listing_number_own",
            "number",
            unique=True,
            sqlite_where=_OWN_LIVE,
            postgresql_where=_OWN_LIVE,
        ),
        Index("ix_showcase_listing_state_published_at_id", "state", "published_at", "id"),
        Index("ix_showcase_listing_state_expires_at", "state", "expires_at"),
        Index("ix_showcase_listing_organisation_id_changed_at_id",
              "organisation_id", "changed_at", "id"),
        Index("ix_showcase_listing_title", "title"),
        Index("ix_showcase_listing_number", "number"),
        Index("ix_showcase_listing_source_published_at_id", "source", "published_at", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    organisation_id: Mapped[int | None]
    organisation_name: Mapped[str]
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    title: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    patent_kind: Mapped[str | None]
    number: Mapped[str | None]
    cluster: Mapped[str] = mapped_column(default="")
    ipc: Mapped[list[Any]] = mapped_column(JSON, default=list)
    trl: Mapped[int | None]
    step: Mapped[str | None]
    legal_status: Mapped[str | None]
    status_checked_on: Mapped[date | None]
    pricing_mode: Mapped[str] = mapped_column(default="negotiated")
    price_minor: Mapped[int | None] = mapped_column(Minor)
    transfer_modes: Mapped[list[Any]] = mapped_column(JSON, default=list)
    licence_kinds: Mapped[list[Any]] = mapped_column(JSON, default=list)
    picture_id: Mapped[int | None]

    published_version: Mapped[int | None]
    pending_version: Mapped[int | None]
    last_version: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reserved_for: Mapped[int | None]
    stopped_why: Mapped[str] = mapped_column(Text, default="")

    source: Mapped[str | None]
    source_key: Mapped[str | None]
    source_date: Mapped[date | None]
    source_sha256: Mapped[str | None]
    own_key: Mapped[str | None]  # the organisation's own number for a row of its table


class ListingVersion(Base):
    """One submitted version; kept for ever, its content never changes."""

    __tablename__ = "showcase_listing_version"
    __table_args__ = (
        UniqueConstraint("listing_id", "version"),
        CheckConstraint("state IN ('submitted', 'approved', 'returned', 'recalled')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("showcase_listing.id"))
    version: Mapped[int]
    state: Mapped[str]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str]
    acknowledged: Mapped[dict[str, Any]]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    text: Mapped[str] = mapped_column(Text, default="")


class ListingDraft(Base):
    """What the seller typed, as typed, so that nothing is lost even when it is not valid."""

    __tablename__ = "showcase_listing_draft"

    listing_id: Mapped[int] = mapped_column(
        ForeignKey("showcase_listing.id"), primary_key=True, autoincrement=False
    )
    typed: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None]


class ListingFile(Base):
    """An uploaded picture or document; removed ones stay as rows of the versions they were in."""

    __tablename__ = "showcase_listing_file"
    __table_args__ = (
        CheckConstraint("role IN ('picture', 'public', 'confidential', 'evidence')", name="role"),
        CheckConstraint("NOT public OR role IN ('picture', 'public')", name="public"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("showcase_listing.id"), index=True)
    role: Mapped[str]
    public: Mapped[bool] = mapped_column(default=False)
    """In the published version and of a public role: the whole rule of who may read it."""
    name: Mapped[str]
    caption: Mapped[str] = mapped_column(default="")
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    small_key: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None]
    removed_at: Mapped[datetime | None]


class ListingConsent(Base):
    """What a co-owner, a first-refusal holder or a pledgee answered (L53, L62, L63)."""

    __tablename__ = "showcase_listing_consent"
    __table_args__ = (
        UniqueConstraint("listing_id", "party", "name"),
        CheckConstraint("party IN ('owner', 'first_refusal', 'pledgee')", name="party"),
        CheckConstraint(
            "answer IN ('asked', 'consented', 'waived', 'wants', 'refused')", name="answer"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    listing_id: Mapped[int] = mapped_column(ForeignKey("showcase_listing.id"))
    party: Mapped[str]
    name: Mapped[str]
    answer: Mapped[str]
    answered_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("showcase_listing_file.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int]


class ListingViews(Base):
    """How often a listing's page was opened on a day (Asia/Shanghai)."""

    __tablename__ = "showcase_listing_views"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)

    listing_id: Mapped[int] = mapped_column(
        ForeignKey("showcase_listing.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
