"""One loaded demo market per kind of database: loading takes long, looking does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from marketplace.app import make_context
from marketplace.demo import load
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Secrets, Settings
from tests.conftest import FakeClock, _execute, _named


@dataclass(frozen=True)
class Loaded:
    """A market with the demo in it, its clock still at the moment of loading."""

    ctx: Context
    clock: FakeClock
    totals: dict[str, int]
    told: list[str]

    @property
    def settings(self) -> Settings:
        return self.ctx.settings


@pytest.fixture(
    scope="package", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def loaded(request: pytest.FixtureRequest, tmp_path_factory) -> Iterator[Loaded]:
    home = tmp_path_factory.mktemp("demo")
    for folder in ("mail", "index", "run"):
        (home / folder).mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), home / "market.db")
        url = f"sqlite:///{home / 'market.db'}"
    else:
        base = request.getfixturevalue("postgres_server")
        _execute(base, "CREATE DATABASE demo_market TEMPLATE template_market")
        url = _named(base, "demo_market")
    settings = Settings(
        home=home,
        database_url=url,
        secrets=Secrets.fresh(),
        mode="demo",
        base_url="http://localhost",
    )
    clock = FakeClock()
    ctx = make_context(settings, clock)
    told: list[str] = []
    totals = load.load(ctx, told.append)
    yield Loaded(ctx, clock, totals, told)
    ctx.engine.dispose()
    if request.param == "postgresql":
        _execute(base, "DROP DATABASE demo_market WITH (FORCE)")


@pytest.fixture
def production(loaded: Loaded) -> Context:
    """The same market, were it run in earnest."""
    return replace(loaded.ctx, settings=replace(loaded.settings, mode="production"))
