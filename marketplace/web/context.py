"""The request's Context and actor."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import cast

from flask import Flask, current_app, g, request

from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context
from marketplace.kernel.errors import SignInNeeded

ActorLoader = Callable[[], Actor | None]
KEY = "market.context"
LOADER = "market.actor_loader"


def install(app: Flask, ctx: Context, load_actor: ActorLoader) -> None:
    """Give the app its base Context and the way to find out who acts (identity's loader)."""
    app.extensions[KEY] = ctx
    app.extensions[LOADER] = load_actor


def base_context() -> Context:
    """The app's Context without an actor."""
    return cast("Context", current_app.extensions[KEY])


def current_actor() -> Actor | None:
    """Who acts in this request; asked once, None when nobody is signed in."""
    if "actor" not in g:
        g.actor = current_app.extensions[LOADER]()
    return cast("Actor | None", g.actor)


def signed_in() -> Actor:
    """The actor; raises SignInNeeded when there is none."""
    actor = current_actor()
    if actor is None:
        raise SignInNeeded
    return actor


def current_context() -> Context:
    """The Context of this request, acting for whoever is signed in."""
    if "context" not in g:
        g.context = base_context().acting(current_actor())
    return cast("Context", g.context)


def request_id() -> str:
    """A short random name of this request, for the audit log and error pages."""
    if "request_id" not in g:
        g.request_id = uuid.uuid4().hex[:16]
    return cast("str", g.request_id)


def remote_address() -> str:
    """The client's network address, after trusted proxies."""
    return request.remote_addr or ""
