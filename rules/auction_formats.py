"""What the format of a lot adds to the rules: sealed bids, falling prices, a last possible end."""

from __future__ import annotations

from rules.auction_sums import earnest_part_minor
from rules.auction_terms import AuctionMode
from rules.findings import Finding, block, warn


def open_bidding_findings(mode: AuctionMode, *, is_sealed: bool) -> tuple[Finding, ...]:
    """L3 (拍卖法 3): a 拍卖 is open bidding; sealed bids are for 挂牌竞价."""
    if is_sealed and mode is AuctionMode.LICENSED:
        return (block("sealed_is_not_open", "L3", "PM3"),)
    return ()


def earnest_findings(floor_minor: int, deposit_minor: int) -> tuple[Finding, ...]:
    """L24 (民法典 586): at a low price a part of the deposit does not work as 定金.

    ``floor_minor``: the lowest price at which the lot may be taken.
    """
    earnest = earnest_part_minor(deposit_minor, floor_minor)
    if earnest == deposit_minor:
        return ()
    facts = {"earnest_minor": earnest, "above_minor": deposit_minor - earnest}
    return (warn("deposit_above_earnest", "L24", "MF586", **facts),)


def hard_end_findings(*, has_hard_end: bool) -> tuple[Finding, ...]:
    """L25 (网拍规定 20): a late bid extends without limit; a last possible end limits it."""
    return (warn("hard_end_limits_extension", "L25", "SPC20"),) if has_hard_end else ()
