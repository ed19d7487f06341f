"""The pages of a contract: fill, amend, agree, sign after a fresh sign-in, download, register."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import docx
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from marketplace.kernel.errors import Conflict, Invalid
from marketplace.trade.contracts import commands, registered
from marketplace.trade.contracts.registration_form import TYPED as REGISTRATION_FIELDS
from tests.integration.trade.contract_world import DealWorld
from tests.integration.trade.world import Browser
from tests.unit.trade.contract_cases import TYPED


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def path(contract_id: int, rest: str = "") -> str:
    return f"/trade/contracts/{contract_id}{rest}"


def test_two_browsers_go_from_the_order_to_the_seal(world, app):
    order_id = world.agreed()
    alice, bob = Browser(app, world, world.alice), Browser(app, world, world.bob)
    assert "data-contract-slot" in alice.text(f"/trade/orders/{order_id}")
    begun = alice.post(f"/trade/contracts/of-order/{order_id}")
    assert begun.status_code == 303
    contract_id = int(begun.location.rsplit("/", 1)[1])
    page = alice.text(path(contract_id), lang="en")
    assert 'data-missing="acceptance"' in page
    assert "Preview (PDF)" not in page

    form = alice.text(path(contract_id, "/fill"))
    names = re.findall(r'name="blank-(\w+)"', form)
    typed = {f"blank-{name}": TYPED[name] for name in names if name in TYPED}
    assert alice.post(path(contract_id, "/fill"), version=1, **typed).status_code == 303
    assert "data-missing" not in alice.text(path(contract_id))
    assert alice.post(path(contract_id, "/propose"), version=2).status_code == 303

    texts = {"clause-secrecy": "保密期限自签订之日起十年"}
    changed = bob.post(path(contract_id, "/amend"), version=2, why="行业惯例", **texts)
    assert changed.status_code == 303
    page = alice.text(path(contract_id))
    assert "<del>五</del><ins>十</ins>" in page
    assert "<ins>" not in alice.text(path(contract_id), clean=1)
    assert alice.post(path(contract_id, "/agree"), version=3).status_code == 303

    assert bob.post(path(contract_id, "/signing"), version=3).status_code == 303
    world.deliver()
    sha256 = world.paper(contract_id).sha256
    for browser, name in ((alice, "Alice"), (bob, "Bob")):
        assert sha256 in browser.text(path(contract_id, "/sign"))
        values = {"version": 3, "sha256": sha256, "name": name, "has_read": "y"}
        assert browser.post(path(contract_id, "/sign"), **values).status_code == 303
    assert world.row(contract_id).state == "sealed"
    world.deliver()
    assert "Signed by both sides" in bob.text(path(contract_id), lang="en")
    assert world.order(contract_id).number in bob.text(path(contract_id))


def test_signing_asks_for_the_password_again_after_ten_minutes(world, app):
    contract_id = world.at_signing()
    alice = Browser(app, world, world.alice)
    world.clock.forward(minutes=11)
    for answer in (
        alice.get(path(contract_id, "/sign")),
        alice.post(path(contract_id, "/sign"), version=2, name="Alice", has_read="y"),
    ):
        assert answer.status_code == 303
        assert "/identity/" in answer.location
    assert world.page(contract_id, world.alice).mine.signed_at is None


def test_what_is_refused_stands_on_the_page_with_what_was_typed(world, app):
    contract_id = world.consented()
    world.amend(contract_id, world.alice, heading="补充", text="受让人改进成果无偿归让与人。")
    world.agree(contract_id)
    alice = Browser(app, world, world.alice)
    answer = alice.post(path(contract_id, "/signing"), version=world.version(contract_id))
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert 'data-finding="grant_back_one_sided"' in html
    assert "reason-grant_back_one_sided" in html
    bad = alice.post(path(contract_id, "/amend"), version=1, why="x", heading="没有正文")
    assert bad.status_code == 409, "another version stands there now"
    assert "没有正文" in bad.get_data(as_text=True)


@pytest.mark.law("L51")
def test_without_a_required_item_there_is_no_file_to_download(world, app):
    contract_id = world.begun()
    alice = Browser(app, world, world.alice)
    for rest in ("/preview.pdf", "/words.docx"):
        assert alice.get(path(contract_id, rest)).status_code == 422
    world.fill(contract_id)
    pdf = alice.get(path(contract_id, "/preview.pdf"))
    assert pdf.headers["Cache-Control"] == "no-store, private"
    text = PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert "预览稿" in text
    word = docx.Document(io.BytesIO(alice.get(path(contract_id, "/words.docx")).data))
    assert any("验收标准和方法" in one.text for one in word.paragraphs)
    old = alice.get(path(contract_id, "/words.docx"), version=1)
    assert old.status_code == 422


@pytest.mark.threat("T8")
def test_strangers_find_no_page_and_no_file(world, app):
    contract_id = world.sealed()
    mallory = Browser(app, world, world.mallory)
    for rest in ("", "/fill", "/amend", "/sign", "/preview.pdf", "/words.docx", "/registration",
                 "/registration.csv", "/registration.xlsx"):  # fmt: skip
        assert mallory.get(path(contract_id, rest)).status_code == 404, rest
    for rest in ("/fill", "/amend", "/propose", "/agree", "/signing", "/registration"):
        answer = mallory.post(path(contract_id, rest), version=2, why="x")
        assert answer.status_code in (404, 422), rest
    paper_id = world.paper(contract_id).id
    assert mallory.get(f"/papers/{paper_id}/file").status_code == 404
    assert Browser(app, world).get(path(contract_id)).status_code in (302, 303)
    bob = Browser(app, world, world.bob)
    assert bob.get(f"/papers/{paper_id}/file").data == world.file(contract_id)


@pytest.mark.threat("T16")
def test_typed_words_are_shown_as_text(world, app):
    contract_id = world.begun()
    world.fill(contract_id, object="<script>alert(1)</script>")
    world.propose(contract_id)
    world.amend(contract_id, world.bob, heading="<img src=x>", text="<b onclick=x>条款</b>")
    html = Browser(app, world, world.alice).text(path(contract_id))
    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "&lt;script&gt;" in html


def test_the_check_page_tells_roles_times_and_fingerprints_but_no_names(world, app, client):
    contract_id = world.at_signing()
    world.sign(contract_id, world.alice)
    code = world.paper(contract_id).code
    html = client.get("/papers/verify", query_string={"code": code, "lang": "en"}).get_data(
        as_text=True
    )
    assert "转让方" in html
    assert "Not signed yet" in html
    assert "Signed the file with this SHA-256." in html
    for secret in ("越州理工大学", "浙江启衡", "Alice", "920,000", "谐波减速器"):
        assert secret not in html


# -- registration -----------------------------------------------------------------------------


def found(world, contract_id):
    with world.ctx.reading() as db:
        return registered.page(db, world.alice.actor, contract_id=contract_id)


@pytest.mark.law("L47")
def test_the_export_has_every_field_of_the_form(world, app):
    contract_id = world.sealed()
    alice = Browser(app, world, world.alice)
    values = {
        "valid_from": world.today.isoformat(),
        "technical_field": "manufacturing",
        "technical": "800,000",
        "seller_nature": "022",
        "buyer_nature": "150",
        "seller_country": "156",
        "buyer_country": "156",
        "seller_region": "330624",
        "buyer_region": "330624",
        "related": "否",
        "handler": "=cmd()",
    }
    answer = alice.post(path(contract_id, "/registration"), **values)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(
        alice.get(path(contract_id, "/registration.csv")).data.decode("utf-8-sig"))))  # fmt: skip
    fields = dict(zip(*rows, strict=True))
    assert fields["项目名称"] == "谐波减速器柔轮热处理工艺"
    assert fields["合同类别"] == "技术转让"
    assert fields["卖方名称"] == "越州理工大学"
    assert fields["卖方性质"] == "高等院校"
    assert fields["买方国别代码"] == "156"
    assert fields["签订日期"] == world.today.isoformat()
    assert fields["合同总金额（元）"] == "920000.00"
    assert fields["技术交易额（元）"] == "800000.00"
    assert fields["知识产权类型"] == "发明专利"
    assert fields["技术领域"] == "先进制造"
    assert fields["支付方式"] == "分期支付"
    assert fields["经办人"] == "'=cmd()"
    sheet = load_workbook(
        io.BytesIO(alice.get(path(contract_id, "/registration.xlsx")).data)
    ).active
    assert [cell.value for cell in sheet[1]] == list(fields)
    assert "f" not in {cell.data_type for cell in sheet[2]}


@pytest.mark.law("L47")
def test_the_office_answers_in_order_and_within_ten_days(world):
    contract_id = world.sealed()
    day = world.clock().date()

    def answer(what: str, on=day, number: str = "") -> None:
        commands.record_registration(
            world.alice.ctx, commands.RecordRegistration(contract_id, what, on=on, number=number)
        )

    with pytest.raises(Conflict):
        answer("registered", number="2026330000001234")
    with pytest.raises(Invalid):
        answer("accepted", on=day + timedelta(days=2))
    answer("accepted")
    page = found(world, contract_id)
    assert page.state == "accepted"
    assert page.due_on >= day + timedelta(days=10)
    with pytest.raises(Invalid):
        answer("registered", number="HT-1")
    answer("registered", number="2026330000001234")
    assert found(world, contract_id).registration_number == "2026330000001234"
    with pytest.raises(Conflict):
        answer("refused")


def test_the_buyer_sees_no_registration_form_and_nobody_before_the_seal(world, app):
    contract_id = world.at_signing()
    fields = commands.FillRegistration(contract_id, dict.fromkeys(REGISTRATION_FIELDS, ""))
    with pytest.raises(Conflict):
        commands.fill_registration(world.alice.ctx, fields)
    world.sign(contract_id, world.alice)
    world.sign(contract_id, world.bob)
    bob = Browser(app, world, world.bob)
    assert bob.get(path(contract_id, "/registration")).status_code == 403
    too_much = commands.FillRegistration(contract_id, {}, technical_minor=92_000_001)
    with pytest.raises(Invalid):
        commands.fill_registration(world.alice.ctx, too_much)
