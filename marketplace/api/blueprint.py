"""The API under /api/v1: its rooms, its description, and a documentation page from local files."""

from __future__ import annotations

import json
import warnings
from http import HTTPStatus
from typing import Any, cast

from apiflask import APIBlueprint, APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app, jsonify, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest

from marketplace.api.auction_stages import bp as auction_stages
from marketplace.api.auctions import bp as auctions
from marketplace.api.deals import bp as deals
from marketplace.api.listings import bp as listings
from marketplace.api.schemas import ProblemSchema
from marketplace.web import messages
from marketplace.web.access import PUBLIC, access
from marketplace.web.errors import answer
from marketplace.web.security import csrf

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", enable_openapi=True)
bp.register_blueprint(listings)
bp.register_blueprint(auctions)
bp.register_blueprint(auction_stages)
bp.register_blueprint(deals)
messages.register(
    {
        "api.token_needed": _l("This address wants a token: Authorization: Bearer …"),
        "bad_cursor": _l("This page key is not one of ours."),
        "api.scope_needed": _l("The token lacks the scope %(scope)s."),
    }
)
LARGEST_BODY = 64 * 1024
SECURITY = {"token": {"type": "http", "scheme": "bearer"}}
ABOUT = (
    "Amounts are integers of fen (1/100 yuan), instants ISO 8601 in UTC. Failures are "
    "{code, message, request_id}. Tokens are made under Account, Tokens."
)


@bp.before_request
def refuse_bombs() -> None:
    """A large body, one nested without end or with a number of a million digits is no request.

    The library that reads the input takes these failures of the parser for faults of ours (T18).
    """
    request.max_content_length = LARGEST_BODY
    if request.is_json and (body := request.get_data()):
        try:
            json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadRequest from error


@bp.get("/openapi.json")
@access(PUBLIC)
@bp.doc(hide=True)
def openapi() -> Response:
    """The description of the whole API (OpenAPI 3)."""
    return jsonify(_spec())


@bp.get("/")
@access(PUBLIC)
@bp.doc(hide=True)
def docs() -> str:
    """The documentation for people, made from the same description."""
    spec = _spec()
    return render_template("api/docs.html", spec=spec, operations=_operations(spec))


def _spec() -> dict[str, Any]:
    app: APIFlask = current_app  # type: ignore[assignment]
    with warnings.catch_warnings():  # a shape used alone and in a list is one shape, named once
        warnings.simplefilter("ignore", UserWarning)
        return cast("dict[str, Any]", app.spec)


def _operations(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]


def _install(state: BlueprintSetupState) -> None:
    app: APIFlask = state.app  # type: ignore[assignment]
    csrf.exempt(bp)  # no cookie opens anything that writes here: see scopes.require
    csrf.exempt(listings)
    csrf.exempt(auctions)
    csrf.exempt(auction_stages)
    app.security_schemes = SECURITY
    app.description = ABOUT
    app.servers = [{"url": "/", "description": "this market"}]
    app.config["VALIDATION_ERROR_DESCRIPTION"] = "Invalid input"
    app.config["VALIDATION_ERROR_SCHEMA"] = app.config["HTTP_ERROR_SCHEMA"] = ProblemSchema
    app.error_callback = _refused


def _refused(error: HTTPError) -> Response:
    facts: dict[str, object] = {}
    if isinstance(error.detail, dict):
        places = [one for one in error.detail.values() if isinstance(one, dict)]
        facts = {"errors": {key: value for place in places for key, value in place.items()}}
    status = HTTPStatus(error.status_code)
    return answer(status, "invalid" if status == 422 else "bad_request", facts)


bp.record_once(_install)
