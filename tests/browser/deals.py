"""What people do with their hands in a deal: offer, show in public, write, sign, pay, deliver."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from marketplace.kernel.clock import SHANGHAI
from tests.browser.people import Person, wait_for
from tests.browser.timed import MovableClock
from tests.fake_stripe import FakeStripe
from tests.integration.showcase.stage import PDF_BYTES

BLANKS = {
    "seller_address": "越州市科技大道 1 号", "buyer_address": "新昌县轴承路 6 号",
    "place": "浙江省新昌县", "materials": "图纸四册、工艺文件一套",
    "acceptance": "6204 型轴承振动值不大于 38 dB，由双方现场检测合格。",
}  # fmt: skip
HEAD = "交易日期,收入金额,支出金额,对方户名,对方账号,附言,交易流水号"
CHARGES = Decimal("88.00")
"""What the provider keeps of its payout."""
SUM = r"¥[\d,]+\.\d\d"
Pay = Callable[["Deal"], None]
"""How the buyer pays what the order asks: by bank transfer, or on a card provider's page."""


@dataclass
class Deal:
    """Everybody of a deal with his browser; Alice sells and Bob buys."""

    people: Mapping[str, Person]
    clock: MovableClock
    folder: Path
    houses: Mapping[str, str]
    order_id: int = 0
    rows: int = 0

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def order(self) -> str:
        return f"/trade/orders/{self.order_id}"

    def today(self) -> str:
        return self.clock().astimezone(SHANGHAI).date().isoformat()


