"""What the story does in the room: announce, sign up, pay, bid against each other, take the paper."""

from __future__ import annotations

import io
import re
import time
from datetime import datetime, timedelta

from pypdf import PdfReader

from marketplace.kernel.clock import SHANGHAI
from tests.browser.people import HOUSES, Person, wait_for
from tests.browser.shelf import answer

SOFT_CLOSE_SECONDS = 12
"""On a free machine; a busy one takes longer to bid in the last moment."""
SHORTENED = {"tender_notice_hours": 0, "tender_display_hours": 0, "tender_run_hours": 0}


def announce(people: dict[str, Person], listing_id: int, pace: float) -> tuple[int, datetime]:
    """Adam shortens the periods, Lin writes the notice and publishes it."""
    adam, lin = people["adam"], people["lin"]
    soft_close = round(SOFT_CLOSE_SECONDS * pace)
    for key, value in {**SHORTENED, "soft_close_seconds": soft_close}.items():
        adam.go("/admin/settings")
        row = adam.page.locator(f"[data-option='{key}']")
        row.locator("[name='value']").fill(str(value))
        row.locator("[name='why']").fill("浏览器测试缩短期限")
        with adam.page.expect_navigation():
            row.locator("button").click()
    opens_at = datetime.now(SHANGHAI).replace(microsecond=0) + timedelta(seconds=12 * pace)
    ends_at = opens_at + timedelta(seconds=40 * pace)
    lin.go(f"/trade/auctions/new?listing={listing_id}")
    lin.fill(
        mode="listed_bidding", start="800000", step="20000", deposit="120000",
        valuation_reason="经三家机构询价", deposit_account="浙江沃洲银行（演示）尾号 3316",
        opens_at=typed(opens_at), ends_at=typed(ends_at), display_from=typed(datetime.now(SHANGHAI)),
        display_place="本市场网站", formalities="实名注册、单位核验、缴纳保证金。",
        remarks="出价不可撤回。", defects="未发现瑕疵；无质押。",
    )  # fmt: skip
    lin.press("save")
    answer(lin)
    found = re.search(r"/auctions/(\d+)/check", lin.page.url)
    assert found, lin.text()
    lin.press("publish")
    return int(found.group(1)), ends_at


def typed(at: datetime) -> str:
    """As a date-and-time field takes it; a full minute would lose its seconds."""
    at += timedelta(seconds=1 if at.second == 0 else 0)
    return f"{at:%Y-%m-%dT%H:%M:%S}"


BIDDERS = ("bob", "carol", "dora")


def sign_up_and_pay(people: dict[str, Person], auction_id: int) -> None:
    tao = people["tao"]
    for name in BIDDERS:
        people[name].go(f"/trade/auctions/{auction_id}/sign-up")
        people[name].fill(accepts_rules=True, accepts_defects=True)
        people[name].press("sign_up")
        people[name].stands("waiting")
    for number, name in enumerate(BIDDERS):
        tao.go("/treasury/deposits")
        row = tao.page.locator("[data-deposit-id]", has_text=HOUSES[name][0])
        code = row.locator("[data-reference]").inner_text()
        enter_line(tao, name=HOUSES[name][0], remark=f"保证金 {code}", number=number)
    for name in BIDDERS:
        people[name].page.locator("#bid-maximum").wait_for(timeout=60_000)


def enter_line(tao: Person, *, name: str, remark: str, number: int) -> None:
    """The treasurer types one line of the bank's statement."""
    tao.go("/treasury/statement")
    tao.page.locator("details:has([data-line-form]) > summary").click()
    line = tao.page.locator("[data-line-form]")
    line.locator("[name='booked_on']").fill(datetime.now(SHANGHAI).date().isoformat())
    line.locator("[name='amount']").fill("120000")
    line.locator("[name='bank_reference']").fill(f"ICBC2026{number:04d}")
    line.locator("[name='counter_name']").fill(name)
    line.locator("[name='counter_account']").fill(f"62220000111122{number:02d}")
    line.locator("[name='remark']").fill(remark)
    with tao.page.expect_navigation():
        line.locator("[name='record']").click()


