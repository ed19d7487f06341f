"""Puts identity into the site: sign-in pages, sessions, and the loader of the actor."""

from __future__ import annotations

from flask import Flask

from marketplace.identity import refusals, words
from marketplace.identity.signin import security, sessions
from marketplace.identity.signin.loader import load_actor
from marketplace.kernel.context import Context


def install(app: Flask, ctx: Context) -> None:
    """Register everything that identity needs besides its own pages."""
    words.install(app)
    sessions.install(app)
    security.install(app, ctx)


__all__ = ["install", "load_actor", "refusals"]
