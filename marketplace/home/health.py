"""Is the process alive, and can the market do its work?"""

from __future__ import annotations

from flask import jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from marketplace.catalogue import engine as search_engine
from marketplace.home.root import bp
from marketplace.kernel import assets, migrate
from marketplace.kernel.context import Context
from marketplace.kernel.errors import MarketError
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import base_context

_schema_ok = False


@bp.get("/healthz")
@access(PUBLIC)
def healthz() -> Response:
    """200 while the process answers; asks nothing else."""
    return Response("ok", mimetype="text/plain")


@bp.get("/readyz")
@access(PUBLIC)
def readyz() -> tuple[Response, int]:
    """200 when database, migrations and index are ready, else 503 naming what is not."""
    ctx = base_context()
    found = {"database": _database(ctx), "migrations": _migrations(ctx), "index": _index(ctx)}
    return jsonify(found), 200 if all(found.values()) else 503


def _database(ctx: Context) -> bool:
    try:
        with ctx.reading() as db:
            return db.scalar(select(1)) == 1
    except (SQLAlchemyError, MarketError):
        return False


def _migrations(ctx: Context) -> bool:
    global _schema_ok  # noqa: PLW0603 - once current, a running version stays current
    if not _schema_ok:
        try:
            _schema_ok = migrate.is_current(ctx.engine, assets.migrations())
        except SQLAlchemyError:
            return False
    return _schema_ok


def _index(ctx: Context) -> bool:
    return search_engine.is_ready(ctx.settings)
