"""Languages: Chinese first, English complete; the choice is a cookie and keeps the address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale

LANGUAGES = {"zh": "zh_Hans_CN", "en": "en"}
SHORT = {"zh": "zh", "en": "en", "zh_Hans_CN": "zh", "zh-Hans-CN": "zh", "zh-CN": "zh"}
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Choose the language of each request and remember a changed one."""
    app.config.update(
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    Babel(app, locale_selector=lambda: LANGUAGES[current_lang()])
    app.after_request(_remember)


def current_lang() -> str:
    """``zh`` or ``en``: the address's ``lang``, else the cookie, else Chinese."""
    if "lang" not in g:
        asked = request.args.get("lang", "")
        kept = request.cookies.get(COOKIE, "")
        g.lang = next((SHORT[one] for one in (asked, kept) if one in SHORT), "zh")
    return str(g.lang)


def html_lang() -> str:
    """The ``lang`` attribute of the page."""
    return "zh-Hans-CN" if current_lang() == "zh" else "en"


def lang_url(lang: str) -> str:
    """The address of this page in another language."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', SHORT.get(lang, lang))])}"


def pick(zh: str, en: str) -> str:
    """The text in the language of the request; the other one where this one is empty."""
    return (zh or en) if current_lang() == "zh" else (en or zh)


def _remember(response: Response) -> Response:
    asked = SHORT.get(request.args.get("lang", ""))
    if asked and request.cookies.get(COOKIE) != asked:
        response.set_cookie(
            COOKIE, asked, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure
        )
    return response


__all__ = ["current_lang", "get_locale", "html_lang", "install", "lang_url", "pick"]
