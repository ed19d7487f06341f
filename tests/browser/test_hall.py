"""A session in the hall and online at once: clerk, screen, two bidders at home, one in the hall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context
from marketplace.trade.sessions import commands as sessions
from marketplace.trade.sessions import queries, roots
from marketplace.trade.sessions.commands import PlanSession
from marketplace.treasury.deposits import queries as deposits
from marketplace.treasury.payments.lines import RecordLine, record_line
from tests import builders
from tests.browser.people import Person, newcomer, wait_for
from tests.browser.timed import TimedMarket, timed_market
from tests.integration.identity.acting import CODES
from tests.world import _acting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
OFFICES = {
    "rui": StaffRole.REVIEWER,
    "lin": StaffRole.AUCTIONEER,
    "cleo": StaffRole.CLERK,
    "tao": StaffRole.TREASURER,
}
HOUSES = {
    "alice": ("剡溪轴承有限公司", "enterprise", CODES[0]),
    "bob": ("越州理工大学", "university", CODES[2]),
    "carol": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
}
GUEST_NUMBER = builders._identity_number(777)
_lines = count(1)
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
"""What a browser says of a line that the test itself has cut."""


class Hall:
    """The market, who is in it, two lots and their session."""

    def __init__(self, timed: TimedMarket) -> None:
        self.timed, self.ctx = timed, timed.ctx
        self.acting: dict[str, Context] = {}
        for number, name in enumerate((*OFFICES, *HOUSES), start=1):
            self._enter(name, builders.private_papers(name, 7700 + number))
        alice, rui, lin = (self.acting[name] for name in ("alice", "rui", "lin"))
        self.lots = []
        for title in ("谐波减速器柔轮热处理工艺", "圆柱滚子端面凸度测量装置"):
            made = builders.listing_content(alice, kind="achievement", title=title)
            listing = builders.published_listing(alice, rui, made)
            terms = builders.lot_terms(
                lin, opens_in=timedelta(days=5), runs=timedelta(days=2), place="both"
            )
            self.lots.append(builders.announced_lot(lin, listing, terms))
        self.session_id = self._announce()
        for name in ("bob", "carol"):
            for lot in self.lots:
                builders.sign_up(self.acting[name], lot)
                builders.pay_deposit(self.acting["tao"], lot, self.acting[name])

    def _enter(self, name: str, papers: builders.Papers) -> None:
        roles = (OFFICES[name],) if name in OFFICES else ()
        papers = replace(papers, email=f"{name}@demo.example")
        user_id = builders.person(self.ctx, name.title(), papers, roles=roles)
        house = None
        if name in HOUSES:
            title, kind, code = HOUSES[name]
            house = builders.organisation(
                self.ctx, user_id, title, kind=kind, code=code, papers=papers
            )
        self.acting[name] = _acting(self.ctx, user_id, house)

    def _announce(self) -> int:
        lin = self.acting["lin"]
        plan = PlanSession(
            title="轴承与机器人成果专场", title_en="Bearings and robots", venue="二楼报告厅",
            mode="listed_bidding", place="both", running="sequence",
            starts_at=self.ctx.clock() + timedelta(days=5, minutes=1),
            auctioneer_id=lin.actor.user_id, clerk_id=self.acting["cleo"].actor.user_id,
        )  # fmt: skip
        session_id = sessions.plan_session(lin, plan)
        for lot in self.lots:
            sessions.add_lot(lin, session_id, auction_id=lot)
        sessions.announce_session(lin, session_id)
        return session_id

    @property
    def page(self) -> str:
        return f"/trade/sessions/{self.session_id}"

    def pay_for_guest(self, organisation_id: int) -> None:
        """The treasurer finds the guest's transfers on the bank's list."""
        for lot in self.lots:
            with self.ctx.reading() as db:
                line = deposits.of_bidder(db, lot, organisation_id=organisation_id)
            transfer = RecordLine(
                "in", builders.today(self.ctx), line.amount_minor, f"HALL-{next(_lines)}",
                line.organisation_name, "6222000033334444", line.reference,
            )  # fmt: skip
            record_line(self.acting["tao"], transfer)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: Any) -> Iterator[Hall]:
    with timed_market(tmp_path_factory.mktemp("hall")) as timed:
        yield Hall(timed)


def screen(person: Person) -> str:
    return str(person.page.locator("[data-wall]").inner_text())


def console_price(cleo: Person) -> str:
    return str(cleo.page.locator("[data-console-board] .price").inner_text())


def key(cleo: Person, text: str) -> None:
    cleo.page.locator("#console-paddle").press(text)


def call(cleo: Person, paddle: int, amount: str = "") -> None:
    """The clerk types a paddle and presses Enter; with another price first P."""
    field = cleo.page.locator("#console-paddle")
    field.fill(str(paddle))
    if amount:
        field.press("p")
        cleo.page.locator("#console-called").fill(amount)
        cleo.page.locator("#console-called").press("Enter")
    else:
        field.press("Enter")


def see(person: Person, ask: Any, what: str) -> None:
    wait_for(ask, f"{person.name}: {what}", within=20)


def test_two_lots_in_order_between_the_hall_and_home(hall, chromium):
    people = {
        name: newcomer(chromium, hall.timed.market, name)
        for name in ("lin", "cleo", "bob", "carol", "visitor")
    }
    cleo, visitor = people["cleo"], people["visitor"]
    hall.timed.clock.forward(days=5, minutes=2)
    for name in ("lin", "cleo", "bob", "carol"):
        people[name].sign_in()
    check_in(hall, cleo)
    open_the_session(hall, people)
    bid_against_each_other(hall, people)
    work_through_a_cut(cleo, visitor)
    sell(hall, people)
    pass_the_second(hall, people)
    said = [(one.name, said) for one in people.values() for said in one.complaints]
    assert [one for one in said if not any(known in one[1] for known in OFFLINE)] == []


def check_in(hall: Hall, cleo: Person) -> None:
    """By keyboard at the desk: a paddle and a sheet with a code."""
    cleo.go(f"{hall.page}/desk")
    cleo.fill(person="吴立民", identity_number=GUEST_NUMBER, rules_read=True, defects_told=True)
    with cleo.page.expect_navigation():
        cleo.page.locator("[name='person']").press("Enter")
    assert cleo.page.locator(".paddle-sheet").inner_text() == "1"
    assert cleo.page.locator(".vcode").count() == 1
    with hall.ctx.reading() as db:
        guest = queries.guests(db, hall.session_id)[0]
    hall.pay_for_guest(guest.organisation_id)
    wait_for(lambda: _admitted(hall), "the guest's admission", within=30)


def _admitted(hall: Hall) -> bool:
    with hall.ctx.reading() as db:
        (guest,) = queries.guests(db, hall.session_id)
    return {one.state for one in guest.lots} == {"admitted"}


def open_the_session(hall: Hall, people: dict[str, Person]) -> None:
    cleo, visitor = people["cleo"], people["visitor"]
    visitor.go(f"{hall.page}/projector")
    cleo.go(f"{hall.page}/console")
    with cleo.page.expect_navigation():
        cleo.page.locator("form[action$='/console/open'] button").click()
    see(visitor, lambda: "谐波减速器" in screen(visitor), "the first lot")
    for name in ("bob", "carol"):
        people[name].go(f"/trade/auctions/{hall.lots[0]}")
    assert people["bob"].page.locator("[data-room-now] [data-countdown]").count() == 0


def bid_against_each_other(hall: Hall, people: dict[str, Person]) -> None:
    cleo, bob, carol, visitor = (people[name] for name in ("cleo", "bob", "carol", "visitor"))
    for one in (cleo, visitor):
        one.mark()
    call(cleo, 1)
    see(visitor, lambda: "800,000" in screen(visitor), "the first call")
    see(cleo, lambda: "800,000" in console_price(cleo), "the own call")
    bob.bid(900_000)
    bob.stands("leading")
    see(visitor, lambda: "820,000" in screen(visitor), "the bid from home")
    call(cleo, 1, "850,000")
    see(visitor, lambda: "870,000" in screen(visitor), "the maximum's answer")
    assert "900,000" not in screen(visitor)
    carol.bid(1_000_000)
    carol.stands("leading")
    bob.stands("outbid")
    see(cleo, lambda: "920,000" in console_price(cleo), "Carol's price")
    call(cleo, 1, "1,100,000")
    carol.stands("outbid")
    see(visitor, lambda: "1,100,000" in screen(visitor), "the call above all maxima")
    assert cleo.is_marked()
    assert visitor.is_marked()


def work_through_a_cut(cleo: Person, visitor: Person) -> None:
    """The clerk's line is cut: what is called is kept, signed, and taken when it is back."""
    cleo.page.context.set_offline(True)
    call(cleo, 1, "1,150,000")
    cleo.page.locator("[data-console-queue] li").wait_for(timeout=15_000)
    assert cleo.page.locator("[data-console-cut]").is_visible()
    assert "1,100,000" in screen(visitor)
    cleo.page.context.set_offline(False)
    see(visitor, lambda: "1,150,000" in screen(visitor), "the kept call")
    see(cleo, lambda: not cleo.page.locator("[data-console-queue] li").count(), "an empty queue")


