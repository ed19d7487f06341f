"""Nothing typed is lost, and what matters works without any script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.looking import AXE, RULES, violations
from tests.browser.people import Person, wait_for
from tests.integration.identity.acting import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
STATE = """() => Object.fromEntries([...document.querySelectorAll("main form [name]")]
  .filter(e => e.form?.method === "post" && e.localName !== "button"
    && !["hidden", "password", "file", "submit"].includes(e.type))
  .map(e => ["radio", "checkbox"].includes(e.type)
    ? [`${e.name}=${e.value}`, e.checked] : [e.name, e.value]))"""
"""What the forms of the page hold; passwords and files are the reader's alone."""
UNCHECKED = "() => document.querySelectorAll('main form').forEach(one => { one.noValidate = true })"
"""The browser's own checks stand aside: the server's answer is what is looked at."""
WORDS = {
    "title": "写到一半的题目",
    "problem": "正在写的难题。",
    "solution": "断线之后写的方案。",
}
WRONG: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "an account": ("public", "/identity/register", "submit",
                   {"name": "王小明", "email": "kein-brief", "password": "kurz"}),
    "an organisation": ("mallory", "/identity/organisations/new", "save",
                        {"kind": "enterprise", "name": "", "website": "kein ort",
                         "about": "从事轴承研发。"}),
    "its papers": ("seller", "/identity/organisations/{house_alice}/verification", "submit",
                   {"credit_code": "91330624MA2AAAAAAA"}),
    "a demand": ("seller", "/exchange/demands/new", "submit",
                 {"title": "退磁难题", "wanted": "剩磁低于 0.3 mT。", "budget_low": "三十"}),
    "a patent's number": ("seller", "/showcase/listings/{draft_listing}/edit/right", "next",
                          {"number": "201310699744.1"}),
    "a lot's terms": ("auctioneer", "/trade/auctions/new?listing={unannounced_listing}", "save",
                      {"mode": "listed_bidding", "start": "八十", "remarks": "出价不可撤回。"}),
    "a sign-up": ("bidder", "/trade/auctions/{upcoming}/sign-up", "sign_up",
                  {"accepts_rules": True}),
    "a correction of an account": ("seller", "/identity/account", "save", {"name": ""}),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_refused_form_comes_back_with_everything_that_was_typed(town, chromium, what):
    role, path, button, typed = WRONG[what]
    person = town.reader(chromium, role)
    person.go(path.format(**town.names))
    for closed in person.page.locator("main form details:not([open]) > summary").all():
        closed.click()
    person.fill(**typed)
    before = person.page.evaluate(STATE)
    assert before, "there is a form"
    person.page.evaluate(UNCHECKED)
    person.press(button)
    assert person.page.locator("main [role='alert'], main [aria-invalid='true']").count()
    after = person.page.evaluate(STATE)
    lost = {key: (was, after.get(key)) for key, was in before.items() if after.get(key) != was}
    assert lost == {}
    person.page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(person.page, RULES) == []


def test_a_draft_outlives_a_lost_session(town, chromium):
    """The session ends while Alice writes: she signs in again and her words stand where they stood."""
    alice = town.reader(chromium, "seller")
    path = f"/showcase/listings/{town.names['draft_listing']}/edit/content"
    alice.go(path)
    state = alice.page.locator("[data-autosave-state]")
    alice.page.context.clear_cookies()
    with alice.page.expect_response(lambda one: "/autosave" in one.url):
        alice.fill(title="写到一半的题目", problem="正在写的难题。")
    wait_for(lambda: state.get_attribute("data-state") == "failed", "the words that it failed")
    alice.fill(solution="断线之后写的方案。")
    alice.press("next")
    assert "/identity/sign-in" in alice.page.url, "the step asks who it is"
    alice.fill(email=alice.email, password=PASSWORD)
    alice.press("submit")
    assert path in alice.page.url
    for name, words in WORDS.items():
        assert alice.page.locator(f"[name='{name}']").input_value() == words
    wait_for(lambda: state.get_attribute("data-state") == "saved", "the autosave")
    other = town.reader(chromium, "colleague")
    other.go(path)
    for name, words in WORDS.items():
        assert other.page.locator(f"[name='{name}']").input_value() == words


def test_searching_reading_signing_in_and_bidding_need_no_script(town, chromium):
    carol = town.reader(chromium, "rival", java_script_enabled=False)
    carol.go("/")
    carol.page.locator("form[role='search'] [name='q'], form [name='q']").first.fill("轴承")
    with carol.page.expect_navigation():
        carol.page.keyboard.press("Enter")
    assert "/catalogue/" in carol.page.url
    with carol.page.expect_navigation():
        carol.page.locator("[data-listing-id] a[href*='/showcase/listings/']").first.click()
    assert carol.page.locator("h1").count() == 1
    carol.go(f"/trade/auctions/{town.names['live']}")
    was = price(carol)
    carol.page.locator("#bid-maximum").fill("1,100,000")
    with carol.page.expect_navigation():
        carol.page.locator("[data-bid-review]").click()
    assert "壹佰壹拾万元整" in carol.text()
    with carol.page.expect_navigation():
        carol.page.locator("main form button[name='confirm']").click()
    carol.go(f"/trade/auctions/{town.names['live']}")
    assert carol.page.locator("[data-my-state='outbid']").count() == 1
    assert price(carol) > was


def price(person: Person) -> int:
    words = person.page.locator("[data-room-now] .price").first.inner_text()
    return int(re.sub(r"\D", "", words.removesuffix(".00")))
