"""The one table from expected failures to HTTP, for pages and for the API."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from flask import (
    Flask,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    MarketError,
    NotFound,
    SignInNeeded,
    TooMany,
    Unavailable,
)
from marketplace.web.context import current_actor, request_id
from marketplace.web.messages import text_of

STATUS: dict[type[MarketError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    SignInNeeded: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
PAGES = frozenset({400, 403, 404, 409, 413, 422, 429, 500, 503})
OPEN_TO_ALL = frozenset({"security", "service"})
"""Blueprints with forms that nobody needs to be signed in for."""
log = structlog.get_logger(__name__)


def install(app: Flask) -> None:
    """Answer every failure with a page (or JSON under /api) that says what to do next."""
    app.register_error_handler(MarketError, _expected)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _late)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OverflowError, _unstorable)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: MarketError) -> HTTPStatus:
    """The HTTP status of an expected failure."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def _wants_json() -> bool:
    return request.path.startswith("/api/")


def _expected(error: MarketError) -> AnyResponse:
    if isinstance(error, SignInNeeded) and not _wants_json():
        return _to_sign_in()
    return answer(status_of(error), error.code, error.facts)


def _to_sign_in() -> AnyResponse:
    # A lost session during a POST leads back to the page it came from, never to a replayed POST.
    back = request.full_path if request.method == "GET" else urlsplit(request.referrer or "/").path
    target = url_for("security.login", next=back.rstrip("?"))
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        response = make_response("", HTTPStatus.UNAUTHORIZED)  # a script must not follow the way
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, HTTPStatus.SEE_OTHER)


def _csrf(_error: CSRFError) -> AnyResponse:
    # The token is lost with the session: whoever was signed in signs in again and goes on.
    if current_actor() is None and request.blueprint not in OPEN_TO_ALL and not _wants_json():
        return _to_sign_in()
    return answer(HTTPStatus.BAD_REQUEST, "form_expired", {})


def _late(error: InternalServerError) -> AnyResponse:
    """What failed while an answer was being finished: the sign-in pages commit only then (F7)."""
    cause = error.original_exception
    if isinstance(cause, MarketError):
        return _expected(cause)
    if isinstance(cause, OperationalError | PoolTimeout):
        return _database(cause)
    return _unexpected(cause or error)


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    known = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "too_many"}
    response = answer(HTTPStatus(error.code), known.get(error.code, "bad_request"), {})
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _database(error: Exception) -> Response:
    log.error("database.unavailable", error=type(error).__name__, exc_info=error)
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "database_busy", {"retry_after_seconds": 5})


def _unstorable(_error: Exception) -> Response:
    """A number or text that no column can hold names nothing: not found, or a bad form."""
    if request.method in ("GET", "HEAD"):
        return answer(HTTPStatus.NOT_FOUND, "not_found", {})
    return answer(HTTPStatus.BAD_REQUEST, "bad_request", {})


def _unexpected(error: BaseException) -> Response:
    log.error("request.failed", path=request.path, request=request_id(), exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "error", {})


def answer(status: HTTPStatus, code: str, facts: dict[str, object]) -> Response:
    """The page or JSON body of a failure; never a path, SQL or trace."""
    message = text_of(code, facts)
    if _wants_json():
        body: dict[str, object] = {
            "code": code,
            "message": str(message),
            "request_id": request_id(),
        }
        if isinstance(facts.get("errors"), dict):
            body["errors"] = facts["errors"]
        response = jsonify(body)
    else:
        name = str(status.value) if status.value in PAGES else "expected"
        page = render_template(
            f"errors/{name}.html",
            code=code,
            message=message,
            facts=facts,
            status=status.value,
            request_id=request_id(),
        )
        response = make_response(page)
    response.status_code = status.value
    retry = facts.get("retry_after_seconds")
    if isinstance(retry, int):
        response.headers["Retry-After"] = str(retry)
    return response
