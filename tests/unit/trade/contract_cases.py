"""Contracts without a database: a basis, what the parties typed, and the version that follows."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from marketplace.showcase.listings.content import (
    LicenceGranted,
    ListingContent,
    Overlay,
    Owner,
    PatentFacts,
)
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.contracts.basis import Basis, Party
from marketplace.trade.contracts.facts import first_blanks, fixed_facts
from marketplace.trade.contracts.forms_of_law import form_of
from marketplace.trade.contracts.gates import Said
from marketplace.trade.contracts.models import Contract, ContractVersion
from marketplace.trade.contracts.roots import words_hash
from marketplace.trade.contracts.wording import written
from marketplace.trade.orders.contract_basis import ContractBasis, StageBasis
from marketplace.trade.orders.terms import DealTerms, PriceForm, Royalty, RoyaltyBase

YUAN = 100
NOW = datetime.now(UTC).replace(microsecond=0)
TODAY = NOW.date()
FILED = date(TODAY.year - 8, 2, 9)
NUMBER = "201810130622.4"
MODES = {
    "transfer": "assignment",
    "licence": "licence",
    "development_commissioned": "joint",
    "development_joint": "joint",
    "consulting": "other",
    "service": "other",
}
TYPED = {
    "seller_address": "浙江省新昌县七星街道科创路8号",
    "buyer_address": "浙江省新昌县羽林街道轴承路6号",
    "seller_contact": "沈怀之（演示）",
    "object": "圆锥滚子轴承超精磨削砂轮修整器的结构、工艺和控制方法",
    "goal": "修整后磨削圆度不大于0.4微米",
    "plan": "第一期交接资料，第二期复现样机，第三期完成登记",
    "place": "浙江省新昌县",
    "manner": "书面交接并现场交底",
    "materials": "图纸四册、工艺文件一套、控制软件源码",
    "acceptance": "按附件二的检测规程，由双方在现场检测合格",
    "secrecy": "保密期限自签订之日起五年",
    "ownership": "转让生效后的收益归受让方",
    "improvements": "后续改进归改进方，对方在同等条件下优先受让",
    "definitions": "“技术资料”指清单所列文件",
    "guidance": "派工程师现场指导二十个工作日",
    "licence_area": "中华人民共和国境内",
    "licence_field": "轴承制造",
    "licence_until": (TODAY + timedelta(days=700)).isoformat(),
    "indicators": "圆度不大于0.4微米，修整时间不超过90秒",
    "cooperation": "委托方提供样机和试验场地",
    "deliverables": "样机一台、研究报告一份",
    "risk": "风险由双方合理分担",
    "patent_rights": "申请专利的权利属于研究开发方",
    "secret_rights": "双方均有使用的权利",
    "division": "合作方一负责设计，合作方二负责试制",
    "investment": "合作方一以技术出资，合作方二以资金出资",
    "questions": "磨削烧伤的成因与对策",
    "background": "委托方提供近一年的检测数据",
    "period": "自签订之日起六个月",
    "report": "书面报告一式三份，附数据",
    "decision_loss": "按报告决策的损失由委托方承担",
    "new_results": "各方完成的新成果归各方",
    "costs": "由受托方负担",
    "conditions": "委托方提供磨床和操作人员",
    "quality": "一次合格率不低于98%",
    "teaching": "培训操作人员四人",
}


def patent(**changes: Any) -> PatentFacts:
    known = PatentFacts(
        number=NUMBER,
        filed_on=FILED,
        granted_on=FILED + timedelta(days=700),
        status_checked_on=TODAY - timedelta(days=3),
    )
    return replace(known, **changes)


def lot(right: PatentFacts | None, **changes: Any) -> LotTerms:
    content = ListingContent(
        kind="patent" if right else "achievement", title="砂轮修整器", summary="修整器",
        advantage="圆度0.4微米", patent=right, owners=(Owner("剡溪轴承研究院"),),
        service_result=bool(changes.pop("service_result", False)),
    )  # fmt: skip
    known = LotTerms(
        listing_id=1, version=1, state="reserved", kind=content.kind, title="砂轮修整器",
        title_en="", summary=content.summary, number=right.number if right else None,
        cluster="bearings", organisation_id=1, organisation_name="剡溪轴承研究院",
        state_founded=False, legal_status=right.legal_status if right else None,
        status_checked_on=right.status_checked_on if right else None, patent=right,
        owners=content.owners, encumbrances=(), licences=(), first_refusal_holders=(),
        answers=(), defects="无已知瑕疵", pricing_mode="negotiated", price_minor=None,
        base_price_minor=None, base_price_basis="", transfer_modes=("assignment", "licence"),
        licence_kinds=(), content=content,
    )  # fmt: skip
    return replace(known, **changes)


def stages(price_minor: int, *, certificate: bool) -> tuple[StageBasis, ...]:
    first = price_minor * 30 // 100
    return (
        StageBasis("资料交接", "技术资料四册", first, 10, needs_certificate=False),
        StageBasis("登记", "著录项目变更", price_minor - first, 60, needs_certificate=certificate),
    )


def basis(kind: str = "transfer", right: PatentFacts | None = None, **changes: Any) -> Basis:
    """A deal over 920,000 yuan in two stages; ``lot_changes`` are for the listing."""
    lot_changes = changes.pop("lot_changes", {})
    price = changes.pop("price_minor", 920_000 * YUAN)
    licence = kind == "licence"
    terms = DealTerms(
        mode=MODES[kind],
        price_minor=price,
        price_form=PriceForm.STAGES,
        licence_kind="exclusive" if licence else "",
        licence_until=TYPED["licence_until"] if licence else "",
    )
    terms = replace(terms, **changes.pop("terms", {}))
    order = ContractBasis(
        order_id=7, order_number="XD-2026-0007", is_open=True, listing_id=1, listing_version=1,
        title="一种圆锥滚子轴承超精磨削砂轮修整器", subject_kind="patent", subject_number=NUMBER,
        seller_organisation_id=1, seller_name="剡溪轴承研究院", buyer_organisation_id=2,
        buyer_name="浙江恒颂轴承有限公司", price_minor=price, terms=terms, way="fixed",
        needs_publicity=False, agreed_at=NOW, sign_by=NOW + timedelta(days=30),
        stages=stages(price, certificate=kind == "transfer"),
    )  # fmt: skip
    return Basis(
        order=replace(order, **changes),
        seller=Party("剡溪轴承研究院", "12330624MB0000017W", "institute", "330624"),
        buyer=Party("浙江恒颂轴承有限公司", "91330624MA00000429", "enterprise", "330624"),
        lot=lot(right, **lot_changes),
    )


def royalty() -> Royalty:
    return Royalty(
        RoyaltyBase.SALES, ((1, 500), (2, 400), (3, 300)), 3, 6, "许可方得委托会计师每年查账一次"
    )


def said(case: Basis, kind: str, **typed: str) -> Said:
    """A version in which every blank is filled; ``typed`` overrides (an empty text empties)."""
    form, facts = form_of(kind), fixed_facts(case, kind)
    blanks = first_blanks(case, form) | {
        name: text for name, text in {**TYPED, **typed}.items() if name in form.blanks
    }
    return Said(facts=facts, blanks=blanks, clauses=written(form, facts, blanks))


def version(words: Said, number: int = 1) -> tuple[Contract, ContractVersion]:
    """The rows of a version, outside every database."""
    contract = Contract(
        id=3, number="HT-2026-0003", order_id=7, kind=words.facts["kind"],
        title=words.facts["title"], state="proposed", version=number, seller_organisation_id=1,
        seller_name="剡溪轴承研究院", buyer_organisation_id=2, buyer_name="浙江恒颂轴承有限公司",
        reasons={}, created_at=NOW,
    )  # fmt: skip
    row = ContractVersion(
        contract_id=3, version=number, facts={**words.facts, "blanks": dict(words.blanks)},
        clauses=[asdict(one) for one in words.clauses], side="", user_id=1, why="", at=NOW,
    )  # fmt: skip
    row.sha256 = words_hash(contract, row)
    return contract, row


PLEDGE = Overlay(kind="pledge", holder="新昌农商银行", amount_minor=300_000 * YUAN)
LICENCE = LicenceGranted(kind="plain", licensee="绍兴冷拓有限公司", area="绍兴市")
