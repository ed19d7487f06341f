"""The main pages of the demo market: usable by everybody, on a telephone too, without complaints."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.browser.people import Person, newcomer
from tests.test_architecture import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
PUBLIC = (
    "/", "/catalogue/?q=轴承", "/catalogue/?q=zzzz", "/exchange/demands/", "/trade/auctions",
    "/trade/auctions?tab=ended", "/showcase/deals/", "/showcase/organisations/", "/service/",
    "/service/fees", "/service/numbers", "/service/capitals", "/papers/verify", "/rules", "/fees",
    "/about", "/identity/sign-in", "/identity/register", "/api/v1/", "/no-such-page",
)  # fmt: skip
OF_A_KIND = {
    "a listing": ("/catalogue/", "[data-listing-id] a[href*='/showcase/listings/']"),
    "a demand": ("/exchange/demands/", "[data-demand-id] a"),
    "a live lot": ("/trade/auctions", "[data-auction-id] a"),
    "a sold lot": ("/trade/auctions?tab=ended", "[data-auction-id] a"),
    "an organisation": ("/showcase/organisations/", "main a[href*='/showcase/organisations/']"),
}
INSIDE = {
    "seller": ("/desk", "/showcase/listings/mine", "/showcase/listings/new", "/notify/inbox",
               "/identity/account", "/identity/organisations", "/exchange/demands/new", "/imports/"),
    "buyer": ("/desk", "/trade/auctions/mine"),
    "reviewer": ("/desk", "/review/"),
    "auctioneer": ("/desk",),
    "treasurer": ("/desk", "/treasury/deposits", "/treasury/deposits?tab=owed", "/treasury/statement",
                  "/treasury/instructions", "/treasury/ledger", "/treasury/reconciliation"),
    "administrator": ("/admin/", "/admin/settings", "/admin/offices", "/admin/audit"),
}  # fmt: skip
NOT_FOUND = re.compile(r"status of 404")


@pytest.fixture(scope="module")
def accounts(demo_market) -> dict[str, dict[str, str]]:
    rows = json.loads((demo_market.home / "demo-accounts.json").read_text(encoding="utf-8"))
    return {row["role"]: row for row in reversed(rows)}


@pytest.fixture(scope="module")
def readers(demo_market, chromium, accounts) -> dict[str, Person]:
    """One browser per role, signed in, and a visitor's."""
    found = {"visitor": newcomer(chromium, demo_market, "visitor", reduced_motion="reduce")}
    for role in INSIDE:
        person = newcomer(chromium, demo_market, role, reduced_motion="reduce")
        person.go("/identity/sign-in")
        person.fill(email=accounts[role]["email"], password=accounts[role]["password"])
        person.press("submit")
        found[role] = person
    return found


@pytest.fixture(scope="module")
def places(readers) -> list[tuple[str, str]]:
    """(role, path) of every main page; those of a kind are found on their lists."""
    visitor, found = readers["visitor"], [("visitor", path) for path in PUBLIC]
    for what, (path, selector) in OF_A_KIND.items():
        visitor.go(path)
        link = visitor.page.locator(selector).first.get_attribute("href")
        assert link, f"the demo shows {what}"
        found.append(("visitor", link))
    return found + [(role, path) for role, paths in INSIDE.items() for path in paths]


def opened(readers: dict[str, Person], role: str, path: str, lang: str) -> Person:
    person = readers[role]
    mark = "&" if "?" in path else "?"
    person.page.goto(f"{person.market.url}{path}{mark}lang={lang}")
    return person


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_serious(readers, places, lang):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: make setup brings it")
    script, wrong = AXE.read_text(encoding="utf-8"), []
    for role, path in places:
        person = opened(readers, role, path, lang)
        wrong += [(role, path, *one) for one in violations(person.page, script)]
    assert not wrong, "\n".join(map(str, wrong))


def violations(page: Any, script: str) -> list[tuple[str, str, str]]:
    """(rule, impact, first place) of what axe calls serious or critical."""
    page.evaluate(script)  # the page's own rules let no foreign script in: evaluated, not linked
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        (one["id"], one["impact"], one["nodes"][0]["html"][:160])
        for one in result["violations"]
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_telephone_shows_every_page_without_scrolling_sideways(readers, places, lang):
    wide = []
    for person in readers.values():
        person.page.set_viewport_size({"width": 375, "height": 740})
    for role, path in places:
        page = opened(readers, role, path, lang).page
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if width > 375:
            wide.append((role, path, width, page.evaluate(WIDEST)))
    for person in readers.values():
        person.page.set_viewport_size({"width": 1280, "height": 800})
    assert not wide, "\n".join(map(str, wide))


WIDEST = """() => {
  const past = [...document.body.querySelectorAll("*")].filter(
    e => e.getBoundingClientRect().right > 376 && getComputedStyle(e).position !== "fixed");
  return past.slice(-3).map(e => e.outerHTML.slice(0, 120));
}"""


def test_no_page_complains_in_the_console(readers, places):
    for person in readers.values():
        person.complaints.clear()
    for role, path in places:
        opened(readers, role, path, "zh").page.wait_for_timeout(150)
    complaints = {
        role: [one for one in person.complaints if not NOT_FOUND.search(one)]
        for role, person in readers.items()
    }
    assert {role: found for role, found in complaints.items() if found} == {}


def test_pages_are_whole_without_their_scripts(chromium, demo_market):
    person = newcomer(chromium, demo_market, "plain", java_script_enabled=False)
    person.go("/catalogue/?q=轴承")
    assert person.page.locator("[data-listing-id]").count() >= 1
    person.go("/trade/auctions")
    person.page.locator("[data-auction-id] a").first.click()
    assert person.page.locator("[data-room-now] .price").count() == 1
