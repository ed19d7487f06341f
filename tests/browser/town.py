"""The cast of ``tests.world`` in a market that really runs, at the present hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from marketplace.app import create_app
from marketplace.instance import make_context
from marketplace.kernel.settings import Settings
from tests.browser.people import Person, newcomer
from tests.browser.places import places
from tests.browser.running import Market, Markets, run_market
from tests.conftest import FakeClock, _fill
from tests.integration.site.asking import path_of
from tests.integration.site.objects import named
from tests.integration.site.town import ROLES
from tests.world import World, make_world

STORY = timedelta(days=8, hours=1)
"""How far the world's story moves the clock: begun so long ago, its live lot is live now."""


@dataclass
class RunningTown:
    """The market, the world in it, and every page of it with the role that reads it."""

    market: Market
    world: World
    names: dict[str, Any]
    places: list[tuple[str, str]]
    endpoints: frozenset[str]

    def reader(self, chromium: object, role: str, **more: object) -> Person:
        """A browser of the one who plays the role, signed in."""
        name = ROLES[role]
        person = newcomer(chromium, self.market, name or "visitor", **more)
        if name:
            person.email = self.world.papers[name].email
            person.sign_in()
        return person


def run_town(markets: Markets, home: Path) -> RunningTown:
    """Make the world in that folder, then serve it."""
    settings = Settings.from_env({"MARKET_HOME": str(home)})
    _fill(settings.database_url)
    clock = FakeClock()
    clock.now -= STORY
    ctx = make_context(settings, clock)
    world = make_world(ctx, clock)
    assert abs(clock.now - datetime.now(UTC)) < timedelta(minutes=5), "the story's length changed"
    world.app = app = create_app(settings, clock, ctx)
    names = named(world, ctx.engine)
    found = [(one.role, path_of(world, one.row, names)) for one in places()]
    endpoints = frozenset(
        rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())
    )
    ctx.engine.dispose()
    market = run_market(markets, home)
    return RunningTown(market, world, names, list(dict.fromkeys(found)), endpoints)
