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
from sqlalchemy import Engine, text
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
QUIET = {
    "kernel_job",
    "kernel_lease",
    "showcase_listing_views",
    "trade_auction_views",
    "identity_attempt",
}
"""Tables that reading may touch: leases, visitors counted, attempts counted."""


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


SNAPSHOT = """
CREATE FUNCTION snapshot.put_back(since bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE name text; moved boolean; counter record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'snapshot' LOOP
        EXECUTE 'SELECT (SELECT count(*) FROM public.' || name || ') <> '
            || '(SELECT count(*) FROM snapshot.' || name || ') OR EXISTS ('
            || 'SELECT FROM public.' || name || ' WHERE xmin::text::bigint > $1)' INTO moved USING since;
        IF moved THEN
            EXECUTE 'DELETE FROM public.' || name;
            EXECUTE 'INSERT INTO public.' || name || ' OVERRIDING SYSTEM VALUE TABLE snapshot.' || name;
        END IF;
    END LOOP;
    FOR counter IN SELECT * FROM counters.kept LOOP
        PERFORM setval(counter.name, coalesce(counter.last, 1), counter.last IS NOT NULL);
    END LOOP;
    RETURN txid_current();
END $$
"""
"""Triggers and foreign keys rest while the rows that moved are put back: a row that was written
after the last time has a newer xmin, one that was deleted is missing in the count."""


def postgres_way_back(engine: Engine) -> Callable[[], None]:
    """Keep a copy of every table beside it; the way back rewrites those that moved.

    Making the database anew from a template is exact too and costs half a second each of the
    thousand times that a story is taken back.
    """
    beside = engine.execution_options(isolation_level="AUTOCOMMIT")
    with beside.connect() as connection:
        for schema in ("snapshot", "counters"):
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"CREATE TABLE snapshot.{table.name} AS TABLE {table.name}")
        connection.exec_driver_sql(
            "CREATE TABLE counters.kept AS SELECT last_value AS last, format('%I.%I', schemaname,"
            " sequencename)::regclass AS name FROM pg_sequences WHERE schemaname = 'public'",
            execution_options={"no_parameters": True},
        )
        connection.exec_driver_sql(SNAPSHOT)
    since = 0

    def back() -> None:
        nonlocal since
        with beside.connect() as connection:
            put = text("SELECT snapshot.put_back(:since)")
            since = connection.scalar(put, {"since": since})

    back()
    return back


def lines(found: Iterable[object]) -> str:
    """What was found, one a line: a list of failures that can be read."""
    return "\n".join(map(str, ["", *found]))