def sell(hall: Hall, people: dict[str, Person]) -> None:
    cleo, bob, visitor = (people[name] for name in ("cleo", "bob", "visitor"))
    see(cleo, lambda: "1,150,000" in console_price(cleo), "the price before the warning")
    bob.page.locator("[data-my-state='outbid']").wait_for()
    for given in (1, 2):
        key(cleo, "w")
        see(bob, lambda given=given: _warnings(bob) == given, f"warning {given}")
        see(visitor, lambda given=given: visitor.page.locator(".call-dots .on").count() == given,
            f"warning {given}")  # fmt: skip
    assert bob.page.locator("[data-my-state='lost']").count() == 0
    see(cleo, lambda: cleo.page.locator("[data-hotkey='s']:enabled").count() == 1, "the sale's key")
    key(cleo, "s")
    bob.stands("lost")
    see(visitor, lambda: "成交" in screen(visitor), "the sale")
    assert builders.order_of_lot(hall.ctx, hall.lots[0])


def _warnings(person: Person) -> int:
    found = person.page.locator("[data-warnings]")
    return int(found.get_attribute("data-warnings") or 0) if found.count() else 0


def pass_the_second(hall: Hall, people: dict[str, Person]) -> None:
    cleo, visitor = people["cleo"], people["visitor"]
    cleo.page.locator("[data-hotkey='g']").wait_for()
    with cleo.page.expect_navigation():
        cleo.page.locator("[data-hotkey='g']").click()
    see(visitor, lambda: "圆柱滚子" in screen(visitor), "the second lot")
    for given in (1, 2):
        key(cleo, "w")
        see(visitor, lambda given=given: visitor.page.locator(".call-dots .on").count() == given,
            f"warning {given}")  # fmt: skip
    see(cleo, lambda: cleo.page.locator("[data-hotkey='n']:enabled").count() == 1, "the pass's key")
    key(cleo, "n")
    see(visitor, lambda: "未成交" in screen(visitor), "the pass")
    cleo.page.locator("[data-hotkey='g']").wait_for()
    with cleo.page.expect_navigation():
        cleo.page.locator("[data-hotkey='g']").click()
    with cleo.page.expect_navigation():
        cleo.page.locator("[data-hotkey='g']").click()
    with hall.ctx.reading() as db:
        assert roots.known(db, hall.session_id).state == "over"
