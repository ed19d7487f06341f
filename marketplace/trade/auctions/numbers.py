"""The public number of a lot."""

from __future__ import annotations

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.auctions.models import Auction

LETTERS = {"listed_bidding": "JJ", "licensed_auction": "PM"}


def give_number(auction: Auction) -> None:
    """``JJ-2026-0117``; a licensed auction has its own letters (L3)."""
    year = auction.created_at.astimezone(SHANGHAI).year
    auction.number = f"{LETTERS[auction.mode]}-{year}-{auction.id:04d}"
