"""Every route says who may use it; a route that says nothing stops the start (trust.md).

The rule here is the coarse one, asked before the view runs. What may be done to *this* thing
is asked again by the room's policy with the thing in hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, request

from marketplace.kernel.actor import Actor, StaffRole
from marketplace.kernel.errors import Forbidden, SignInNeeded
from marketplace.web.context import current_actor

View = TypeVar("View", bound=Callable[..., object])
MARK = "__access__"


@dataclass(frozen=True, slots=True)
class Access:
    """A named coarse rule and its test."""

    name: str
    allows: Callable[[Actor | None], bool]


def _has(*roles: StaffRole) -> Callable[[Actor | None], bool]:
    return lambda actor: actor is not None and actor.has(*roles)


PUBLIC = Access("public", lambda _actor: True)
SIGNED_IN = Access("signed_in", lambda actor: actor is not None)
MEMBER = Access("member", lambda actor: actor is not None and actor.organisation_id is not None)
STAFF = Access("staff", lambda actor: actor is not None and actor.is_staff)
REVIEWER = Access("reviewer", _has(StaffRole.REVIEWER))
AUCTIONEER = Access("auctioneer", _has(StaffRole.AUCTIONEER))
TREASURER = Access("treasurer", _has(StaffRole.TREASURER))
ADMINISTRATOR = Access("administrator", _has(StaffRole.ADMINISTRATOR))
HALL = Access("hall", _has(StaffRole.AUCTIONEER, StaffRole.CLERK))
SCHEDULER = Access("scheduler", _has(StaffRole.REVIEWER, StaffRole.AUCTIONEER))


def access(rule: Access) -> Callable[[View], View]:
    """Declare who may use a view; stands directly below the route decorator."""

    def mark(view: View) -> View:
        setattr(view, MARK, rule)
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Access | None:
    """The declared rule of an endpoint."""
    found = getattr(app.view_functions.get(endpoint), MARK, None)
    declared: dict[str, Access] = app.extensions.get("market.access", {})
    return found or declared.get(endpoint)


def declare(app: Flask, endpoint: str, rule: Access) -> None:
    """Declare the rule of a view that a library brings."""
    app.extensions.setdefault("market.access", {})[endpoint] = rule


def install(app: Flask) -> None:
    """Ask the declared rule before every view."""
    app.before_request(_ask)


def check_every_route(app: Flask) -> None:
    """Raise RuntimeError naming the endpoints that declare no rule."""
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    silent = sorted(endpoint for endpoint in endpoints if rule_of(app, endpoint) is None)
    if silent:
        raise RuntimeError(f"routes without an access rule: {', '.join(silent)}")


def _ask() -> None:
    if request.endpoint is None:
        return
    rule = rule_of(current_app, request.endpoint)
    if rule is PUBLIC:
        return
    if rule is None:
        raise Forbidden
    actor = current_actor()
    if not rule.allows(actor):
        raise SignInNeeded if actor is None else Forbidden("forbidden", needs=rule.name)
