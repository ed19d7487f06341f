"""Aggregate: Voucher (treasury_voucher). What its issuer still owes stands in the ledger."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Base, Minor, one_of
from marketplace.treasury.vouchers.states import LIVE, STATES

_LIVE = text(one_of("state", LIVE))


class Voucher(Base):
    """One voucher on one call of an order. Amounts in fen.

    ``returned_minor``: what the issuer need not pay any more; ``repaid_minor``: what he had paid
    and got back. ``claim_reference`` is the code he writes on his transfer, ``claims`` how many
    codes there were.
    """

    __tablename__ = "treasury_voucher"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint(
            "returned_minor >= 0 AND repaid_minor >= 0"
            " AND returned_minor + repaid_minor <= amount_minor",
            name="back_within",
        ),
        CheckConstraint("confirmed_by <> claimed_by", name="confirmer_is_not_claimer"),
        CheckConstraint(
            "(state IN ('confirmed', 'settled', 'returned')) = (confirmed_at IS NOT NULL)",
            name="confirmed_has_time",
        ),
        Index(
            "uq_treasury_voucher_live",
            "issuer",
            "number",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_treasury_voucher_state_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    issuer: Mapped[str]
    usable_for: Mapped[str] = mapped_column(Text)
    valid_until: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(Minor)
    returned_minor: Mapped[int] = mapped_column(Minor, default=0)
    repaid_minor: Mapped[int] = mapped_column(Minor, default=0)
    organisation_id: Mapped[int]
    organisation_name: Mapped[str]
    order_id: Mapped[int] = mapped_column(index=True)
    call_reference: Mapped[str]
    state: Mapped[str]
    claims: Mapped[int] = mapped_column(default=0)
    claim_reference: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime]
    claimed_by: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")
