"""One world for all stories about the whole site: built once, put back after each change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from marketplace.tables import metadata
from tests.builders import Papers
from tests.world import World

ROLES: Mapping[str, str | None] = {
    "public": None,
    "other": "grace",
    "seller": "alice",
    "colleague": "anna",
    "bidder": "bob",
    "rival": "carol",
    "reviewer": "rui",
    "auctioneer": "lin",
    "treasurer": "tao",
    "administrator": "adam",
    "mallory": "mallory",
}
"""Role in the tables of the site's tests → who of the cast plays it."""


@dataclass
class Town:
    """The world, the site before it, and the way back to how it was."""

    world: World
    app: Flask
    restore: Callable[[], None]
    instant: Any
    changed: bool = False

    @property
    def ids(self) -> dict[str, Any]:
        return self.world.ids

    @property
    def papers(self) -> dict[str, Papers]:
        return self.world.papers

    @property
    def engine(self) -> Engine:
        return self.world.ctx.engine

    def client(self, name: str | None) -> FlaskClient:
        """A browser of the person; whatever it sends marks the town as changed."""
        browser = self.world.client(name)
        plain = browser.open

        def opened(*args: Any, **more: Any) -> TestResponse:
            answer = plain(*args, **more)
            self.changed = self.changed or answer.request.method == "POST"
            return answer

        browser.open = opened  # type: ignore[method-assign]
        return browser

    def put_back(self) -> None:
        """The database and the clock as they were when everybody had signed in."""
        self.restore()
        self.world.clock.now = self.instant
        self.changed = False

    def token(self, browser: FlaskClient, path: str = "/") -> str:
        """A CSRF token of the browser's session."""
        page = browser.get(path if path != "/" else "/complaints").get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page) or re.search(
            r'name="csrf-token" content="([^"]+)"', page
        )
        assert found, f"{path} carries no token"
        return found.group(1)

    def rows(self, *, but: Collection[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, in a fixed order."""
        with self.engine.connect() as connection:
            return {
                table.name: sorted(
                    (tuple(map(str, row)) for row in connection.execute(table.select())),
                )
                for table in metadata.sorted_tables
                if table.name not in but
            }

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def sqlite_way_back(engine: Engine, folder: Path) -> Callable[[], None]:
    """Copy the file aside; the way back copies it over the present one."""
    path = Path(str(engine.url.database))
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    shutil.copy(path, folder / "snapshot.db")

    def back() -> None:
        engine.dispose()
        for tail in ("-wal", "-shm"):
            Path(f"{path}{tail}").unlink(missing_ok=True)
        shutil.copy(folder / "snapshot.db", path)

    return back


def postgres_way_back(engine: Engine) -> Callable[[], None]:
    """Keep a template of the database; the way back makes the database from it again."""
    name, base = str(engine.url.database), engine.url.set(database="postgres")
    template = f"{name}_snapshot"
    engine.dispose()
    _execute(base, f"CREATE DATABASE {template} TEMPLATE {name}")

    def back() -> None:
        engine.dispose()
        _execute(base, f"DROP DATABASE {name} WITH (FORCE)")
        _execute(base, f"CREATE DATABASE {name} TEMPLATE {template}")

    return back


def _execute(url: Any, statement: str) -> None:
    engine = create_engine(make_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def lines(found: Iterable[object]) -> str:
    """What was found, one a line: a list of failures that can be read."""
    return "\n".join(map(str, ["", *found]))
