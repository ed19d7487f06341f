"""What the story does on the shelf: list in steps, correct after a return, publish, find."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from marketplace.kernel.clock import SHANGHAI
from tests.browser.people import HOUSES, Person, wait_for

PATENT, KNOW_HOW = "低噪声深沟球轴承保持架", "轴承套圈超声清洗工艺"
CONTENT = {
    "summary": "两段曲率兜孔，使滚珠始终两点接触，降低啸叫。",
    "problem": "轴承在 3,000 r/min 以上时，滚珠与兜孔单侧贴合，形成啸叫。",
    "solution": "兜孔由单一球面改为入口和底部两段不同曲率，用弹性胀具一次压合。",
    "advantage": "6204 轴承振动值由 46 dB 降至 38 dB，检测报告 2025-0817。",
    "cluster": "bearings",
    "trl": "7",
    "keywords": "轴承，保持架",
}


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
