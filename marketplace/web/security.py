"""Headers and refusals that hold for every page: CSP, hosts, cross-site, caches (T15, T21, T26)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from flask import Flask, Response, current_app, request, session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from marketplace.kernel.errors import MarketError
from marketplace.kernel.settings import Settings
from marketplace.web.context import current_actor
from marketplace.web.errors import answer

FROM_OUTSIDE = "__from_outside__"
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
View = TypeVar("View", bound=Callable[..., object])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
csrf = CSRFProtect()


def install(app: Flask, settings: Settings) -> None:
    """Switch on host check, CSRF, cross-site refusal and the response headers."""
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=settings.upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2_000,
        WTF_CSRF_TIME_LIMIT=None,  # bound to the session, which has its own limits
        WTF_CSRF_SSL_STRICT=settings.secure_cookies,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0
        )
    csrf.init_app(app)
    app.before_request(_refuse_foreign)
    app.after_request(_headers(settings))


def from_outside(view: View) -> View:
    """Let programs elsewhere post here: no form token, no origin; the view proves the sender."""
    csrf.exempt(view)
    setattr(view, FROM_OUTSIDE, True)
    return view


def _refuse_foreign() -> AnyResponse | None:
    try:
        request.host  # noqa: B018 - asking for it checks it against TRUSTED_HOSTS
    except SecurityError:
        return AnyResponse("unknown host", HTTPStatus.BAD_REQUEST, mimetype="text/plain")
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, FROM_OUTSIDE, False):
        return None
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        return answer(HTTPStatus.FORBIDDEN, "cross_site", {})
    return None


def _headers(settings: Settings) -> Callable[[Response], Response]:
    https = settings.secure_cookies
    policy = CSP
    if settings.takes_stripe:  # a form may lead on to the provider's own pages, nowhere else
        policy = CSP.replace("form-action 'self'", f"form-action 'self' {settings.stripe_pages}")

    def add(response: Response) -> Response:
        put = response.headers.setdefault
        put("Content-Security-Policy", policy)
        put("X-Content-Type-Options", "nosniff")
        put("X-Frame-Options", "DENY")
        put("Referrer-Policy", "same-origin")
        put("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        put("Cross-Origin-Opener-Policy", "same-origin")
        put("Cross-Origin-Resource-Policy", "same-origin")
        if https:
            put("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            response.vary.update(("Cookie", "Accept-Language"))
            if _is_private(response):
                response.headers["Cache-Control"] = "no-store, private"
        return response

    return add


def _is_private(response: Response) -> bool:
    """Everything seen while signed in, and every answer that sets a cookie.

    The session writes its cookie after this: ask whether it will.
    """
    try:
        signed_in = current_actor() is not None
    except (MarketError, SQLAlchemyError):  # the headers of an error page must not fail again
        signed_in = True
    return signed_in or session.modified or "Set-Cookie" in response.headers