def compete(
    people: dict[str, Person], auction_id: int, ends_at: datetime, *, last_moment: float
) -> None:
    """Three bid and one watches; nobody reloads anything."""
    bob, carol, dora, visitor = (people[name] for name in (*BIDDERS, "visitor"))
    visitor.go(f"/trade/auctions/{auction_id}")
    for one in (bob, carol, dora, visitor):
        one.mark()
    before, nobody = countdown(visitor), leader(visitor)
    bob.bid(900_000)
    bob.stands("leading")
    wait_for(lambda: leader(visitor) != nobody, "the first leader", within=10)
    assert shown(visitor) == "800,000"
    bobs = leader(visitor)
    carol.bid(1_000_000)
    carol.stands("leading")
    bob.stands("outbid")
    wait_for(lambda: shown(visitor) == "920,000", "the second price", within=10)
    wait_for(lambda: leader(visitor) not in (bobs, nobody), "the next leader", within=10)
    dora.bid(960_000)
    dora.stands("outbid")
    for one in (bob, carol, visitor):
        wait_for(lambda one=one: shown(one) == "980,000", f"{one.name}'s price", within=10)
    assert countdown(visitor) != before, "the countdown stands still"
    late = ends_at - timedelta(seconds=last_moment)
    bob.page.locator("#bid-maximum").fill("1,200,000")
    time.sleep(max(0.0, (late - datetime.now(SHANGHAI)).total_seconds()))
    bob.bid(1_200_000)
    bob.stands("leading")
    wait_for(lambda: end_of(visitor) > ends_at, "the moved end", within=10)
    assert shown(visitor) == "1,020,000"
    reloaded = [one.name for one in (bob, carol, dora, visitor) if not one.is_marked()]
    assert not reloaded, f"these pages were reloaded: {reloaded}"
    end = end_of(visitor)
    bob.stands("won", within=120)
    assert datetime.now(SHANGHAI) >= end, "closed before its time"
    carol.stands("lost")
    assert shown(visitor) == "1,020,000"


def shown(person: Person) -> str:
    """The price as the page shows it now, without the sign and the fen."""
    words = person.page.locator("[data-room-now] .price").first.inner_text()
    return words.strip().lstrip("¥￥").removesuffix(".00").strip()


def leader(person: Person) -> str:
    """The words that name who leads, under the alias that everybody sees."""
    words = person.page.locator("[data-room-now] .price").first.locator("xpath=../following::p[1]")
    return str(words.inner_text()).split("，")[0]


def countdown(person: Person) -> str:
    return str(person.page.locator("[data-room-now] .when").inner_text())


def end_of(person: Person) -> datetime:
    """The end that the page names, in server time."""
    found = re.search(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", countdown(person))
    assert found, countdown(person)
    return datetime.fromisoformat(found.group(1)).replace(tzinfo=SHANGHAI)


def take_the_paper(people: dict[str, Person], auction_id: int) -> None:
    """The winner downloads the deal confirmation; a stranger confirms its code."""
    bob, visitor = people["bob"], people["visitor"]

    def link() -> str | None:
        bob.go(f"/trade/auctions/{auction_id}")
        found = bob.page.locator("a[href*='/papers/']", has_text="成交确认书")
        return found.first.get_attribute("href") if found.count() else None

    path = wait_for(link, "the deal confirmation", every=0.5)
    answer = bob.page.request.get(bob.market.url + path)
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.body())).pages)
    assert HOUSES["bob"][0] in text
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}(?:-[0-9A-Z]{4})*", text)
    assert code, text
    visitor.go(f"/papers/verify?code={code.group(0)}")
    assert visitor.page.locator("[data-paper-number]").count() == 1
    assert HOUSES["bob"][0] not in visitor.text()
    refused = visitor.page.request.get(bob.market.url + path)
    assert refused.status == 404
