"""Every page of the site: usable by everybody, on a telephone, by day and by night, in two languages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.looking import AXE, Look, look
from tests.browser.people import Person, newcomer, wait_for
from tests.browser.places import BY_ADDRESS, ELSEWHERE, NO_PAGES, places
from tests.browser.running import Market

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
DEMO = {
    "visitor": ("/", "/catalogue/?q=轴承", "/exchange/demands/", "/trade/auctions",
                "/trade/auctions?tab=ended", "/showcase/deals/", "/showcase/organisations/",
                "/demo"),
    "seller": ("/desk", "/showcase/listings/mine", "/notify/inbox"),
    "reviewer": ("/desk", "/review/"),
    "treasurer": ("/treasury/deposits", "/treasury/statement", "/treasury/instructions",
                  "/treasury/ledger", "/treasury/reconciliation"),
    "administrator": ("/admin/", "/admin/audit"),
}  # fmt: skip
"""Where the demo shows more than the town does: long lists, long texts, drawn pictures."""
OF_A_KIND = {
    "a listing": ("/catalogue/", "[data-listing-id] a[href*='/showcase/listings/']"),
    "a demand": ("/exchange/demands/", "[data-demand-id] a"),
    "a live lot": ("/trade/auctions", "[data-auction-id] a"),
    "a sold lot": ("/trade/auctions?tab=ended", "[data-auction-id] a"),
    "an organisation": ("/showcase/organisations/", "main a[href*='/showcase/organisations/']"),
}
NOT_OK = re.compile(r"status of 40[34]")
"""The browser says so when a page of the site is an error page: that is what was asked for."""


@pytest.fixture(scope="module")
def demo_readers(demo_market, chromium) -> dict[str, Person]:
    """One browser per role of the demo, signed in, and a visitor's."""
    rows = json.loads((demo_market.home / "demo-accounts.json").read_text(encoding="utf-8"))
    accounts = {row["role"]: row for row in reversed(rows)}
    found = {}
    for role in DEMO:
        found[role] = newcomer(chromium, demo_market, role, reduced_motion="reduce")
        if role in accounts:
            found[role].email = accounts[role]["email"]
            found[role].sign_in(accounts[role]["password"])
    return found


@pytest.fixture(scope="module")
def demo_places(demo_readers) -> list[tuple[str, str]]:
    """(role, path) of the demo's pages; those of a kind are found on their lists."""
    visitor = demo_readers["visitor"]
    found = [(role, path) for role, paths in DEMO.items() for path in paths]
    for what, (path, selector) in OF_A_KIND.items():
        visitor.go(path)
        link = visitor.page.locator(selector).first.get_attribute("href")
        assert link, f"the demo shows {what}"
        found.append(("visitor", link))
    return found


@pytest.fixture(scope="module")
def town_reader(town, chromium) -> Callable[[str], Person]:
    """The browser of a role in the town, opened when it is first asked for."""
    kept: dict[str, Person] = {}

    def reader(role: str) -> Person:
        if role not in kept:
            kept[role] = town.reader(chromium, role, reduced_motion="reduce")
        return kept[role]

    return reader


@pytest.fixture(scope="module", params=["zh", "en"])
def looks(request, town, town_reader, demo_readers, demo_places) -> list[Look]:
    """A look at everything in one language; looked once for all that is asked below."""
    assert AXE.exists(), "axe-core is not installed: make setup brings it"
    lang = request.param
    of_town = (*town.places, *BY_ADDRESS, ("public", f"/notify/mailbox/{a_mail(town.market)}"))
    return [
        *(look(town_reader(role), role, path, lang) for role, path in of_town),
        *(look(demo_readers[role], role, path, lang) for role, path in demo_places),
    ]


def a_mail(market: Market) -> str:
    """The name of a mail in the demo's mailbox, which the worker fills."""
    return str(wait_for(lambda: next(market.mails.glob("*.eml"), None), "a mail").name)


def test_every_page_of_the_site_is_looked_at(town):
    seen = {one.row.endpoint for one in places()}
    assert town.endpoints - NO_PAGES - seen == set(ELSEWHERE)


def test_axe_finds_nothing_serious(looks):
    assert lines(looks, lambda one: one.grave) == ""


def test_a_telephone_shows_every_page_without_scrolling_sideways(looks):
    assert lines(looks, lambda one: one.wide) == ""


def test_no_page_complains_in_the_console(looks):
    assert lines(looks, lambda one: [c for c in one.complaints if not NOT_OK.search(c)]) == ""


def lines(looks: list[Look], asked: Callable[[Look], list[Any]]) -> str:
    """One line per page and fault, so that a list of failures can be read."""
    return "\n".join(f"{one.role} {one.path} {fault}" for one in looks for fault in asked(one))
