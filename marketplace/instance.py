"""The instance that the environment names: its Context, its schema."""

from __future__ import annotations

from marketplace import wiring
from marketplace.kernel import assets, migrate
from marketplace.kernel.clock import Clock, utc_now
from marketplace.kernel.context import Context
from marketplace.kernel.db import make_engine, refuse_damaged
from marketplace.kernel.settings import Settings


def make_context(settings: Settings, clock: Clock = utc_now) -> Context:
    """The Context of an instance, nobody acting."""
    return Context(make_engine(settings.database_url), clock, settings, wiring.subscriptions())


def ready_context() -> Context:
    """The Context of the instance in the environment, its database at the newest schema.

    Raises Unavailable when the database file is damaged.
    """
    ctx = make_context(Settings.from_env())
    refuse_damaged(ctx.engine)
    migrate.upgrade(ctx.engine, assets.migrations())
    return ctx
