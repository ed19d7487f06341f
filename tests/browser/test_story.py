"""The market's main story, with everybody at his own browser at the same time.

An enterprise signs up, is verified, lists a patent and an achievement, gets them back and gets them
published; a visitor finds them; the lot is scheduled, three organisations pay and bid against each
other without reloading, a late bid moves the end, the lot closes at its instant, and the winner's
deal confirmation is confirmed by anybody who holds its code.
"""

from __future__ import annotations

import io
import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from tests.browser.people import Person, newcomer, wait_for
from tests.integration.identity.acting import CODES
from tests.integration.showcase.stage import PDF_BYTES, png

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUSES = {
    "alice": ("剡溪轴承有限公司", "enterprise", CODES[0]),
    "bob": ("越州理工大学", "university", CODES[2]),
    "carol": ("新昌恒颂轴承有限公司", "enterprise", CODES[3]),
    "dora": ("绍兴冷拓制冷科技有限公司", "enterprise", CODES[1]),
}
STAFF = ("rui", "lin", "tao", "adam")
PATENT, KNOW_HOW = "低噪声深沟球轴承保持架", "轴承套圈超声清洗工艺"
SOFT_CLOSE_SECONDS = 12
SHORTENED = {
    "tender_notice_hours": 0,
    "tender_display_hours": 0,
    "tender_run_hours": 0,
    "soft_close_seconds": SOFT_CLOSE_SECONDS,
}
CONTENT = {
    "summary": "两段曲率兜孔，使滚珠始终两点接触，降低啸叫。",
    "problem": "轴承在 3,000 r/min 以上时，滚珠与兜孔单侧贴合，形成啸叫。",
    "solution": "兜孔由单一球面改为入口和底部两段不同曲率，用弹性胀具一次压合。",
    "advantage": "6204 轴承振动值由 46 dB 降至 38 dB，检测报告 2025-0817。",
    "cluster": "bearings",
    "trl": "7",
    "keywords": "轴承，保持架",
}


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
    compete(people, auction_id, ends_at)
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


# -- listing, review, search ------------------------------------------------------------------


def list_and_publish(people: dict[str, Person], folder: Path) -> int:
    alice, rui = people["alice"], people["rui"]
    patent = begin(alice, "patent")
    alice.fill(number="２０１３１０６９９７４４ ２", filed_on="2013-12-18", granted_on="2016-05-04")
    alice.press("next")
    describe(alice, PATENT, ipc="F16C 33/38", title_en="Low-noise cage for deep-groove bearings")
    own(alice, with_status=True)
    attach(alice, folder)
    price(alice, pricing_mode="auction")
    submit(alice)
    begin(alice, "achievement")
    describe(alice, KNOW_HOW, title_en="Ultrasonic cleaning of bearing rings")
    own(alice, with_status=False)
    attach(alice, folder)
    price(alice, pricing_mode="listed")
    submit(alice)
    return_and_correct(alice, rui, patent)
    rui.approve(KNOW_HOW)
    rui.approve(PATENT)
    find(people["visitor"], patent)
    return patent


def begin(alice: Person, kind: str) -> int:
    alice.go("/showcase/listings/new")
    alice.press("kind", kind)
    found = re.search(r"/listings/(\d+)/edit", alice.page.url)
    assert found, alice.page.url
    return int(found.group(1))


def describe(alice: Person, title: str, **more: str) -> None:
    """The second step; what is typed is kept without any button."""
    with alice.page.expect_response(lambda one: "/autosave" in one.url) as kept:
        alice.fill(title=title, **CONTENT, **more)
    assert kept.value.status == 200
    wait_for(lambda: not alice.page.evaluate(UNSAVED), "the autosave", every=0.3)
    alice.page.reload()
    assert alice.page.locator("[name='title']").input_value() == title
    alice.press("next")


UNSAVED = "() => Object.keys(localStorage).some(key => key.includes('/edit/content/'))"


def own(alice: Person, *, with_status: bool) -> None:
    today = datetime.now(SHANGHAI).date()
    if with_status:
        alice.fill(
            legal_status="granted",
            status_checked_on=(today - timedelta(days=2)).isoformat(),
            status_source="国家知识产权局公开查询",
        )
    alice.fill(owners__0__name=HOUSES["alice"][0], inventors="俞素琴", defects="未发现瑕疵。")
    alice.press("next")


def attach(alice: Person, folder: Path) -> None:
    """A picture and a public document: stored as soon as they are chosen."""
    for role, name in (("picture", "drawing.png"), ("public", "licence.pdf")):
        with alice.page.expect_response(lambda one: "/files/" in one.url) as sent:
            alice.page.set_input_files(f"#upload-{role}", str(folder / name))
        assert sent.value.status == 200
    alice.press("next")


def price(alice: Person, *, pricing_mode: str) -> None:
    alice.fill(transfer_modes=["assignment"], pricing_mode=pricing_mode, price="80万")
    alice.press("next")


