"""Rows about organisations: profile, former names, verification papers, members, invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.identity.organisations.states import Kind, State
from marketplace.kernel.db import Base, Minor, one_of


class Organisation(Base):
    """Who sells, buys and serves. ``credit_code`` is the 统一社会信用代码, canonical.

    ``controller_code`` is the declared controller's code (related parties, L5).
    ``verified_at`` is the last successful verification, ``reverify_at`` when the next is due
    (L69); ``selling_paused_at`` is set when that date and its grace have passed.
    """

    __tablename__ = "identity_organisation"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind_known"),
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint("state <> 'verified' OR verified_at IS NOT NULL", name="verified_dated"),
        CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="code_length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    name_en: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    controller_code: Mapped[str | None] = mapped_column(index=True)
    state_founded: Mapped[bool] = mapped_column(default=False)
    state_owned: Mapped[bool] = mapped_column(default=False)
    small_micro: Mapped[bool] = mapped_column(default=False)
    high_tech: Mapped[bool] = mapped_column(default=False)
    region: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    founded_year: Mapped[int | None]
    clusters: Mapped[list[str]] = mapped_column(JSON, default=list)
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone_sealed: Mapped[str | None]
    contact_email_sealed: Mapped[str | None]
    bank_account_sealed: Mapped[str | None]
    bank_name: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default=State.NONE.value)
    verified_at: Mapped[datetime | None]
    reverify_at: Mapped[datetime | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    selling_paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]


class Alias(Base):
    """A name the organisation had before; documents of that time keep it."""

    __tablename__ = "identity_organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("identity_organisation.id"), index=True)
    name: Mapped[str]
    until: Mapped[datetime]


class Verification(Base):
    """One submission of papers and its decision; rows are added, never replaced.

    ``claims`` holds what was claimed at that time (name, code, kind, flags).
    Four eyes: who submitted never decides (T13, also in the database).
    """

    __tablename__ = "identity_verification"
    __table_args__ = (
        CheckConstraint("decided_by IS NULL OR decided_by <> submitted_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('verified', 'returned')) = (decided_by IS NOT NULL)", name="decided_whole"
        ),
        CheckConstraint("state <> 'returned' OR reason <> ''", name="returned_with_reason"),
        CheckConstraint(
            "state IN ('submitted', 'verified', 'returned', 'withdrawn')", name="state_known"
        ),
        Index(
            "uq_identity_verification_open",
            "organisation_id",
            unique=True,
            sqlite_where=text("state = 'submitted'"),
            postgresql_where=text("state = 'submitted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("identity_organisation.id"), index=True)
    purpose: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    claims: Mapped[dict[str, Any]] = mapped_column(JSON)
    documents: Mapped[list[Any]] = mapped_column(JSON)
    submitted_by: Mapped[int] = mapped_column(ForeignKey("identity_user.id"))
    submitted_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("identity_user.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")


class Membership(Base):
    """A person acts for an organisation; ``bid_limit_minor`` (fen) caps what a member may bid."""

    __tablename__ = "identity_membership"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'manager', 'member', 'read_only')", name="role_known"),
        CheckConstraint("bid_limit_minor IS NULL OR bid_limit_minor >= 0", name="limit_positive"),
        Index(
            "uq_identity_membership_active",
            "user_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("identity_user.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("identity_organisation.id"), index=True)
    role: Mapped[str]
    bid_limit_minor: Mapped[int | None] = mapped_column(Minor)
    invited_by: Mapped[int | None]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Invitation(Base):
    """An offer of membership to a mail address; only the digest of its link is kept."""

    __tablename__ = "identity_invitation"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'manager', 'member', 'read_only')", name="role_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("identity_organisation.id"), index=True)
    email: Mapped[str]
    role: Mapped[str]
    bid_limit_minor: Mapped[int | None] = mapped_column(Minor)
    digest: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int]
    invited_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]


class DeskParty(Base):
    """Who was entered at a desk of the market, in person and without an account.

    ``user_id`` is the person whose identity card was seen: an account that cannot sign in. The
    party is claimed later by a code; only its digest is kept.
    """

    __tablename__ = "identity_desk_party"
    __table_args__ = (
        CheckConstraint("(claimed_at IS NULL) = (claimed_by IS NULL)", name="claimed_whole"),
        CheckConstraint("registered_by <> user_id", name="desk_is_not_the_party"),
        CheckConstraint("claimed_by <> registered_by", name="desk_does_not_claim"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("identity_organisation.id"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("identity_user.id"), index=True)
    registered_at: Mapped[datetime]
    registered_by: Mapped[int] = mapped_column(ForeignKey("identity_user.id"))
    claim_digest: Mapped[str] = mapped_column(unique=True)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("identity_user.id"))
