"""Bring the database to the newest schema, and say whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData


def _config(folder: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, folder: Path) -> None:
    """Run every missing migration, each in its own transaction; a second run does nothing."""
    with engine.execution_options(write=True).connect() as connection:
        command.upgrade(_config(folder, connection), "head")
        connection.commit()


def is_current(engine: Engine, folder: Path) -> bool:
    """True when the database stands at the newest migration."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config(folder)).get_heads())


def differences(engine: Engine, metadata: MetaData) -> list[object]:
    """What the models say and the database does not, or the reverse; empty when they agree."""
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": False}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
        )


def draft(engine: Engine, folder: Path, what: str) -> None:
    """Write a new migration from the differences (for developers)."""
    with engine.connect() as connection:
        command.revision(_config(folder, connection), what, autogenerate=True)