def submit(alice: Person) -> None:
    """Answer what is asked, declare, submit."""
    answer(alice)
    alice.fill(declared=True)
    alice.press("submit")
    assert "/mine" in alice.page.url, alice.text()


def answer(person: Person) -> None:
    for asked in person.page.locator("main [data-finding] input").all():
        asked.fill("已核对，证明文件随附。")


def return_and_correct(alice: Person, rui: Person, patent: int) -> None:
    why = "摘要请写明适用的轴承型号。"
    rui.open_case(PATENT)
    assert rui.page.locator("[data-check]").count() >= 3, "automatic checks stand beside it"
    rui.page.locator("form:has([name='reasons']) summary").click()
    rui.page.locator("[name='reasons']").first.check()
    rui.fill(text=why)
    rui.press("decision", "return")
    alice.go(f"/showcase/listings/{patent}/edit/content")
    assert why in alice.text()
    alice.fill(summary="适用于 6204 型轴承：两段曲率兜孔，使滚珠始终两点接触，降低啸叫。")
    for _step in range(4):
        alice.press("next")
    submit(alice)


def find(visitor: Person, patent: int) -> None:
    """Found within 2 s of the approval, whatever way it is asked for."""
    mark = f"[data-listing-id='{patent}']"

    def finds(query: str) -> bool:
        visitor.go(f"/catalogue/?{query}")
        return bool(visitor.page.locator(mark).count())

    wait_for(lambda: finds("q=保持架"), "the listing in the search", within=4)
    for query in ("q=deep-groove", "q=baochijia", "q=ZL 2013 1 0699744.2", "q=２０１３１０６９９７４４２",
                  "q=保持架&cluster=bearings"):  # fmt: skip
        assert finds(query), query
    assert not finds("q=保持架&cluster=robots")
    with visitor.page.expect_navigation():
        finds("q=保持架")
        visitor.page.locator(f"{mark} a").first.click()
    assert PATENT in visitor.text()


# -- the auction ------------------------------------------------------------------------------


def announce(people: dict[str, Person], listing_id: int, pace: float) -> tuple[int, datetime]:
    """Adam shortens the periods, Lin writes the notice and publishes it."""
    adam, lin = people["adam"], people["lin"]
    for key, value in SHORTENED.items():
        adam.go("/admin/settings")
        row = adam.page.locator(f"[data-option='{key}']")
        row.locator("[name='value']").fill(str(value))
        row.locator("[name='why']").fill("浏览器测试缩短期限")
        with adam.page.expect_navigation():
            row.locator("button").click()
    opens_at = datetime.now(SHANGHAI).replace(microsecond=0) + timedelta(seconds=12 * pace)
    ends_at = opens_at + timedelta(seconds=50 * pace)
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
        row.locator("summary").click()
        row.locator("[name='amount']").fill("120000")
        row.locator("[name='bank_reference']").fill(f"ICBC2026{number:04d}")
        with tao.page.expect_navigation():
            row.locator("[name='record']").click()
    for name in BIDDERS:
        people[name].page.locator("#bid-maximum").wait_for(timeout=60_000)


def compete(people: dict[str, Person], auction_id: int, ends_at: datetime) -> None:
    """Three bid and one watches; nobody reloads anything."""
    bob, carol, dora, visitor = (people[name] for name in (*BIDDERS, "visitor"))
    visitor.go(f"/trade/auctions/{auction_id}")
    for one in (bob, carol, dora, visitor):
        one.mark()
    before, nobody = countdown(visitor), leader(visitor)
    bob.bid(900_000)
    bob.stands("leading")
    wait_for(lambda: shown(visitor) == "800,000", "the first price", within=10)
    bobs = leader(visitor)
    assert bobs != nobody
    carol.bid(1_000_000)
    carol.stands("leading")
    bob.stands("outbid")
    wait_for(lambda: shown(visitor) == "920,000", "the second price", within=10)
    assert leader(visitor) not in (bobs, nobody)
    dora.bid(960_000)
    dora.stands("outbid")
    for one in (bob, carol, visitor):
        wait_for(lambda one=one: shown(one) == "980,000", f"{one.name}'s price", within=10)
    assert countdown(visitor) != before, "the countdown stands still"
    late = ends_at - timedelta(seconds=SOFT_CLOSE_SECONDS / 2)
    bob.page.locator("#bid-maximum").fill("1,200,000")
    time.sleep(max(0.0, (late - datetime.now(SHANGHAI)).total_seconds()))
    bob.bid(1_200_000)
    bob.stands("leading")
    wait_for(lambda: end_of(visitor) > ends_at, "the moved end", within=10)
    assert shown(visitor) == "1,020,000"
    reloaded = [one.name for one in (bob, carol, dora, visitor) if not one.is_marked()]
    assert not reloaded, f"these pages were reloaded: {reloaded}"
    end = end_of(visitor)
    bob.stands("won", within=60)
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
