"""Operational thresholds that an administrator may change while the market runs.

Each has its legal value as default and names the rule it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from marketplace.kernel.context import Context
from marketplace.kernel.db import Base
from marketplace.kernel.errors import Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Option:
    """A whole-number threshold with its unit, bounds and source."""

    key: str
    default: int
    low: int
    high: int
    unit: str
    rule: str


OPTIONS: dict[str, Option] = {
    option.key: option
    for option in (
        Option("auction_notice_hours", 168, 168, 8760, "hours", "L12"),
        Option("tender_notice_hours", 72, 0, 8760, "hours", "L12"),
        Option("auction_display_hours", 48, 48, 8760, "hours", "L14"),
        Option("tender_display_hours", 24, 0, 8760, "hours", "L14"),
        Option("tender_run_hours", 24, 0, 8760, "hours", "L25"),
        Option("deposit_low_percent", 5, 0, 100, "percent", "L23"),
        Option("deposit_high_percent", 20, 0, 100, "percent", "L23"),
        Option("soft_close_seconds", 300, 0, 3600, "seconds", "L25"),
        Option("sealed_reveal_hours", 2, 1, 168, "hours", ""),
        Option("dutch_interval_minutes", 10, 1, 10_080, "minutes", ""),
        Option("dutch_sealing_minutes", 30, 1, 10_080, "minutes", ""),
        Option("dutch_reveal_minutes", 30, 1, 10_080, "minutes", ""),
        Option("dutch_topping_minutes", 15, 1, 10_080, "minutes", ""),
        Option("confirmation_working_days", 3, 1, 30, "working_days", "L16"),
        Option("deposit_return_hours", 24, 1, 24, "hours", "L27"),
        Option("commission_percent_hundredths", 200, 0, 500, "hundredths_of_percent", "L20"),
        Option("four_eyes_minor", 5_000_000, 0, 2 * 10**9, "fen", ""),
        Option("listing_days", 180, 7, 720, "days", ""),
        Option("status_fresh_days", 90, 1, 365, "days", ""),
        Option("verification_months", 6, 1, 60, "months", "L69"),
        Option("verification_grace_days", 30, 0, 365, "days", "L69"),
        Option("abnormal_price_multiple", 20, 2, 1000, "times", ""),
        Option("ending_soon_seconds", 900, 60, 14_400, "seconds", ""),
        Option("hall_heartbeat_seconds", 15, 6, 120, "seconds", "L30"),
        Option("auction_records_years", 10, 5, 100, "years", "L18"),
        Option("publicity_days", 15, 15, 90, "days", "L34"),
        Option("order_sign_days", 30, 1, 180, "days", ""),
        Option("order_default_grace_days", 5, 0, 60, "days", "L16"),
        Option("second_offer_days", 5, 1, 30, "days", "L19"),
        Option("talk_days", 10, 1, 60, "days", "L8"),
        Option("rescission_days", 30, 30, 180, "days", "L60"),
        Option("stage_payment_days", 10, 1, 90, "days", ""),
        Option("royalty_statement_days", 30, 1, 180, "days", "L52"),
        Option("acceptance_days", 15, 3, 90, "days", ""),
        Option("invoice_tax_hundredths", 600, 0, 1_300, "hundredths_of_percent", "L49"),
    )
}


class OptionRow(Base):
    """A changed option; the absence of a row means the default."""

    __tablename__ = "kernel_option"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int]


def option(db: Session, key: str) -> int:
    """The value in force."""
    row = db.get(OptionRow, key)
    return OPTIONS[key].default if row is None else row.value


def options(db: Session) -> dict[str, int]:
    """All values in force."""
    changed = {row.key: row.value for row in db.scalars(select(OptionRow))}
    return {key: changed.get(key, known.default) for key, known in OPTIONS.items()}


@dataclass(frozen=True, slots=True)
class ChangeOption:
    """Set a threshold, for a stated reason."""

    key: str
    value: int
    why: str


def change_option(ctx: Context, command: ChangeOption) -> None:
    """Set an option; raises NotFound, or Invalid outside its bounds or without a reason.

    The caller's room has asked the policy: kernel knows no offices.
    """
    known = OPTIONS.get(command.key)
    if known is None:
        raise NotFound
    if not known.low <= command.value <= known.high:
        raise Invalid("option_out_of_bounds", key=known.key, low=known.low, high=known.high)
    if not command.why.strip():
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        row = tx.db.get(OptionRow, command.key)
        before = known.default if row is None else row.value
        if row is None:
            row = OptionRow(key=command.key)
            tx.db.add(row)
        row.value, row.changed_at, row.changed_by = command.value, tx.now, tx.actor.user_id
        tx.audit(
            "option.changed",
            "option",
            known.key,
            why=command.why,
            before=before,
            after=command.value,
        )
