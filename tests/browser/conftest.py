"""Three markets that really run, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from marketplace.identity.commands import CreateUser, create_user
from marketplace.instance import make_context
from marketplace.kernel.settings import Settings
from tests.browser.running import Market, Markets, run_market
from tests.browser.town import RunningTown, run_town
from tests.conftest import _fill
from tests.integration.identity.acting import PASSWORD
from tests.world import STAFF

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="session")
def markets() -> Iterator[Markets]:
    """The markets that run for this session's browsers."""
    started = Markets()
    yield started
    started.end()


@pytest.fixture(scope="session")
def empty_market(markets, tmp_path_factory) -> Market:
    """A market in which nobody but its staff has an account."""
    home = tmp_path_factory.mktemp("empty")
    settings = Settings.from_env({"MARKET_HOME": str(home)})
    _fill(settings.database_url)
    ctx = make_context(settings)
    for name, office in STAFF.items():
        email = f"{name}@demo.example"
        create_user(ctx, CreateUser(email, name.title(), PASSWORD, (office,)))
    ctx.engine.dispose()
    return run_market(markets, home)


@pytest.fixture(scope="session")
def demo_market(markets, tmp_path_factory) -> Market:
    """The demo market as visitors find it."""
    return run_market(markets, tmp_path_factory.mktemp("demo"), ("db", "upgrade"), ("demo",))


@pytest.fixture(scope="session")
def town(markets, tmp_path_factory) -> RunningTown:
    """The cast's market, with something to see on every page."""
    return run_town(markets, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser that `make dev` installs."""
    assert CHROMIUM, "no chromium on this machine: make dev installs it"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
