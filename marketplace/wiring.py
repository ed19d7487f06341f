"""Who hears what, and what runs when: every room's reactions and jobs in one table."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from types import ModuleType

from marketplace.kernel.jobs import Job
from marketplace.kernel.relay import Handler

ROOMS = (
    "identity",
    "notify",
    "review",
    "treasury.payments",
    "treasury.deposits",
    "treasury.escrow",
    "treasury.vouchers",
    "papers",
    "showcase.listings",
    "showcase.organisations",
    "showcase.deals",
    "service.patents",
    "trade.orders",
    "trade.publicity",
    "trade.contracts",
    "trade.royalties",
    "trade.tracking",
    "trade.offers",
    "trade.auctions",
    "trade.sessions",
    "trade.aftermath",
    "exchange.demands",
    "catalogue",
    "admin",
)


def _reactions() -> list[ModuleType]:
    found = []
    for room in ROOMS:
        name = f"marketplace.{room}.reactions"
        if _exists(name):
            found.append(importlib.import_module(name))
    return found


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # not even the package around it
        return False


def subscriptions() -> Mapping[str, Sequence[str]]:
    """Event name → names of the consumers that are owed a delivery."""
    table: dict[str, list[str]] = {}
    for module in _reactions():
        for event, consumers in getattr(module, "REACTIONS", {}).items():
            table.setdefault(event, []).extend(consumers)
    return table


def handlers() -> Mapping[str, Handler]:
    """Consumer name → the function that takes the delivery."""
    table: dict[str, Handler] = {}
    for module in _reactions():
        for consumers in getattr(module, "REACTIONS", {}).values():
            table.update(consumers)
    return table


def jobs() -> tuple[Job, ...]:
    """Every periodic sweep."""
    return tuple(job for module in _reactions() for job in getattr(module, "JOBS", ()))
