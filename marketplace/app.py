"""Composition root of the site: the only module that knows every room's pages."""

from __future__ import annotations

import gc
import importlib
import importlib.util

from apiflask import APIFlask
from flask import Flask
from flask_compress import Compress

from marketplace.instance import make_context
from marketplace.kernel import assets, logs
from marketplace.kernel.clock import Clock, utc_now
from marketplace.kernel.context import Context
from marketplace.kernel.settings import Settings
from marketplace.web import (
    access,
    context,
    errors,
    filters,
    i18n,
    limits,
    mailing,
    pages,
    security,
)
from search import analysis

FUNCTIONS = ("home", "showcase", "trade", "service", "exchange", "catalogue", "imports", "identity",
             "review", "treasury", "papers", "notify", "admin", "api")  # fmt: skip


def create_app(settings: Settings, clock: Clock = utc_now, ctx: Context | None = None) -> Flask:
    """The site. Raises RuntimeError when a route does not say who may use it."""
    logs.install(json_lines=settings.is_production)
    app = APIFlask(
        "marketplace",
        title=settings.name_en,
        version="1",
        template_folder=str(assets.folder() / "templates"),
        static_folder=str(assets.folder() / "static"),
        spec_path=None,
        json_errors=False,
        docs_path=None,
    )
    app.config.update(
        SECRET_KEY=settings.secrets.session_key,
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TESTING=settings.mode == "test",
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "image/svg+xml",
        ],
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_STREAMS=False,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _install(app, settings, ctx or make_context(settings, clock))
    access.check_every_route(app)
    return app


def _install(app: APIFlask, settings: Settings, ctx: Context) -> None:
    identity = importlib.import_module("marketplace.identity.setup")
    context.install(app, ctx, identity.load_actor)
    security.install(app, settings)  # first: its headers are set last, over every cookie
    i18n.install(app)
    filters.install(app)
    mailing.install(app)
    errors.install(app)
    access.install(app)
    identity.install(app, ctx)
    for function in FUNCTIONS:
        if importlib.util.find_spec(f"marketplace.{function}") is None:
            continue
        if importlib.util.find_spec(f"marketplace.{function}.blueprint") is None:
            continue
        blueprint = importlib.import_module(f"marketplace.{function}.blueprint")
        app.register_blueprint(blueprint.bp)
    access.declare(app, "static", access.PUBLIC)
    limits.install(app, settings)
    pages.install(app, settings)
    Compress(app)


def from_env() -> Flask:
    """The site as gunicorn starts it, ready to be forked.

    The segmenter's dictionary is loaded now, and nothing loaded so far is looked at by the
    collector again: both stay in memory that all processes share.
    """
    app = create_app(Settings.from_env())
    analysis.warm()
    gc.collect()
    gc.freeze()
    return app
