"""The frame of every page and the error pages: no dead link, both languages, nothing inline."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import Flask
from jinja2 import StrictUndefined

from marketplace.kernel import assets
from marketplace.web import filters, i18n

NOW = datetime(2031, 5, 6, 6, 30, 8, tzinfo=UTC)
LINKS = {"home": "/", "search": "/catalogue/", "trade": "/trade/auctions", "sign_in": "/in"}
MARKET = SimpleNamespace(
    name="Test Market", name_en="Test Market", short_name="TM", region="A county", demo=True
)
ERRORS = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503, "expected", "offline")


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(
        "frame",
        template_folder=str(assets.folder() / "templates"),
        static_folder=str(assets.folder() / "static"),
    )
    app.secret_key = "frame"
    app.jinja_env.undefined = StrictUndefined
    i18n.install(app)
    filters.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    return app


@pytest.fixture
def page(app):
    """Render a template in the frame; ``lang`` and any context value may be given."""

    def _page(name: str, *, lang: str = "en", path: str = "/p?a=1", **values) -> str:
        given = {
            "market": MARKET, "me": None, "links": LINKS, "server_now": NOW,
            "asset": lambda filename: f"/static/{filename}", "lang_url": i18n.lang_url,
        } | values  # fmt: skip
        mark = "&" if "?" in path else "?"
        with app.test_request_context(f"{path}{mark}lang={lang}"):
            given |= {"current_lang": i18n.current_lang(), "html_lang": i18n.html_lang()}
            return app.jinja_env.get_template(name).render(given)

    return _page


BASE = "layouts/base.html"


def person(**changes):
    return SimpleNamespace(
        **{"name": "Tao", "organisation": "", "unread": 0, "is_staff": False} | changes
    )


def test_only_places_that_exist_are_linked(page):
    html = page(BASE)
    assert 'href="/trade/auctions"' in html
    for absent in ("Fees", "Open data", "Share", "Register"):
        assert f">{absent}<" not in html
    assert not re.search(r'href="(#|None|)"', html)


def test_the_open_function_is_marked_in_bar_and_dock(page):
    html = page(BASE, function="trade")
    assert html.count('<a href="/trade/auctions" aria-current="true">') == 2


def test_the_language_switch_keeps_the_address(page):
    html = page(BASE)
    assert 'href="/p?a=1&amp;lang=zh" lang="zh-Hans-CN"' in html
    assert '<html lang="en"' in html
    assert '<html lang="zh-Hans-CN"' in page(BASE, lang="zh")


def test_search_engines_learn_both_languages_and_one_address(page):
    html = page(BASE)
    assert 'rel="canonical" href="http://localhost/p?a=1&amp;lang=en"' in html
    assert html.count('rel="alternate" hreflang=') == 2
    assert 'property="og:title" content="Test Market"' in html


def test_visitors_get_no_token_and_so_no_session(page):
    assert "csrf-token" not in page(BASE)
    assert 'name="csrf-token" content="token"' in page(BASE, me=person())
    assert 'name="csrf-token"' in page(BASE, needs_csrf=True)


def test_the_menu_shows_staff_desks_to_staff_only(page):
    links = LINKS | {"review": "/review", "sign_out": "/out"}
    assert "/review" not in page(BASE, me=person(), links=links)
    html = page(BASE, me=person(is_staff=True, unread=120), links=links)
    assert 'href="/review"' in html
    assert 'action="/out"' in html


def test_the_inbox_counts_up_to_ninety_nine(page):
    links = LINKS | {"inbox": "/inbox"}
    assert "99+" in page(BASE, me=person(unread=120), links=links)
    assert (
        "count" not in re.findall(r'href="/inbox".*?</a>', page(BASE, me=person(), links=links))[0]
    )


def test_a_demonstration_says_so_and_a_real_market_does_not(page):
    assert "Demonstration market" in page(BASE)
    real = SimpleNamespace(**vars(MARKET) | {"demo": False})
    assert "emonstration" not in page(BASE, market=real)


def test_breadcrumbs_end_where_we_are(page):
    html = page(BASE, crumbs=[("Trade", "/trade"), ("Lot 7", None)])
    assert '<a href="/trade">Trade</a>' in html
    assert '<span aria-current="page">Lot 7</span>' in html


def test_the_chosen_theme_is_in_the_page_before_it_paints(app, page):
    with app.test_request_context("/", headers={"Cookie": "theme=dark"}):
        html = app.jinja_env.from_string('{% extends "layouts/bare.html" %}').render(
            asset=lambda filename: filename
        )
    assert 'data-theme="dark"' in html
    assert "data-theme=" not in page(BASE)


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_error_page_says_what_happened_and_where_to_go(page, name, lang):
    html = page(
        f"errors/{name}.html", lang=lang, status=name, code="x", request_id="7f3a21c9",
        message="The words for this case.", facts={"retry_after_seconds": 26},
    )  # fmt: skip
    assert "<h1>" in html
    assert html.count('class="btn') >= 1
    if name not in (500, "offline"):
        assert "The words for this case." in html
        assert "26" in html
    if name != "offline":
        assert "7f3a21c9" in html


def test_the_page_for_our_own_mistake_needs_nothing_that_may_be_broken(app):
    with app.test_request_context("/"):
        text = app.jinja_env.get_template("errors/500.html").render(asset=lambda name: name)
    assert "<h1>" in text


@pytest.mark.parametrize("me", [None, person(is_staff=True, unread=3)])
def test_the_style_guide_renders_every_component_with_nothing_inline(page, me):
    for lang in ("zh", "en"):
        html = page("components/_guide.html", lang=lang, me=me)
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)
        assert "None" not in re.sub(r"<[^>]+>", "", html)


def test_ids_in_the_style_guide_are_unique(page):
    ids = re.findall(r'\sid="([^"]+)"', page("components/_guide.html"))
    assert len(ids) == len(set(ids))
