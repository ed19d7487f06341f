"""A market that takes Stripe, the provider beside it, and the cast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fake_stripe import SECRET, FakeStripe
from tests.integration.trade.world import TradeWorld
from tests.integration.treasury.online.acting import KEY


@pytest.fixture
def fake(clock):
    with FakeStripe() as fake:
        fake.clock = lambda: clock().timestamp()
        yield fake


@pytest.fixture
def settings(settings, fake):
    return replace(
        settings,
        stripe_secret_key=KEY,
        stripe_webhook_secrets=(SECRET, "whsec_second"),
        stripe_api_base=fake.url,
    )


@pytest.fixture
def world(ctx, clock) -> TradeWorld:
    return TradeWorld(ctx, clock)