def send(person: Person, action: str, *, file: Path | None = None, **values: str | bool) -> None:
    """Fill the form that leads there, wherever it stands in the page, and press its button."""
    form = person.page.locator(f"main form[action$='{action}']").first
    form.wait_for(state="attached")
    form.evaluate("e => { const d = e.closest('details'); if (d) d.open = true }")
    for name, value in values.items():
        found = form.locator(f"[name='{name}']")
        kind = found.first.get_attribute("type") or found.first.evaluate("e => e.localName")
        if kind == "radio":
            form.locator(f"[name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            found.first.check()
        elif kind == "select":
            found.first.select_option(str(value))
        else:
            found.first.fill(str(value))
    if file is not None:
        form.locator("input[type='file']").set_input_files(str(file))
    with person.page.expect_navigation():
        form.locator("button").first.click()


def number_in(person: Person, pattern: str) -> int:
    found = re.search(pattern, person.page.url)
    assert found, (person.page.url, person.text()[:800])
    return int(found.group(1))


def found_in(words: str, pattern: str) -> str:
    found = re.search(pattern, words)
    assert found, words
    return found[0]


def plain(shown: str) -> str:
    """A sum of a page as a bank's file gives it."""
    return shown.lstrip("¥").replace(",", "")


def notified(person: Person, words: str) -> None:
    """The inbox says so, in time."""

    def found() -> bool:
        person.go("/notify/inbox")
        return words in person.text()

    wait_for(found, f"«{words}» in {person.name}'s inbox", every=0.3)


def shows(person: Person, path: str, selector: str, what: str) -> None:
    """Open the page until it shows that."""

    def found() -> bool:
        person.go(path)
        return bool(person.page.locator(selector).count())

    wait_for(found, f"{what} on {path}", every=0.3)


# -- to the agreement -------------------------------------------------------------------------------


def offer_and_accept(deal: Deal, listing_id: int, title: str, yuan: int) -> None:
    """Bob finds the listing and offers; Alice hears of it, sees it and accepts."""
    deal.bob.go(f"/showcase/listings/{listing_id}")
    with deal.bob.page.expect_navigation():
        deal.bob.page.locator(f"main a[href*='/trade/offers/new/{listing_id}']").first.click()
    send(deal.bob, f"/offers/new/{listing_id}", mode="assignment", price=f"{yuan}",
         message="用于 6204 型产线。")  # fmt: skip
    offer_id = number_in(deal.bob, r"/offers/(\d+)$")
    notified(deal.alice, title)
    deal.alice.go(f"/trade/offers/{offer_id}")
    assert f"{yuan:,}.00" in deal.alice.text()
    send(deal.alice, f"/offers/{offer_id}/accept", authorised=True)
    deal.order_id = number_in(deal.alice, r"/orders/(\d+)$")


def show_in_public(deal: Deal) -> None:
    """The law's contents, the fifteen days by the clock, and the certificate at the end."""
    assert deal.alice.page.locator("[data-turn='start_publicity']").count() == 1
    deal.alice.go(f"/trade/publicity/start/{deal.order_id}")
    send(
        deal.alice, f"/publicity/start/{deal.order_id}",
        summary="两段曲率兜孔保持架，振动值由 46 dB 降至 38 dB。", basis="经三家机构询价确定。",
        completers="俞素琴、石文静", procedure="书面向科研处提出，十个工作日内答复。",
        contact="科研处 0575-00000001", unit_place="学校信息公开栏", unit_from=deal.today(),
    )  # fmt: skip
    shown = number_in(deal.alice, r"/publicity/(\d+)$")
    deal.visitor.go("/trade/publicity/")
    assert deal.visitor.page.locator(f"a[href$='/publicity/{shown}']").count() == 1
    deal.bob.go(deal.order)
    assert deal.bob.page.locator("[data-turn='publicity_runs']").count() == 1
    last = re.findall(r"\d{4}-\d\d-\d\d", deal.alice.text())
    day = datetime.fromisoformat(max(last)).replace(tzinfo=SHANGHAI) + timedelta(days=1)
    deal.clock.to(day + timedelta(hours=9))
    everybody_again(deal)
    shows(deal.alice, deal.order, "[data-turn='sign']", "the end of the public notice")
    notified(deal.bob, "公示")


def everybody_again(deal: Deal) -> None:
    """After so many days every session has ended."""
    for person in deal.people.values():
        if person.name != "visitor":
            person.page.context.clear_cookies()
            person.sign_in()


# -- the contract -----------------------------------------------------------------------------------


def write_and_sign(deal: Deal) -> None:
    """Written from the order, filled in, agreed, fixed as a file, signed by both."""
    alice, bob = deal.alice, deal.bob
    alice.go(deal.order)
    with alice.page.expect_navigation():
        alice.page.locator("main form button[name='begin']").click()
    number = number_in(alice, r"/contracts/(\d+)")
    path = f"/trade/contracts/{number}"
    alice.go(f"{path}/fill")
    asked = alice.page.locator("main [name^='blank-']")
    for field in asked.all():
        name = (field.get_attribute("name") or "").removeprefix("blank-")
        if name in BLANKS:
            field.fill(BLANKS[name])
    with alice.page.expect_navigation():
        alice.page.locator("main button[name='fill']").click()
    send(alice, f"{path}/propose")
    notified(bob, "合同")
    bob.go(path)
    send(bob, f"{path}/agree")
    alice.go(path)
    send(alice, f"{path}/signing")
    for person in (alice, bob):
        shows(person, path, "a[href$='/sign']", "the file to sign")
        person.go(f"{path}/sign")
        send(person, f"{path}/sign", name=person.name.title(), has_read=True)
        assert "/sign" not in person.page.url.removeprefix(person.market.url)[-5:], person.text()
    shows(bob, deal.order, "[data-turn='pay'], [data-turn='deliver']", "the call for the money")


# -- the money --------------------------------------------------------------------------------------


def statement(deal: Deal, *rows: tuple[str, str, str, str]) -> None:
    """Tao uploads what the bank gives and takes its good rows: (in, out, name, remark)."""
    lines = [HEAD]
    for income, expense, name, remark in rows:
        deal.rows += 1
        account, number = f"62220000111{deal.rows:05d}", f"BANK{deal.rows:06d}"
        lines.append(f"{deal.today()},{income},{expense},{name},{account},{remark},{number}")
    file = deal.folder / f"statement-{deal.rows}.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8-sig")
    deal.tao.go("/treasury/statement")
    send(deal.tao, "/treasury/statement", file=file)
    with deal.tao.page.expect_navigation():
        deal.tao.page.locator("main button[name='take']").click()


