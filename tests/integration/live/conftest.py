"""A lot that Bob and Carol bid on and others watch through the event-stream process."""

from __future__ import annotations

import pytest

from tests.integration.trade.world import YUAN, Browser, TradeWorld


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)


@pytest.fixture
def lot(world) -> int:
    lot = world.open(reserve_minor=1_111_111 * YUAN)
    world.admit(lot, world.bob, world.carol)
    return lot


@pytest.fixture
def browse(app, world):
    return lambda person=None: Browser(app, world, person)
