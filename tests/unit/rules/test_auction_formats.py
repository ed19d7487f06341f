"""What sealed bids, falling prices and a last possible end mean for the rules."""

from __future__ import annotations

import pytest

from rules import auction_formats
from rules.auction_terms import AuctionMode


@pytest.mark.law("L3")
def test_sealed_bids_are_blocked_in_a_licensed_auction_only():
    (found,) = auction_formats.open_bidding_findings(AuctionMode.LICENSED, is_sealed=True)
    assert found.blocks
    assert auction_formats.open_bidding_findings(AuctionMode.LICENSED, is_sealed=False) == ()
    assert auction_formats.open_bidding_findings(AuctionMode.LISTED, is_sealed=True) == ()


@pytest.mark.law("L24")
def test_of_a_deposit_of_200000_only_80000_is_earnest_money_at_a_price_of_400000():
    (found,) = auction_formats.earnest_findings(40_000_000, 20_000_000)
    assert found.facts == {"earnest_minor": 8_000_000, "above_minor": 12_000_000}
    assert not found.blocks
    assert auction_formats.earnest_findings(100_000_000, 20_000_000) == ()


@pytest.mark.law("L25")
def test_a_last_possible_end_is_warned_of():
    (found,) = auction_formats.hard_end_findings(has_hard_end=True)
    assert (found.article, found.blocks) == ("SPC20", False)
    assert auction_formats.hard_end_findings(has_hard_end=False) == ()
