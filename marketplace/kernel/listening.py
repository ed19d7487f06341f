"""How a process that only reads learns at once that another one wrote.

PostgreSQL tells it: a trigger notifies, and who listens hears it with the commit. SQLite keeps a
number that changes with every commit of another connection, and looking at it costs microseconds.
Both are hints that save waiting: whoever waits for them looks by himself from time to time too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from psycopg import AsyncConnection, OperationalError, sql
from sqlalchemy import URL, Engine

LOOK_SECONDS = 0.01
"""How often SQLite's number is looked at."""
AGAIN_SECONDS = 1.0
"""How long to wait before a lost line to PostgreSQL is sought again."""
KEEPALIVE = {"keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3"}
"""A server that went away without a word is noticed within half a minute."""
log = structlog.get_logger(__name__)


def statements(table: str, column: str) -> list[str]:
    """The SQL that makes PostgreSQL tell ``column`` of each row written to ``table``.

    The channel is named like the table. The notification comes with the commit, or never.
    """
    return [
        f"CREATE FUNCTION {table}_told() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN PERFORM pg_notify('{table}', NEW.{column}::text); RETURN NULL; END $$",
        f"CREATE TRIGGER {table}_told AFTER INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_told()",
    ]


async def listen(engine: Engine, table: str, told: Callable[[], None]) -> None:
    """Call ``told`` whenever a row of the table may have been written, until cancelled."""
    if engine.dialect.name == "postgresql":
        await _listen(engine.url, table, told)
    else:
        await _look(engine, told)


async def _listen(url: URL, channel: str, told: Callable[[], None]) -> None:
    """A cut line is sought again; what was missed meanwhile is told when it is up."""
    plain = url.set(drivername="postgresql").update_query_dict(KEEPALIVE)
    address = plain.render_as_string(hide_password=False)
    while True:
        try:
            async with await AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                told()
                async for _note in connection.notifies():
                    told()
        except OperationalError as error:
            log.warning("listening.cut", channel=channel, error=type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)


async def _look(engine: Engine, told: Callable[[], None]) -> None:
    """The number is the connection's own view: it must be the same one each time."""
    connection = engine.raw_connection()
    try:
        cursor, seen = connection.cursor(), None
        while True:
            number = cursor.execute("PRAGMA data_version").fetchone()
            if number != seen:
                seen = number
                told()
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        connection.close()
