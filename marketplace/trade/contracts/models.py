"""Aggregate: Contract (root) with versions, consents, signatures and its tax registration.

Tables: trade_contract, trade_contract_version, trade_contract_consent,
trade_contract_signature, trade_contract_registration.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.kernel.guards import append_only
from marketplace.trade.contracts.states import SIDES, State
from rules.enumerations import CONTRACT_KINDS

REGISTRATION_STATES = ("none", "accepted", "registered", "refused")


class Contract(Base):
    """The contract of one order. ``version`` is the newest; every act names the one it saw.

    ``reasons``: why warnings were accepted, by code, with who wrote it. ``paper_id`` is the file
    that is being signed; it belongs to ``version``.
    """

    __tablename__ = "trade_contract"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state_known"),
        CheckConstraint(one_of("kind", CONTRACT_KINDS), name="kind_known"),
        CheckConstraint("(state = 'sealed') = (sealed_at IS NOT NULL)", name="sealed_has_time"),
        CheckConstraint(
            "state NOT IN ('signing', 'sealed') OR paper_id IS NOT NULL", name="signing_has_paper"
        ),
        CheckConstraint("seller_organisation_id <> buyer_organisation_id", name="two_parties"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    version: Mapped[int]
    seller_organisation_id: Mapped[int] = mapped_column(index=True)
    seller_name: Mapped[str]
    buyer_organisation_id: Mapped[int] = mapped_column(index=True)
    buyer_name: Mapped[str]
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON)
    paper_id: Mapped[int | None]
    created_at: Mapped[datetime]
    sealed_at: Mapped[datetime | None]


class ContractVersion(Base):
    """What the contract said at one time, word for word; the database refuses to change it.

    ``clauses``: list of {key, heading, text}; ``sha256`` is over the canonical JSON of number,
    kind, version, facts and clauses. ``side`` proposed it, empty for the generated first one.
    """

    __tablename__ = "trade_contract_version"
    __table_args__ = (
        CheckConstraint(one_of("side", ("", *SIDES)), name="side_known"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("trade_contract.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    clauses: Mapped[list[Any]] = mapped_column(JSON)
    sha256: Mapped[str]
    side: Mapped[str]
    user_id: Mapped[int]
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ContractConsent(Base):
    """One side agrees to the words of one version; it does not sign yet."""

    __tablename__ = "trade_contract_consent"
    __table_args__ = (CheckConstraint(one_of("side", SIDES), name="side_known"),)

    contract_id: Mapped[int] = mapped_column(ForeignKey("trade_contract.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    at: Mapped[datetime]


class ContractSignature(Base):
    """One side's signature under one exact file (电子签名法 13; L50).

    ``name`` as the person typed it; ``address`` is the network address; ``session_at``: when the
    person last proved who it is.
    """

    __tablename__ = "trade_contract_signature"
    __table_args__ = (
        CheckConstraint(one_of("side", SIDES), name="side_known"),
        CheckConstraint("length(sha256) = 64", name="hash_whole"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("trade_contract.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    organisation_name: Mapped[str]
    user_id: Mapped[int]
    name: Mapped[str]
    at: Mapped[datetime]
    address: Mapped[str]
    paper_id: Mapped[int]
    sha256: Mapped[str]
    accepts_licences: Mapped[bool]


class ContractRegistration(Base):
    """认定登记 of a sealed contract: the form's own fields and what the office answered (L47)."""

    __tablename__ = "trade_contract_registration"
    __table_args__ = (
        CheckConstraint(one_of("state", REGISTRATION_STATES), name="state_known"),
        CheckConstraint(
            "state <> 'registered' OR (number <> '' AND decided_on IS NOT NULL)",
            name="registered_has_number",
        ),
        CheckConstraint("technical_minor IS NULL OR technical_minor >= 0", name="amount_sound"),
    )

    contract_id: Mapped[int] = mapped_column(ForeignKey("trade_contract.id"), primary_key=True)
    state: Mapped[str]
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[str] = mapped_column(default="")
    accepted_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    technical_minor: Mapped[int | None] = mapped_column(Minor)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int]


for _rows in (ContractVersion, ContractConsent, ContractSignature):
    append_only(cast("Table", _rows.__table__))
