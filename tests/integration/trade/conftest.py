"""A small market around one lot: Alice's university sells, Bob, Carol and Dora bid, Tao keeps
the money, Hugo is the auctioneer, Rui reviews, Mallory must see nothing."""

from __future__ import annotations

import pytest

from tests.integration.trade.world import TradeWorld


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    """People, organisations and a published listing; no auction yet."""
    return TradeWorld(ctx, clock)
