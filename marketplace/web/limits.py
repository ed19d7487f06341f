"""How often one person, or one address, may do one thing (trust.md, Limits).

A view declares its action with ``@limited`` below ``@access``. Guessing passwords and asking for
mails are counted elsewhere, in the database and per account: identity's throttle.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, request
from flask_limiter import Limiter, RequestLimit
from limits.errors import StorageError
from limits.storage import MemoryStorage

from marketplace.kernel.settings import Settings
from marketplace.web.context import current_actor, remote_address
from marketplace.web.errors import answer

View = TypeVar("View", bound=Callable[..., object])
MARK = "__limited__"
STORE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Action:
    """What is counted. When counting itself fails, ``reads`` go through and the rest is refused."""

    name: str
    reads: bool = False


BID = Action("bid")
UPLOAD = Action("upload")
EXPORT = Action("export")
DOCUMENT = Action("document")
SEARCH = Action("search", reads=True)
SUGGEST = Action("suggest", reads=True)


def limited(action: Action) -> Callable[[View], View]:
    """Declare what a view counts as; stands below ``@access``, above what reads the input."""

    def mark(view: View) -> View:
        setattr(view, MARK, action)
        return view

    return mark


def install(app: Flask, settings: Settings) -> None:
    """Count at every declared view; called when all views are known.

    One limiter for reading, which lets through what it cannot count, and one for the rest, whose
    failure is 503. Both count in this process while the shared store is away, half as much.
    """
    limiters = {reads: _limiter(settings, reads=reads) for reads in (True, False)}
    for limiter in limiters.values():
        limiter.init_app(app)
    app.register_error_handler(StorageError, _uncounted)
    for endpoint, view in app.view_functions.items():
        action: Action | None = getattr(view, MARK, None)
        if action is not None and settings.limits.get(action.name):
            limiter = limiters[action.reads]
            limit = limiter.shared_limit(
                _amount(limiter, settings, action),
                scope=action.name,
                exempt_when=_exemption(settings, action),
            )
            app.view_functions[endpoint] = limit(view)  # type: ignore[assignment]


def _limiter(settings: Settings, *, reads: bool) -> Limiter:
    options: dict[str, object] = {"wrap_exceptions": True}
    if settings.redis_url:
        options |= {"socket_timeout": STORE_SECONDS, "socket_connect_timeout": STORE_SECONDS}
    return Limiter(
        _who,
        strategy="moving-window",
        storage_uri=settings.redis_url or "memory://",
        storage_options=options,  # type: ignore[arg-type]
        in_memory_fallback_enabled=bool(settings.redis_url),
        swallow_errors=reads,
        on_breach=_too_many,
    )


def _who() -> str:
    actor = current_actor()
    return f"address {remote_address()}" if actor is None else f"person {actor.user_id}"


def _amount(limiter: Limiter, settings: Settings, action: Action) -> Callable[[], str]:
    def amount() -> str:
        allowed = settings.limits[action.name]
        if settings.redis_url and isinstance(limiter.limiter.storage, MemoryStorage):
            number, _, period = allowed.partition("/")  # several processes now count apart (F12)
            return f"{max(1, int(number) // 2)}/{period}"
        return allowed

    return amount


def _exemption(settings: Settings, action: Action) -> Callable[[], bool]:
    """Paging without words is no search; outside production the machine may read itself."""

    def exempt() -> bool:
        if not action.reads:
            return False
        if action is SEARCH and not request.args.get("q"):
            return True
        return not settings.is_production and current_actor() is None and _is_own(remote_address())

    return exempt


def _is_own(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _too_many(limit: RequestLimit) -> Response:
    seconds = max(1, math.ceil(limit.reset_at - time.time()))
    return answer(HTTPStatus.TOO_MANY_REQUESTS, "too_many", {"retry_after_seconds": seconds})


def _uncounted(_error: StorageError) -> Response:
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", {"retry_after_seconds": 5})
