"""What every page of the site promises whoever reads it, found by walking all of it as each role."""

from __future__ import annotations

import re

import pytest

from tests.integration.site.secrets import forbidden
from tests.integration.site.town import ROLES, lines
from tests.integration.site.visits import Visit, Walk, endpoint_of, links_of

pytestmark = pytest.mark.slow
INNER = re.compile(
    r"Traceback \(most recent|sqlalchemy|psycopg|sqlite3|\bSELECT .{1,80} FROM |"
    r"File \"|jinja2\.|werkzeug\.|KeyError|TypeError|&lt;\w+ object at 0x",
)
SOURCES = {"trade.auctions.verifier", "trade.auctions.sealer", "static"}
"""Endpoints whose body is a program or a style sheet of ours."""
PUBLIC_CACHED = {
    "static",
    "showcase.listings.file",
    "showcase.listings.thumbnail",
    "trade.auctions.sealer",
    "trade.auctions.verifier",
}
"""Endpoints whose body is the same for everybody."""


@pytest.fixture(params=ROLES)
def walk(request, walks) -> Walk:
    """One role's way through everything."""
    return walks(request.param)


@pytest.fixture
def walked(walk) -> list[Visit]:
    """Everything one role saw."""
    return list(walk.visits.values())


@pytest.mark.threat("T21")
def test_reading_changes_nothing(walk):
    assert walk.moved == []


def test_nothing_fails_and_no_link_is_dead(walked):
    failed = [(one.path, one.status, one.found_on) for one in walked if one.status >= 500]
    assert not failed, lines(failed)
    status = {one.path: one.status for one in walked}
    dead = [
        (one.path, target, status[target])
        for one in walked
        for target in links_of(one)
        if status.get(target, 200) >= 400
    ]
    assert not dead, lines(dead)


def test_every_form_leads_to_a_route_that_takes_it(walked, town):
    lost = [
        (one.path, form.method, target)
        for one in walked
        for form in (one.page.forms if one.page else ())
        for target in form.targets
        if endpoint_of(town, target or one.path, form.method.upper()) is None
    ]
    assert not lost, lines(lost)


def test_every_page_has_a_language_a_title_and_one_heading(walked):
    wrong = [
        (one.path, page.lang, page.title.strip(), page.headings)
        for one in walked
        if (page := one.page) is not None and is_whole(one)
        if not (page.lang in ("zh-Hans-CN", "en") and page.title.strip() and page.headings == 1)
    ]
    assert not wrong, lines(wrong)


def test_no_page_repeats_an_id_or_has_a_link_without_words(walked):
    wrong = [
        (one.path, page.repeated_ids, page.empty_links)
        for one in walked
        if (page := one.page) is not None and (page.repeated_ids or page.empty_links)
    ]
    assert not wrong, lines(wrong)


@pytest.mark.threat("T16")
def test_no_page_holds_inline_script_frames_or_handlers(walked):
    wrong = [(one.path, one.page.danger) for one in walked if one.page and one.page.danger]
    assert not wrong, lines(wrong)


@pytest.mark.threat("T21")
def test_no_answer_may_be_framed_or_guessed(walked):
    for one in walked:
        policy = one.headers.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, one.path
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy, one.path
        assert one.headers.get("X-Frame-Options") == "DENY", one.path
        assert one.headers.get("X-Content-Type-Options") == "nosniff", one.path


@pytest.mark.threat("T26")
def test_what_a_signed_in_person_sees_is_stored_nowhere(walked):
    for one in walked:
        cache = one.headers.get("Cache-Control", "")
        if one.endpoint == "static":
            continue
        assert "Cookie" in one.headers.get("Vary", ""), one.path
        if one.role != "public" or "Set-Cookie" in one.headers:
            assert "no-store" in cache, (one.path, cache)
            assert "private" in cache, (one.path, cache)
        elif one.endpoint not in PUBLIC_CACHED:
            assert "public" not in cache, (one.path, cache)


@pytest.mark.threat("T9")
@pytest.mark.threat("T10")
@pytest.mark.threat("T24")
def test_nobody_reads_what_is_not_for_him(walked, town):
    leaks = []
    for one in walked:
        plain = one.body.replace(" ", "").replace("\u00a0", "")
        for secret, whose in forbidden(town, one.role, one.endpoint):
            if secret in plain:
                leaks.append((one.path, whose, secret))
    assert not leaks, lines(leaks)


def test_no_answer_tells_how_the_house_is_built(walked, town):
    home = str(town.world.ctx.settings.home)
    wrong = [
        (one.path, found.group(0))
        for one in walked
        if one.endpoint not in SOURCES and (found := INNER.search(one.body))
    ]
    assert not wrong, lines(wrong)
    assert [one.path for one in walked if home in one.body] == []


def is_whole(one: Visit) -> bool:
    """A page, not a fragment of one."""
    return one.endpoint not in {
        "trade.auctions.fragment",
        "trade.sessions.wall",
        "catalogue.suggest",
    }
