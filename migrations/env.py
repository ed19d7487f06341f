"""Run migrations on the connection that the market hands in."""

from alembic import context

from marketplace.kernel.db import Minor, UtcDateTime
from marketplace.tables import metadata


def render_item(kind, value, _autogen):
    """Migrations speak of plain columns: they must run when today's classes are gone."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(value, Minor):
        return "sa.BigInteger()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    transaction_per_migration=True,
    render_as_batch=False,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
