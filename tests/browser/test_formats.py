"""A lot of sealed bids and one whose price falls, in real browsers and on a clock that can be moved.

Two bidders seal their bids on their own devices; one of them comes back with another browser and
opens by the receipt's file; the minutes list both. A falling price is taken by one press, another
bidder goes above it with a seal, the taker answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auction import envelopes
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Context
from marketplace.kernel.options import ChangeOption, change_option
from marketplace.trade.auctions.commands.outage import keep_alive
from marketplace.trade.auctions.models import Signup
from tests import builders
from tests.browser.people import Person, newcomer, wait_for
from tests.browser.timed import TimedMarket, timed_market
from tests.integration.identity.acting import CODES, acting, person

HOUSES = {
    "alice": ("越州理工大学", "university", CODES[2]),
    "bob": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
    "carol": ("剡溪轴承有限公司", "enterprise", CODES[0]),
}
STEP = timedelta(minutes=4)
"""A longer step would look as an outage (F21)."""
BOBS, CAROLS = 912_345, 987_654
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


class Stage:
    """The cast with accounts and houses, and what is no part of the story done by commands."""

    def __init__(self, running: TimedMarket) -> None:
        self.running, self.ctx = running, running.ctx
        self.acting: dict[str, Context] = {}
        offices = {
            "rui": StaffRole.REVIEWER,
            "lin": StaffRole.AUCTIONEER,
            "tao": StaffRole.TREASURER,
        }
        for name, office in offices.items():
            self.acting[name] = acting(self.ctx, person(self.ctx, name.title(), office))
        for number, (name, (title, kind, code)) in enumerate(HOUSES.items()):
            owner = person(self.ctx, name.title())
            papers = builders.private_papers(name, 7000 + number)
            house = builders.organisation(
                self.ctx, owner, title, kind=kind, code=code, papers=papers
            )
            self.acting[name] = acting(self.ctx, owner, house)
        adam = acting(self.ctx, person(self.ctx, "Adam", StaffRole.ADMINISTRATOR))
        for key in ("tender_notice_hours", "tender_display_hours", "tender_run_hours"):
            change_option(adam, ChangeOption(key, 0, "浏览器测试缩短期限"))

    def listing(self) -> int:
        made = builders.listing_content(
            self.ctx, title="轴承套圈超声清洗方法", number="201310699745.7", pricing_mode="auction",
            transfer_modes=("assignment",), price_minor=800_000_00,
        )  # fmt: skip
        return builders.published_listing(self.acting["alice"], self.acting["rui"], made)

    def admit(self, lot: int, *names: str) -> None:
        for name in names:
            builders.sign_up(self.acting[name], lot)
            builders.pay_deposit(self.acting["tao"], lot, self.acting[name])

    def pass_to(self, instant: datetime) -> None:
        """Let the clock run there, the market being up all the while."""
        clock = self.running.clock
        while clock() < instant:
            clock.to(min(instant, clock() + STEP))
            keep_alive(self.ctx)

    def paddle(self, name: str, lot: int) -> str:
        house = self.acting[name].actor.organisation_id
        with self.ctx.reading() as db:
            query = db.query(Signup.paddle).where(
                Signup.auction_id == lot, Signup.organisation_id == house
            )
            return str(query.scalar())


@pytest.fixture
def stage(tmp_path) -> Iterator[Stage]:
    with timed_market(tmp_path / "home") as running:
        yield Stage(running)


@pytest.fixture
def people(stage, chromium) -> Iterator[dict[str, Person]]:
    made = {
        name: newcomer(chromium, stage.running.market, name)
        for name in ("lin", "bob", "carol", "visitor")
    }
    yield made
    assert {name: one.complaints for name, one in made.items() if one.complaints} == {}
    for one in made.values():
        one.page.context.close()


def schedule(stage: Stage, lin: Person, listing_id: int, **terms: Any) -> tuple[int, datetime]:
    """Lin writes the notice in the form, looks at the check, and publishes."""
    now = stage.running.clock().astimezone(SHANGHAI).replace(microsecond=0)
    opens, ends = now + timedelta(minutes=2), now + timedelta(minutes=30)
    lin.sign_in()
    lin.go(f"/trade/auctions/new?listing={listing_id}")
    lin.fill(
        mode="listed_bidding", start="800000", deposit="120000", valuation_reason="经三家机构询价",
        deposit_account="浙江沃洲银行（演示）尾号 3316", opens_at=typed(opens), ends_at=typed(ends),
        display_from=typed(now), display_place="本市场网站", remarks="报价不可撤回。",
        formalities="实名注册、单位核验、缴纳保证金。", defects="未发现瑕疵；无质押。", **terms,
    )  # fmt: skip
    lin.press("save")
    found = re.search(r"/auctions/(\d+)/check", lin.page.url)
    assert found, lin.text()
    for one in lin.page.locator("input[name^='reason-']").all():
        one.fill("已核对，已在公告中说明。")
    lin.press("publish")
    return int(found.group(1)), ends


def typed(at: datetime) -> str:
    return f"{at + timedelta(seconds=1 if at.second == 0 else 0):%Y-%m-%dT%H:%M:%S}"


def seal(bidder: Person, yuan: int, folder: Path) -> Path:
    """Type, look, confirm; the receipt is in the downloads before anything was sent."""
    bidder.page.locator("#seal-amount").fill(f"{yuan:,}")
    bidder.page.locator("[data-seal-review]").click()
    with bidder.page.expect_download() as saved, bidder.page.expect_navigation():
        bidder.page.locator("[data-seal-confirm]").click()
    receipt = folder / saved.value.suggested_filename
    saved.value.save_as(receipt)
    bidder.stands("leading")
    return receipt


def open_now(bidder: Person) -> None:
    bidder.page.locator("[data-opening] button[name='open']").click()
    bidder.stands("leading")


@pytest.mark.threat("T10")
def test_two_seal_their_bids_one_opens_by_the_receipt_and_the_minutes_list_both(
    stage, people, chromium, tmp_path
):
    bob, carol, visitor = people["bob"], people["carol"], people["visitor"]
    lot, ends = schedule(
        stage, people["lin"], stage.listing(), format="sealed", reveal_hours="1", pricing="second"
    )
    stage.admit(lot, "bob", "carol")
    stage.pass_to(ends - timedelta(minutes=20))
    sent: list[str] = []
    for one in (bob, carol):
        one.sign_in()
        one.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
        one.go(f"/trade/auctions/{lot}")
        one.page.locator("#seal-amount").wait_for(timeout=60_000)
    seal(bob, 850_000, tmp_path)
    bobs, carols = seal(bob, BOBS, tmp_path), seal(carol, CAROLS, tmp_path)
    receipt = json.loads(carols.read_text())
    assert receipt["amount_minor"] == CAROLS * 100
    mine = (receipt["lot"], stage.paddle("carol", lot), CAROLS * 100, receipt["nonce"])
    assert receipt["seal"] == envelopes.seal(*mine)
    nonces = [json.loads(path.read_text())["nonce"] for path in (bobs, carols)]
    for secret in (str(BOBS), f"{BOBS:,}", str(CAROLS), f"{CAROLS:,}", *nonces):
        assert not [one for one in sent if secret in one], "the amount left the device"
    assert any(receipt["seal"] in one for one in sent)
    visitor.go(f"/trade/auctions/{lot}")
    assert visitor.page.locator("[data-sealed-count]").inner_text().strip() == "2"
    stage.pass_to(ends + timedelta(seconds=5))
    bob.page.locator("[data-opening]").wait_for(timeout=60_000)
    open_now(bob)
    carol.page.context.close()
    carol = people["carol"] = newcomer(chromium, stage.running.market, "carol")
    carol.sign_in()
    carol.go(f"/trade/auctions/{lot}")
    assert carol.page.locator("#opening-nonce").input_value() == "", "another device knows nothing"
    carol.page.set_input_files("#opening-file", str(bobs))
    other = carol.page.locator("[data-opening]").get_attribute("data-text-other")
    carol.page.get_by_text(other).wait_for()
    carol.page.set_input_files("#opening-file", str(carols))
    wait_for(lambda: carol.page.locator("#opening-nonce").input_value(), "the receipt's number")
    open_now(carol)
    visitor.go(f"/trade/auctions/{lot}")
    assert f"{CAROLS:,}" not in visitor.text()
    stage.pass_to(ends + timedelta(minutes=61))
    back(carol, lot).stands("won", within=60)
    back(bob, lot).stands("lost", within=60)
    visitor.go(f"/trade/auctions/{lot}/minutes")
    told = visitor.text()
    assert f"{CAROLS:,}" in told
    assert f"{BOBS:,}" in told
    kept = "() => Object.keys(localStorage).filter(key => key.startsWith('sealed:')).length"
    assert bob.page.evaluate(kept) == 0, "what is public need not stay on the device"


def test_a_falling_price_is_taken_another_goes_above_and_the_taker_answers(stage, people, tmp_path):
    bob, carol, visitor = people["bob"], people["carol"], people["visitor"]
    lot, ends = schedule(
        stage, people["lin"], stage.listing(), format="dutch", fall_step="10000", fall_minutes="2",
        floor="700000", second_phase=True, sealing_minutes="10", reveal_minutes="10",
        topping_minutes="10",
    )  # fmt: skip
    stage.admit(lot, "bob", "carol")
    opens = ends - timedelta(minutes=28)
    stage.pass_to(opens + timedelta(seconds=100))
    for one in (bob, carol):
        one.sign_in()
        one.go(f"/trade/auctions/{lot}")
        one.page.locator("[data-take]").wait_for(timeout=60_000)
    visitor.go(f"/trade/auctions/{lot}")
    visitor.mark()
    assert price_of(visitor) == "¥800,000"
    wait_for(lambda: price_of(visitor) == "¥790,000", "the fallen price", within=60)
    assert visitor.is_marked(), "the page asked for nothing"
    words = bob.page.locator("[data-take-words]")
    wait_for(lambda: "790,000" in words.inner_text(), "the button's price", within=10)
    bob.page.locator("[data-take-review]").click()
    with bob.page.expect_navigation():
        bob.page.locator("[data-take-confirm]").click()
    bob.stands("leading")
    carol.page.locator("#seal-amount").wait_for(timeout=60_000)
    seal(carol, 850_000, tmp_path)
    stage.pass_to(stage.running.clock() + timedelta(minutes=11))
    carol.page.locator("[data-opening]").wait_for(timeout=60_000)
    open_now(carol)
    stage.pass_to(stage.running.clock() + timedelta(minutes=11))
    back(bob, lot).page.locator("#top-amount").wait_for(timeout=60_000)
    bob.page.locator("#top-amount").fill("860,000")
    with bob.page.expect_navigation():
        bob.page.locator("#act button").last.click()
    bob.press("confirm")
    bob.stands("leading")
    stage.pass_to(stage.running.clock() + timedelta(minutes=11))
    back(bob, lot).stands("won", within=60)
    visitor.go(f"/trade/auctions/{lot}")
    assert "860,000" in visitor.text()


def test_without_a_script_a_seal_made_by_the_small_program_is_taken_and_opened(
    stage, people, chromium, tmp_path
):
    from auction import sealer

    lot, ends = schedule(
        stage, people["lin"], stage.listing(), format="sealed", reveal_hours="1", pricing="first"
    )
    stage.admit(lot, "bob")
    stage.pass_to(ends - timedelta(minutes=20))
    bob = newcomer(chromium, stage.running.market, "bob", java_script_enabled=False)
    bob.sign_in()
    bob.go(f"/trade/auctions/{lot}")
    assert not bob.page.locator("#seal-amount").is_visible()
    bob.page.locator("#act summary").click()
    command = bob.page.locator("#act code").inner_text().split()
    receipt = sealer.receipt(int(command[2]), command[3], "905000")
    bob.fill(seal=str(receipt["seal"]))
    bob.press("own")
    bob.stands("leading")
    stage.pass_to(ends + timedelta(seconds=5))
    wait_for(lambda: bob.go(f"/trade/auctions/{lot}") and bob.page.locator("#opening-nonce").count(),
             "the time to open")  # fmt: skip
    bob.fill(amount="905000", nonce=str(receipt["nonce"]))
    bob.press("open")
    bob.stands("leading")
    bob.page.context.close()


def back(person: Person, lot: int) -> Person:
    """After so long a time the session has ended: sign in again and look at the lot."""
    person.page.context.clear_cookies()
    person.sign_in()
    person.go(f"/trade/auctions/{lot}")
    return person


def price_of(person: Person) -> str:
    return str(person.page.locator("[data-falling] .price").inner_text()).strip()
