"""The sums of an auction: deposit, start price, commission, claim after default, keeping times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.auction_terms import Thresholds
from rules.days import add_years, term_end
from rules.findings import Finding, block, warn
from rules.holidays import Calendar

KEEP_AFTER_CONSIGNMENT_YEARS = 5
KEEP_AFTER_DEAL_YEARS = 3
KEEP_BID_LOG_YEARS = 10
EARNEST_CAP_PERCENT = 20


@dataclass(frozen=True, slots=True)
class Tier:
    """Commission on the part of a price from ``from_minor`` on; 100 basis points are 1 %."""

    from_minor: int
    basis_points: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a defaulting buyer owes (fen): ``open_minor`` beyond the deposit kept."""

    commissions_minor: int
    shortfall_minor: int
    covered_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class Forfeit:
    """How a forfeited deposit is used, in this order (L28); the parts add up to it."""

    costs_minor: int
    shortfall_minor: int
    rest_minor: int


def deposit_findings(
    start_minor: int, deposit_minor: int, *, limits: Thresholds
) -> tuple[Finding, ...]:
    """L23 (网拍规定 17): the deposit is 5 to 20 % of the start price, both ends included."""
    low = start_minor * limits.deposit_min_percent
    high = start_minor * limits.deposit_max_percent
    if low <= deposit_minor * 100 <= high:
        return ()
    facts = {"least_minor": -(-low // 100), "most_minor": high // 100}
    return (block("deposit_out_of_range", "L23", "SPC17", **facts),)


def start_price_findings(
    start_minor: int, valuation_minor: int | None, *, limits: Thresholds
) -> tuple[Finding, ...]:
    """L8 (网拍规定 10): a start below 70 % of the valuation needs a reason."""
    if start_minor <= 0:
        return (block("start_not_positive", "L8", "PM50"),)
    percent = limits.start_min_percent_of_valuation
    if valuation_minor is None or start_minor * 100 >= valuation_minor * percent:
        return ()
    facts = {"least_minor": -(-valuation_minor * percent // 100), "percent": percent}
    return (warn("start_below_valuation", "L8", "SPC10", **facts),)


def reserve_findings(
    *, declared: bool | None, reserve_minor: int | None, start_minor: int, state_seller: bool,
    valued_or_reasoned: bool,
) -> tuple[Finding, ...]:  # fmt: skip
    """L8 (拍卖法 28, 50): whether there is a reserve is said before; state property is valued.

    ``declared``: the notice says 有 (True), 无 (False) or nothing (None).
    """
    found: list[Finding] = []
    if declared is None or declared != (reserve_minor is not None):
        found.append(block("reserve_not_declared", "L8", "PM50"))
    if reserve_minor is not None and reserve_minor < start_minor:
        found.append(warn("reserve_below_start", "L8", "PM50"))
    if state_seller and not valued_or_reasoned:
        found.append(block("valuation_or_reason_missing", "L8", "PM28"))
    return tuple(found)


def is_sold(top_minor: int | None, reserve_minor: int | None) -> bool:
    """L8 (拍卖法 50): sold when there is a bid and it reaches the reserve."""
    return top_minor is not None and (reserve_minor is None or top_minor >= reserve_minor)


def second_round_findings(
    first_start_minor: int, second_start_minor: int, *,
    limits: Thresholds,
    after_default: bool = False,
) -> tuple[Finding, ...]:  # fmt: skip
    """L29 (网拍规定 26): the second start is cut by at most 20 %; not after a default."""
    keep = 100 - limits.round_two_cut_percent
    if after_default or second_start_minor * 100 >= first_start_minor * keep:
        return ()
    facts = {"least_minor": -(-first_start_minor * keep // 100)}
    return (warn("second_start_cut_too_deep", "L29", "SPC26", **facts),)


def second_round_date_findings(
    first_ended: date,
    second_opens: date,
    *,
    second_published: date,
    limits: Thresholds,
    calendar: Calendar | None = None,
) -> tuple[Finding, ...]:
    """L29: the second round opens within 30 days and is announced 15 days before (both warn)."""
    found: list[Finding] = []
    last = term_end(first_ended, limits.round_two_within_days, calendar=calendar)
    if second_opens > last:
        found.append(warn("second_round_late", "L29", "SPC26", last=last))
    apart = (second_opens - second_published).days
    if apart < limits.round_two_notice_days:
        advised = limits.round_two_notice_days
        found.append(warn("second_notice_short", "L29", "SPC26", dates=apart, advised=advised))
    return tuple(found)


def commission_findings(
    tiers: Sequence[Tier], limits: Thresholds, *, agreed: bool
) -> tuple[Finding, ...]:
    """L20 (拍卖法 56): rates never rise with the price; above 5 % only by agreement."""
    found: list[Finding] = []
    ordered = sorted(tiers, key=lambda tier: tier.from_minor)
    if not ordered or ordered[0].from_minor != 0:
        found.append(block("tiers_begin_above_zero", "L20", "PM56"))
    if any(tier.basis_points < 0 for tier in ordered):
        found.append(block("negative_rate", "L20", "PM56"))
    rates = [tier.basis_points for tier in ordered]
    if rates != sorted(rates, reverse=True):
        found.append(block("tiers_rise", "L20", "PM56"))
    if rates and max(rates) > limits.commission_cap_basis_points:
        facts = {"basis_points": max(rates), "cap": limits.commission_cap_basis_points}
        say = warn if agreed else block
        found.append(say("commission_above_cap", "L20", "PM56", **facts))
    return tuple(found)


def commission_minor(price_minor: int, tiers: Sequence[Tier]) -> int:
    """The commission of one side, each part of the price at its own rate, rounded down to fen."""
    ordered = sorted(tiers, key=lambda tier: tier.from_minor) or [Tier(0, 0)]
    ends = [tier.from_minor for tier in ordered[1:]] + [price_minor]
    parts = (
        max(0, min(end, price_minor) - tier.from_minor) * tier.basis_points
        for tier, end in zip(ordered, ends, strict=True)
    )
    return sum(parts) // 10_000


def commission_cap_minor(price_minor: int, limits: Thresholds) -> int:
    """L20: the most each side pays where nothing was agreed (5 %), rounded down to fen."""
    return price_minor * limits.commission_cap_basis_points // 10_000


def default_claim(
    first_price_minor: int, second_price_minor: int, *, commissions_minor: int, deposit_minor: int
) -> Claim:
    """L19 (拍卖法 39): both commissions of sale 1 plus the shortfall, less the deposit."""
    shortfall = max(0, first_price_minor - second_price_minor)
    owed = commissions_minor + shortfall
    covered = min(owed, deposit_minor)
    return Claim(commissions_minor, shortfall, covered, owed - covered)


def forfeited_deposit(deposit_minor: int, *, costs_minor: int, shortfall_minor: int) -> Forfeit:
    """L28 (网拍规定 24): costs first, then the shortfall, the rest as the rules say."""
    costs = min(deposit_minor, costs_minor)
    shortfall = min(deposit_minor - costs, shortfall_minor)
    return Forfeit(costs, shortfall, deposit_minor - costs - shortfall)


def earnest_part_minor(deposit_minor: int, price_minor: int) -> int:
    """L24 (民法典 586): only up to 20 % of the contract price a deposit works as 定金."""
    return min(deposit_minor, price_minor * EARNEST_CAP_PERCENT // 100)


def retain_until(contract_ended: date, deal_ended: date | None = None) -> date:
    """L18 (拍卖法 54, 电子商务法 31): five years from the consignment, three from the deal.

    Deleting before that day is refused; the day never moves.
    """
    keep = add_years(contract_ended, KEEP_AFTER_CONSIGNMENT_YEARS)
    if deal_ended is None:
        return keep
    return max(keep, add_years(deal_ended, KEEP_AFTER_DEAL_YEARS))


def retain_bid_log_until(closed: date) -> date:
    """L18: the bid log is kept ten years (model: 网拍规定 29)."""
    return add_years(closed, KEEP_BID_LOG_YEARS)
