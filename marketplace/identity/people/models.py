"""Rows about persons: account, offices, consents, declared relatives."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.actor import StaffRole
from marketplace.kernel.db import Base

SECOND_FACTOR_ROLES = frozenset(
    {StaffRole.TREASURER, StaffRole.AUCTIONEER, StaffRole.ADMINISTRATOR}
)
"""Offices that sign in with a second factor outside the demo (trust.md, Accounts)."""


class UserRole(Base):
    """A person holds an office of the market."""

    __tablename__ = "identity_user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("identity_user.id"), primary_key=True)
    role_id: Mapped[int] = mapped_column(
        ForeignKey("identity_role.id"), primary_key=True, index=True
    )
    granted_at: Mapped[datetime | None]
    granted_by: Mapped[int | None]


class Role(Base):
    """An office of the market; ``name`` is a ``StaffRole`` value."""

    __tablename__ = "identity_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str | None]

    def get_permissions(self) -> set[str]:
        """Rights are asked from the policies, never from rows."""
        return set()


class User(Base):
    """A person with an account.

    ``email`` is normalised and lower-case. ``fs_uniquifier`` names the person in sessions and
    links: a new one ends every session and makes every old link void. ``totp_counter`` is the
    last time step whose code was accepted. Identity number and phone are sealed; the
    fingerprint finds the same number again without storing it in the clear.
    """

    __tablename__ = "identity_user"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("active OR password IS NULL OR closed_at IS NULL", name="closed_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)
    locale: Mapped[str] = mapped_column(default="zh_Hans_CN")
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    current_login_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]
    current_login_ip: Mapped[str | None]
    last_login_ip: Mapped[str | None]
    login_count: Mapped[int | None]

    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    totp_counter: Mapped[int | None] = mapped_column(BigInteger)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))

    phone_sealed: Mapped[str | None]
    identity_number_sealed: Mapped[str | None]
    identity_number_print: Mapped[str | None] = mapped_column(index=True)

    roles: Mapped[list[Role]] = relationship(secondary="identity_user_role")
    consents: Mapped[list[Consent]] = relationship()

    @property
    def has_second_factor(self) -> bool:
        return bool(self.tf_totp_secret and self.tf_primary_method)


class Consent(Base):
    """The person agreed to one purpose in one version of its text (L75); withdrawn, not deleted."""

    __tablename__ = "identity_consent"
    __table_args__ = (
        Index(
            "uq_identity_consent_in_force",
            "user_id",
            "purpose",
            "version",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("identity_user.id"), index=True)
    purpose: Mapped[str]
    version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Relative(Base):
    """A person declares a close relative, by the fingerprint of the identity number (L5)."""

    __tablename__ = "identity_relative"
    __table_args__ = (UniqueConstraint("user_id", "identity_number_print"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("identity_user.id"))
    identity_number_print: Mapped[str] = mapped_column(index=True)
    label: Mapped[str]
    declared_at: Mapped[datetime]
