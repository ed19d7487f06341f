"""What people do with their hands in a browser: sign up, found, list, decide, bid."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.running import Market
from tests.integration.identity.acting import CODES, PASSWORD

HOUSES = {
    "alice": ("剡溪轴承有限公司", "enterprise", CODES[0]),
    "bob": ("越州理工大学", "university", CODES[2]),
    "carol": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
    "dora": ("绍兴冷拓制冷科技有限公司", "enterprise", CODES[1]),
}
"""Who sells and bids → the house's name, kind and code."""
SLOW_MS = 60_000
"""A busy machine is no failure; what must be quick is measured where it matters."""


@dataclass
class Person:
    """Somebody with a browser of his own; what it complains about is kept."""

    name: str
    market: Market
    page: Any
    complaints: list[str] = field(default_factory=list)
    email: str = ""

    def __post_init__(self) -> None:
        self.email = self.email or f"{self.name}@demo.example"

    def go(self, path: str) -> Any:
        answer = self.page.goto(self.market.url + path)
        assert answer is None or answer.status < 400, (self.name, path, answer.status)
        return answer

    def fill(self, **values: str | bool | list[str]) -> None:
        """Fill the fields of the page by their names, as a person would."""
        for name, value in values.items():
            self._put(name.replace("__", "-"), value)

    def _put(self, name: str, value: str | bool | list[str]) -> None:
        found = self.page.locator(f"main [name='{name}']")
        kind = found.first.get_attribute("type") or found.first.evaluate("e => e.localName")
        if kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                choice = found if one is True else self.page.locator(
                    f"main [name='{name}'][value='{one}']")  # fmt: skip
                choice.first.check()
        elif kind == "select":
            found.first.select_option(str(value))
        else:
            found.first.fill(str(value))

    def press(self, name: str, value: str | None = None) -> None:
        """Press a button of the page by its name, and wait for what it leads to."""
        chosen = f"[value='{value}']" if value else ""
        button = self.page.locator(f"main button[name='{name}']{chosen}:visible").first
        with self.page.expect_navigation():
            button.click()

    def text(self) -> str:
        return str(self.page.locator("main").inner_text())

    # -- accounts ---------------------------------------------------------------------------

    def sign_up(self) -> None:
        """Register, open the mail, confirm, sign in."""
        self.go("/identity/register")
        self.fill(name=self.name.title(), email=self.email, password=PASSWORD, terms=True)
        self.press("submit")
        assert "/check-mailbox" in self.page.url, self.text()
        self.page.goto(self.mailed(r"http://\S+/identity/confirm/\S+"))
        self.press("confirm")
        self.sign_in()

    def sign_in(self, password: str = PASSWORD) -> None:
        self.go("/identity/sign-in")
        self.fill(email=self.email, password=password)
        self.press("submit")
        assert "/sign-in" not in self.page.url, self.text()

    def mailed(self, pattern: str) -> str:
        """The newest link of that form in the mails to this person."""

        def found() -> str | None:
            return _link(self.market.mails, self.email, pattern)

        try:
            return str(wait_for(found, f"a mail to {self.email}"))
        except AssertionError as late:
            raise AssertionError(f"{late}; the market said:\n{self.market.last_words}") from late

    def found_organisation(self, title: str, *, kind: str, code: str, paper: Path) -> None:
        """Enter the organisation and send its papers to the reviewers."""
        self.go("/identity/organisations/new")
        self.fill(kind=kind, name=title)
        self.press("save")
        self.fill(credit_code=code)
        self.page.set_input_files("input[name='licence']", str(paper))
        self.press("submit")

    # -- the desk ---------------------------------------------------------------------------

    def open_case(self, title: str) -> None:
        """The reviewer opens the case from the queue."""

        def found() -> bool:
            self.go("/review/")
            return bool(self.page.locator("[data-case-id] a", has_text=title).count())

        wait_for(found, f"the case {title}")
        with self.page.expect_navigation():
            self.page.locator("[data-case-id] a", has_text=title).first.click()

    def approve(self, title: str) -> None:
        self.open_case(title)
        self.press("decision", "approve")

    # -- the room ---------------------------------------------------------------------------

    def bid(self, yuan: int) -> None:
        """Type the maximum, check it, confirm it; the answer's page is marked anew."""
        self.page.locator("#bid-maximum").fill(f"{yuan:,}")
        self.page.locator("[data-bid-review]").click()
        with self.page.expect_navigation():
            self.page.locator("[data-bid-confirm]").click()
        self.mark()

    def stands(self, state: str, *, within: float = 20) -> None:
        """Wait until the page says, by itself, how the person stands."""
        self.page.locator(f"[data-my-state='{state}']").wait_for(timeout=within * 1000)

    def mark(self) -> None:
        """Leave a mark in the page that a reload would wipe out."""
        self.page.evaluate("() => { window.sameAsBefore = true }")

    def is_marked(self) -> bool:
        return bool(self.page.evaluate("() => window.sameAsBefore === true"))


def wait_for(ask: Callable[[], Any], what: str, *, within: float = 120, every: float = 0.1) -> Any:
    """Ask until there is an answer; fails naming what was waited for."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"{what} did not come within {within} s")


def _link(folder: Path, to: str, pattern: str) -> str | None:
    newest = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest:
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if to not in str(mail["To"]):
            continue
        body = mail.get_body(preferencelist=("plain",))
        found = re.search(pattern, body.get_content() if body else "")
        if found:
            return found.group(0).rstrip(".>)")
    return None


def newcomer(chromium: Any, market: Market, name: str, **more: Any) -> Person:
    """A person with a fresh browser that notes errors of the console and of pages."""
    context = chromium.new_context(locale="zh-CN", accept_downloads=True, **more)
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    person = Person(name, market, page)
    page.on("console", lambda one: one.type == "error" and person.complaints.append(one.text))
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    return person
