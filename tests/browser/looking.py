"""Looking at a page as axe, a telephone and the console do; by day and by night."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.browser.people import Person
from tests.test_architecture import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that night can break; all others are the same by day."""
GRAVE = ("serious", "critical")
DESK, TELEPHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 740}
WIDEST = """() => {
  const past = [...document.body.querySelectorAll("*")].filter(
    e => e.getBoundingClientRect().right > 376 && getComputedStyle(e).position !== "fixed");
  return past.slice(-3).map(e => e.outerHTML.slice(0, 120));
}"""
AT_REST = "() => Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))"
"""Colours that fade from day to night are measured when they have arrived."""


@dataclass(frozen=True)
class Look:
    """What was wrong with a page."""

    role: str
    path: str
    grave: list[tuple[str, ...]]
    wide: list[str]
    complaints: list[str]


def look(person: Person, role: str, path: str, lang: str) -> Look:
    """Open the page and look at it in every way: Chinese by day and by night, English by night."""
    page, mark = person.page, "&" if "?" in path else "?"
    person.complaints.clear()
    page.goto(f"{person.market.url}{path}{mark}lang={lang}")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # its own policy lets no foreign script in
    grave = [] if lang == "en" else violations(page, RULES)
    page.emulate_media(color_scheme="dark")
    grave += [("dark", *one) for one in violations(page, RULES if lang == "en" else OF_COLOURS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(TELEPHONE)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    wide = [f"{width} px", *page.evaluate(WIDEST)] if width > TELEPHONE["width"] else []
    page.set_viewport_size(DESK)
    return Look(role, path, grave, wide, list(person.complaints))


def violations(page: Any, rules: list[str]) -> list[tuple[str, ...]]:
    """(rule, impact, first place, why) of what axe calls serious or critical."""
    page.evaluate(AT_REST)
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        (one["id"], one["impact"], one["nodes"][0]["html"][:160], why(one["nodes"][0]))
        for one in result["violations"]
        if one["impact"] in GRAVE
    ]


def why(node: dict[str, Any]) -> str:
    return " ".join(one["message"] for one in [*node["any"], *node["all"], *node["none"]])[:200]
