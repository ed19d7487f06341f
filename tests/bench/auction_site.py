"""The site under load in three ways: as it is, without the queue, and without a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from marketplace.app import from_env
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
    """Each bid takes the lock and commits by itself."""

    def alone(self: Context, step: Callable[[Tx], Any]) -> Any:
        with self.transaction() as tx:
            return step(tx)

    Context.together = alone  # type: ignore[method-assign]
    return from_env()


def without_database() -> Flask:
    """The same request, answered without asking who bids and without placing anything."""

    def at_once(_self: Context, _step: Callable[[Tx], Any]) -> Any:
        return ANSWER

    Context.together = at_once  # type: ignore[method-assign]
    app = from_env()
    app.extensions[context.LOADER] = lambda: BIDDER
    return app
