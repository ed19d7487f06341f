"""The check in the browser says what the stand-alone verifier says: sound, and where it is not."""

from __future__ import annotations

import json
import re

import pytest

from auction import chain

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
VERDICT = "[data-proof-verdict]"


@pytest.fixture(scope="module")
def visitor(town, chromium):
    return town.reader(chromium, "public")


def checked(visitor, town, lot: str, change=None) -> str:
    """Press the button on the lot's proof page; ``change`` is what came between on the way."""
    page = visitor.page
    address = re.compile(rf"/trade/auctions/{town.names[lot]}/export\.json$")
    if change is not None:
        page.route(address, lambda route: route.fulfill(body=change(route.fetch().text())))
    try:
        visitor.go(f"/trade/auctions/{town.names[lot]}/proof?lang=en")
        page.click("[data-proof-go]")
        page.wait_for_selector(f'{VERDICT}:is([data-tone="ok"], [data-tone="bad"])')
        return page.inner_text(VERDICT)
    finally:
        page.unroute(address)


def lines_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def written(rows: list[dict[str, object]]) -> str:
    return "".join(f"{chain.canonical(row)}\n" for row in rows)


def forged(text: str) -> str:
    """A bid taken out and every hash made anew: sound in itself, but not what was published."""
    cover, *rows = lines_of(text)
    del rows[1]
    head = "0" * 64
    for seq, row in enumerate(rows, 1):
        row["seq"] = row["public"]["seq"] = seq
        head = row["hash"] = chain.link(head, chain.canonical(row["public"]))
    return written([{**cover, "entries": len(rows), "head": head}, *rows])


def other_secret(text: str) -> str:
    cover, *rows = lines_of(text)
    opened = next(row for row in rows if "opening" in row and "amount" in row["opening"]["secret"])
    opened["opening"]["secret"]["amount"] += 1
    return written([cover, *rows])


@pytest.mark.parametrize("lot", ["sold", "live", "upcoming"])
def test_a_sound_log_is_called_sound_and_its_published_heads_occur(visitor, town, lot):
    assert checked(visitor, town, lot).startswith("Sound.")
    marks = visitor.page.locator("[data-proof-mark]").all_inner_texts()
    assert marks
    assert set(marks) == {"occurs in the log"}


@pytest.mark.threat("T23")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('"price":80', '"price":70', 1), "the hash does not follow"),
        (lambda text: text.replace(',"seq":2}', ',"seq":3}', 1), "a number is missing"),
        (lambda text: text[:-1], "the log is cut off"),
        (lambda text: text[: text.rindex("\n", 0, -1) + 1], "the cover is not that"),
        (lambda text: text.replace('{"hash"', '{ "hash"', 1), "does not have its form"),
        (other_secret, "the opened secret is not the one"),
        (forged, "published on"),
    ],
)
def test_every_change_of_a_closed_log_is_found(visitor, town, change, said):
    verdict = checked(visitor, town, "sold", change)
    assert verdict.startswith("Not sound.")
    assert said in verdict
