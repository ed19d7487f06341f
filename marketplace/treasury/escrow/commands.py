"""Set the commission from a coming day on; what was, stays to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.treasury import policy
from marketplace.treasury.escrow.models import Tariff
from rules.auction_sums import Tier, commission_findings
from rules.auction_terms import Thresholds
from rules.days import local_date


@dataclass(frozen=True, slots=True)
class SetTariff:
    """The tiers of each side from a day on, and why."""

    effective_from: date
    buyer: Sequence[Tier]
    seller: Sequence[Tier]
    why: str


def set_tariff(ctx: Context, command: SetTariff) -> None:
    """Add a tariff.

    Raises Forbidden for others than the treasurer; Invalid for a day that is not to come, rates
    that rise with the price or pass 5 % (L20), or without a reason; Conflict when that day has one.
    """
    if not command.why.strip():
        raise Invalid("reason_needed")
    for tiers in (command.buyer, command.seller):
        found = commission_findings(tiers, Thresholds(), agreed=False)
        if found:
            raise Invalid(f"escrow.{found[0].code}")
    with ctx.transaction() as tx:
        if not policy.may_keep_books(tx.actor):
            raise Forbidden
        if command.effective_from <= local_date(tx.now):
            raise Invalid("escrow.day_is_past")
        if tx.db.get(Tariff, command.effective_from) is not None:
            raise Conflict("escrow.day_taken")
        tx.db.add(
            Tariff(
                effective_from=command.effective_from,
                buyer_tiers=_plain(command.buyer),
                seller_tiers=_plain(command.seller),
                why=command.why.strip(),
                created_at=tx.now,
                created_by=tx.actor.user_id,
            )
        )
        day = command.effective_from.isoformat()
        tx.audit("tariff.set", "tariff", day, why=command.why.strip())


def _plain(tiers: Sequence[Tier]) -> list[list[int]]:
    return [[tier.from_minor, tier.basis_points] for tier in tiers]
