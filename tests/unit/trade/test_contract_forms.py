"""Every kind of contract says what the law asks, in good Chinese, and nothing without its ★."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import docx
import pytest
from pypdf import PdfReader

from marketplace.kernel.errors import Invalid
from marketplace.showcase.listings.consents import Answer
from marketplace.showcase.listings.content import FirstRefusal, Owner
from marketplace.trade.contracts import sheets
from marketplace.trade.contracts.facts import PATENT_ITEMS, missing
from marketplace.trade.contracts.forms_of_law import KINDS, form_of, kinds_for
from marketplace.trade.contracts.gates import word_findings
from marketplace.trade.contracts.word_export import word_file
from marketplace.trade.contracts.wording import TO_FILL
from rules.enumerations import TransferMode
from tests.unit.trade.contract_cases import (
    FILED,
    LICENCE,
    NOW,
    NUMBER,
    PLEDGE,
    TODAY,
    TYPED,
    YUAN,
    basis,
    patent,
    royalty,
    said,
    version,
)

SITE = SimpleNamespace(settings=SimpleNamespace(base_url="http://localhost", name="新昌科技大市场"))


def case(kind: str, **changes):
    right = patent() if kind in ("transfer", "licence") else None
    return basis(kind, changes.pop("right", right), **changes)


def pdf_text(words) -> str:
    contract, row = version(words)
    reader = PdfReader(io.BytesIO(sheets.preview(SITE, contract, row)))
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def plain(text: str) -> str:
    return "".join(text.split())


@pytest.mark.law("L51")
@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_of_every_kind_names_parties_capitals_and_every_required_item(kind):
    words = said(case(kind), kind)
    text = pdf_text(words)
    form = form_of(kind)
    for part in (
        words.facts["title"],
        "剡溪轴承研究院",
        "12330624MB0000017W",
        "浙江恒颂轴承有限公司",
        "91330624MA00000429",
        "人民币920,000.00元（大写：玖拾贰万元整）",
        "人民币276,000.00元（大写：贰拾柒万陆仟元整）",
        "HT-2026-0003",
        "预览稿",
        *(TYPED[name] for name in form.required if name in TYPED),
    ):
        assert plain(part) in text, part
    assert plain(TO_FILL) not in text
    assert "{" not in text


@pytest.mark.law("L51")
@pytest.mark.parametrize("kind", ["transfer", "licence"])
def test_a_patent_stands_there_with_its_six_items(kind):
    text = pdf_text(said(case(kind), kind))
    last = FILED.replace(year=FILED.year + 20) - timedelta(days=1)
    for item in ("砂轮修整器", "剡溪轴承研究院", FILED.isoformat(), NUMBER, f"ZL{NUMBER}",
                 last.isoformat()):  # fmt: skip
        assert item in text, item


@pytest.mark.law("L51")
@pytest.mark.parametrize("kind", KINDS)
def test_without_one_required_item_nothing_is_generated(kind):
    for name in form_of(kind).required:
        words = said(case(kind), kind, **{name: "  "})
        assert missing(words.facts, words.blanks) == (name,)
        contract, row = version(words)
        with pytest.raises(Invalid) as refused:
            sheets.preview(SITE, contract, row)
        assert refused.value.facts["missing"] == (name,)
        with pytest.raises(Invalid):
            word_file(contract, row)


@pytest.mark.law("L51")
def test_each_of_the_six_patent_items_is_needed():
    words = said(case("transfer"), "transfer")
    for item in PATENT_ITEMS:
        patents = [{**words.facts["patents"][0], item: ""}]
        facts = {**words.facts, "patents": patents}
        assert missing(facts, words.blanks) == (f"patent.{item}",)


@pytest.mark.law("L51")
def test_an_application_is_named_by_its_number_and_called_no_patent():
    words = said(case("transfer", right=patent(legal_status="examination")), "transfer")
    assert words.facts["title"] == "技术转让（专利申请权）合同"
    assert words.facts["patents"][0]["patent_number"] == "申请中"
    assert missing(words.facts, words.blanks) == ()
    keys = {one.key for one in words.clauses}
    assert "refusal" in keys and "invalidity" not in keys and "fees" not in keys  # noqa: PT018


@pytest.mark.law("L51")
def test_a_term_that_is_over_blocks():
    old = patent(filed_on=TODAY.replace(year=TODAY.year - 21, day=1))
    words = said(case("transfer", right=old), "transfer")
    assert [one.code for one in word_findings(words, now=NOW) if one.blocks] == ["patent_term_over"]


@pytest.mark.law("L54")
@pytest.mark.law("L58")
@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_words_themselves_raise_no_finding(kind):
    made = case(kind)
    form = form_of(kind)
    words = said(made, kind, **form.defaults)
    assert word_findings(words, now=NOW) == ()


@pytest.mark.law("L54")
@pytest.mark.parametrize("kind", ["transfer", "licence"])
def test_the_guarantee_is_a_fixed_clause(kind):
    words = said(case(kind), kind)
    warranty = next(one for one in words.clauses if one.key == "warranty")
    assert "完整、无误、有效，能够达到" in warranty.text


@pytest.mark.law("L52")
def test_a_royalty_has_base_rates_statements_and_a_way_to_see_the_books():
    words = said(case("licence", terms={"royalty": royalty()}), "licence")
    text = next(one.text for one in words.clauses if one.key == "royalty")
    for part in ("产品销售额", "自第1年起按5%", "自第2年起按4%", "自第3年起按3%", "每6个月",
                 "会计师每年查账一次"):  # fmt: skip
        assert part in text, part


@pytest.mark.law("L57")
def test_older_licences_and_burdens_are_listed():
    words = said(case("transfer", lot_changes={"licences": (LICENCE,)}), "transfer")
    text = next(one.text for one in words.clauses if one.key == "burdens")
    assert "绍兴冷拓有限公司" in text
    assert "停止自行实施" in text


@pytest.mark.law("L63")
def test_a_pledge_is_paid_first_out_of_the_price():
    made = case("transfer", lot_changes={"encumbrances": (PLEDGE,)}, price_minor=500_000 * YUAN)
    text = next(one.text for one in said(made, "transfer").clauses if one.key == "pledge")
    assert "新昌农商银行" in text
    assert "300,000.00" in text


@pytest.mark.law("L62")
@pytest.mark.law("L53")
def test_co_owners_and_completers_are_named_with_their_answers():
    asked = (
        Answer("owner", "越州理工大学", "consented", TODAY, None, ""),
        Answer("first_refusal", "沈怀之", "waived", TODAY, None, ""),
    )
    changes = {
        "owners": (Owner("剡溪轴承研究院"), Owner("越州理工大学")),
        "answers": asked,
        "first_refusal_holders": (FirstRefusal("沈怀之"),),
        "service_result": True,
    }
    texts = {
        one.key: one.text for one in said(case("transfer", lot_changes=changes), "transfer").clauses
    }
    assert f"越州理工大学（{TODAY.isoformat()}）" in texts["co_owners"]
    assert "沈怀之：放弃优先受让" in texts["completers"]


@pytest.mark.law("L55")
def test_a_licence_says_kind_area_field_term_and_sublicence():
    text = next(one.text for one in said(case("licence"), "licence").clauses if one.key == "grant")
    for part in ("独占许可", "中华人民共和国境内", "轴承制造", TYPED["licence_until"], "再许可"):
        assert part in text, part


def test_a_secret_is_transferred_without_a_patent_list():
    words = said(basis("transfer", None), "transfer")
    assert words.facts["title"] == "技术转让（技术秘密）合同"
    assert {"patents", "registration", "fees"}.isdisjoint(one.key for one in words.clauses)


@pytest.mark.law("L48")
def test_shares_for_technology_are_written_as_a_transfer():
    assert kinds_for(TransferMode.EQUITY) == ("transfer",)
    assert kinds_for(TransferMode.LICENCE) == ("licence",)
    assert set(kinds_for(TransferMode.JOINT)) == set(KINDS) - {"transfer", "licence"}


@pytest.mark.parametrize("kind", KINDS)
def test_word_opens_the_export_and_finds_the_same_words(kind):
    words = said(case(kind), kind)
    contract, row = version(words)
    document = docx.Document(io.BytesIO(word_file(contract, row)))
    text = "\n".join(one.text for one in document.paragraphs)
    for clause in words.clauses:
        assert clause.heading in text
        for line in clause.text.split("\n"):
            assert line in text, line
    assert row.sha256 in text
    cells = [cell.text for table in document.tables for cell in table._cells]
    assert (f"ZL{NUMBER}" in cells) == (kind in ("transfer", "licence"))


def test_typed_words_are_never_a_template():
    words = said(
        case("transfer"), "transfer", object="{price} {seller_name} {0.__class__} #eval(1)"
    )
    text = next(one.text for one in words.clauses if one.key == "object")
    assert "{price} {seller_name} {0.__class__} #eval(1)" in text
    assert "#eval(1)" in pdf_text(words)


def test_a_changed_word_changes_the_hash():
    words = said(case("transfer"), "transfer")
    _contract, row = version(words)
    other = replace(words.clauses[0], text=words.clauses[0].text + "。")
    _contract, changed = version(replace(words, clauses=(other, *words.clauses[1:])))
    assert row.sha256 != changed.sha256