def pay_by_bank(deal: Deal) -> None:
    """Bob transfers what the page asks with its code; the treasurer's statement shows it."""
    deal.bob.go(deal.order)
    words = deal.bob.page.locator("[data-turn='pay']").inner_text()
    code, asked = found_in(words, r"DD\d{4}-[0-9A-Z]+"), found_in(words, SUM)
    statement(deal, (plain(asked), "", deal.houses["bob"], f"货款 {code}"))
    shows(deal.bob, deal.order, "[data-turn='deliver']", "the money in escrow")
    notified(deal.alice, "款项进入监管")


def pay_by_card(fake: FakeStripe) -> Pay:
    """Bob pays on the provider's page; it tells the market, and pays out to the bank next day."""

    def pay(deal: Deal) -> None:
        deal.bob.go(deal.order)
        words = deal.bob.page.locator("[data-turn='pay']").inner_text()
        asked = plain(found_in(words, SUM))
        with deal.bob.page.expect_navigation(url=f"{fake.url}/**"):
            deal.bob.page.locator("[data-turn='pay'] button[name='pay']").click()
        with deal.bob.page.expect_navigation(url=f"{deal.bob.market.url}/**"):
            deal.bob.page.locator("button").click()
        deal.bob.page.wait_for_selector("[data-attempt='paid']")
        shows(deal.bob, deal.order, "[data-turn='deliver']", "the money in escrow")
        notified(deal.alice, "款项进入监管")
        arrived = f"{Decimal(asked) - CHARGES:.2f}"
        statement(deal, (arrived, "", "支付服务商", "PAYOUT po_1"))
        deal.tao.go("/treasury/statement")
        send(deal.tao, "/move", why="po_1", charges=f"{CHARGES:.2f}")

    return pay


def pay_out(deal: Deal) -> None:
    """Tess approves, Tao sends, the bank's next statement shows that it was carried out."""
    deal.tess.go("/treasury/instructions")
    row = deal.tess.page.locator("[data-instruction-id]", has_text=deal.houses["alice"]).first
    with deal.tess.page.expect_navigation():
        row.locator("button[name='approve']").click()
    deal.tao.go("/treasury/instructions?tab=approved")
    with deal.tao.page.expect_navigation():
        deal.tao.page.locator("main button[name='send']").click()
    deal.tao.go("/treasury/instructions?tab=sent")
    row = deal.tao.page.locator("[data-instruction-id]", has_text=deal.houses["alice"]).first
    words = row.inner_text()
    number, asked = found_in(words, r"FK\d+"), found_in(words, SUM)
    statement(deal, ("", plain(asked), deal.houses["alice"], number))
    deal.tao.go("/treasury/instructions?tab=done")
    assert number in deal.tao.text()


def deliver_and_accept(deal: Deal) -> None:
    """Handed over, accepted, registered: an assignment is paid out by the register's notice."""
    alice, bob = deal.alice, deal.bob
    paper = deal.folder / "notice.pdf"
    paper.write_bytes(PDF_BYTES)
    alice.go(deal.order)
    send(alice, "/files/delivery", file=paper)
    send(alice, f"{deal.order}/deliver", text="图纸四册、工艺文件一套，清单随附。")
    shows(bob, deal.order, "[data-turn='accept']", "the delivery")
    send(bob, f"{deal.order}/accept")
    alice.go(deal.order)
    assert alice.page.locator("[data-turn='show_certificate']").count() == 1
    send(alice, "/files/certificate", file=paper)
    send(alice, f"{deal.order}/certificate", number="2026000123", issued_on=deal.today(),
         owner_name=deal.houses["bob"])  # fmt: skip
    assert alice.page.locator("[data-stage-state='released']").count() == 1
    notified(bob, "交易完成")


def on_the_board(deal: Deal, title: str, yuan: int) -> None:
    """Anybody reads the deal, its price and its parties."""

    def found() -> bool:
        deal.visitor.go("/showcase/deals/")
        return title in deal.visitor.text()

    wait_for(found, "the deal on the board", every=0.3)
    words = deal.visitor.text()
    assert f"{yuan:,}" in words
    assert deal.houses["alice"] in words
