"""Triggers that make a table append-only or write-once, on both databases (I10, T23)."""

from __future__ import annotations

from sqlalchemy import DDL, Table, event

SQLITE = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION kernel_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END; $$ LANGUAGE plpgsql"""
POSTGRES = """CREATE TRIGGER {table}_no_{verb} BEFORE {VERB} ON {table}
FOR EACH ROW EXECUTE FUNCTION kernel_append_only()"""


def statements(table: str, dialect: str) -> list[str]:
    """The SQL that refuses UPDATE and DELETE on ``table``."""
    form = SQLITE if dialect == "sqlite" else POSTGRES
    triggers = [
        form.format(table=table, verb=verb, VERB=verb.upper()) for verb in ("update", "delete")
    ]
    return triggers if dialect == "sqlite" else [POSTGRES_FUNCTION, *triggers]


APPEND_ONLY: list[str] = []
"""Every table declared append-only; the migration makes their triggers from this list."""


def append_only(table: Table) -> None:
    """Declare a table append-only; ``create_all`` then makes its triggers too."""
    APPEND_ONLY.append(table.name)
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            ddl = ddl.execute_if(dialect=dialect)
            event.listen(table, "after_create", ddl)
