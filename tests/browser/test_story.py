"""The market's main story, with everybody at his own browser at the same time.

An enterprise signs up, is verified, lists a patent and an achievement, gets them back and gets them
published; a visitor finds them; the lot is scheduled, three organisations pay and bid against each
other without reloading, a late bid moves the end, the lot closes at its instant, and the winner's
deal confirmation is confirmed by anybody who holds its code.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.people import HOUSES, Person, newcomer
from tests.browser.room import (
    SOFT_CLOSE_SECONDS,
    announce,
    compete,
    sign_up_and_pay,
    take_the_paper,
)
from tests.browser.shelf import list_and_publish
from tests.integration.showcase.stage import PDF_BYTES, png

STAFF = ("rui", "lin", "tao", "adam")
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def stage(empty_market, chromium, tmp_path_factory) -> Any:
    """Everybody with a browser of his own, and the papers they send."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "licence.pdf").write_bytes(PDF_BYTES)
    (folder / "drawing.png").write_bytes(png(640, 480))
    names = (*HOUSES, *STAFF, "visitor")
    people = {name: newcomer(chromium, empty_market, name) for name in names}
    return people, folder


def test_from_the_first_account_to_the_confirmed_paper(stage):
    people, folder = stage
    pace = enter_everybody(people, folder)
    listing_id = list_and_publish(people, folder)
    auction_id, ends_at = announce(people, listing_id, pace)
    sign_up_and_pay(people, auction_id)
    inside = signed_in(people)
    assert len(inside) >= 6, f"only {inside} are signed in at the same time"
    compete(people, auction_id, ends_at, last_moment=0.6 * SOFT_CLOSE_SECONDS * pace)
    assert signed_in(people) == inside, "somebody lost the session"
    take_the_paper(people, auction_id)
    complaints = {name: one.complaints for name, one in people.items() if one.complaints}
    assert complaints == {}


def signed_in(people: dict[str, Person]) -> list[str]:
    """Who has a session of his own in his own browser at this moment."""
    return [
        name
        for name, one in people.items()
        if f"{one.email}" in one.page.request.get(f"{one.market.url}/identity/account").text()
    ]


def enter_everybody(people: dict[str, Person], folder: Path) -> float:
    """Accounts, organisations, verification; how slow this machine is, 1 for a free one."""
    for name in STAFF:
        people[name].sign_in()
    began = time.monotonic()
    for name, (title, kind, code) in HOUSES.items():
        people[name].sign_up()
        people[name].found_organisation(title, kind=kind, code=code, paper=folder / "licence.pdf")
    for title, _kind, _code in HOUSES.values():
        people["rui"].approve(title)
    people["visitor"].go("/notify/mailbox")
    assert "alice@demo.example" in people["visitor"].text()
    return max(1.0, (time.monotonic() - began) / 25)
