"""The site under load in three ways: as it is, without the queue, and without a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from marketplace.app import from_env
from marketplace.kernel import db
from marketplace.kernel.actor import Actor, MemberRole
from marketplace.kernel.context import Context, Tx
from marketplace.trade.auctions.commands import BidAnswer
from marketplace.web import context

BIDDER = Actor(
    1,
    "B1",
    organisation_id=1,
    organisation_name="竞买企业有限公司",
    organisation_kind="enterprise",
    organisation_verified=True,
    member_role=MemberRole.OWNER,
    via="api",
)
ANSWER = BidAnswer(
    accepted=True,
    reason="",
    bar="",
    leading=True,
    price_minor=80_000_000,
    minimum_next_minor=82_000_000,
    ends_ms=1_900_000_000_000,
    seq=2,
    replayed=False,
)


def queued() -> Flask:
    """As it is in service."""
    return from_env()


def direct() -> Flask:
    """No queue: each bid waits for the lock as the database makes it wait, and commits by itself.

    So the turns that writers of one SQLite file take are left out too: they are a queue.
    """

    def alone(self: Context, step: Callable[[Tx], Any], **_root: object) -> Any:
        with self.transaction() as tx:
            return step(tx)

    def begin(connection: Any) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    Context.together = alone  # type: ignore[method-assign]
    db._sqlite_begin = lambda _file: begin  # type: ignore[assignment]
    return from_env()


def without_database() -> Flask:
    """The same request, answered without asking who bids and without placing anything."""

    def at_once(_self: Context, _step: Callable[[Tx], Any], **_root: object) -> Any:
        return ANSWER

    Context.together = at_once  # type: ignore[method-assign]
    app = from_env()
    app.extensions[context.LOADER] = lambda: BIDDER
    return app
