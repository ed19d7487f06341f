"""The fields of the 技术合同认定登记 form (rule book, section 4, last row; L47-L49)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.kernel.clock import SHANGHAI
from marketplace.trade.contracts.basis import Basis
from marketplace.trade.contracts.models import Contract, ContractRegistration, ContractVersion
from rules.days import term_end
from rules.enumerations import (
    CONTRACT_KINDS,
    ORGANISATION_KINDS,
    TECHNOLOGY_FIELDS,
    contract_kind_of,
)

CHINA = "156"
"""Three-digit country code of the form."""
DECIDED_WITHIN_DAYS = 10
NATURES = {"university": "022", "institute": "021", "enterprise": "150", "individual": "400",
           "agency": "150"}  # fmt: skip
IP_KINDS = {"发明": "发明专利", "实用新型": "实用新型专利", "外观设计": "外观设计专利"}
TYPED = (
    "valid_from", "valid_until", "seller_country", "buyer_country", "seller_region",
    "buyer_region", "seller_nature", "buyer_nature", "subcategory", "technical_field",
    "social_goal", "industry", "plan_source", "related", "representative", "handler", "phone",
    "annexes", "new_investment", "new_output",
)  # fmt: skip
"""What a person fills in; the rest follows from the sealed contract."""


def first_fields(basis: Basis, contract: Contract, row: ContractVersion) -> dict[str, str]:
    """What the typed fields say before anybody filled them."""
    signed = local_day(contract)
    return dict.fromkeys(TYPED, "") | {
        "valid_from": signed.isoformat() if signed else "",
        "valid_until": row.facts["blanks"].get("licence_until", ""),
        "seller_country": CHINA,
        "buyer_country": CHINA,
        "seller_region": basis.seller.region,
        "buyer_region": basis.buyer.region,
        "seller_nature": NATURES.get(basis.seller.kind, ""),
        "buyer_nature": NATURES.get(basis.buyer.kind, ""),
        "related": "否",
    }


def local_day(contract: Contract) -> date | None:
    """The day of signing in China."""
    at = contract.sealed_at
    return at.astimezone(SHANGHAI).date() if at else None


def registered_kind(basis: Basis, contract: Contract) -> str:
    """The kind the office registers; 作价投资 counts as 技术转让 (L48)."""
    if contract.kind in ("consulting", "service", "development_commissioned"):
        return contract.kind
    return contract_kind_of(basis.mode)


def fields(
    basis: Basis, contract: Contract, row: ContractVersion, registration: ContractRegistration
) -> dict[str, str]:
    """Every field of the form by its Chinese name, in the order of the form; amounts in yuan."""
    facts, typed = row.facts, registration.fields
    signed = local_day(contract)
    return {
        "合同登记编号": registration.number,
        "合同编号": contract.number,
        "项目名称": facts["project"],
        "合同类别": CONTRACT_KINDS[registered_kind(basis, contract)].zh,
        "合同类别细分": typed["subcategory"],
        "合同有效期限起": typed["valid_from"],
        "合同有效期限止": typed["valid_until"],
        "签订日期": signed.isoformat() if signed else "",
        **_party("卖方", "seller", facts, typed),
        **_party("买方", "buyer", facts, typed),
        "知识产权类型": _ip_kind(facts),
        "技术领域": _term(TECHNOLOGY_FIELDS, typed["technical_field"]),
        "社会经济目标": typed["social_goal"],
        "服务的国民经济行业": typed["industry"],
        "计划来源": typed["plan_source"],
        "合同总金额（元）": _yuan(facts["price_minor"]),
        "技术交易额（元）": _yuan(registration.technical_minor),
        "技术性收入（元）": _yuan(registration.technical_minor),
        "支付方式": _payment(basis),
        "是否关联交易": typed["related"],
        "法定代表人": typed["representative"],
        "经办人": typed["handler"],
        "经办人电话": typed["phone"],
        "附件清单": typed["annexes"],
        "预计新增投入": typed["new_investment"],
        "预计新增产值": typed["new_output"],
    }


def _party(
    words: str, side: str, facts: Mapping[str, Any], typed: Mapping[str, str]
) -> dict[str, str]:
    return {
        f"{words}名称": facts[side]["name"],
        f"{words}统一社会信用代码": facts[side]["credit_code"],
        f"{words}国别代码": typed[f"{side}_country"],
        f"{words}行政区划代码": typed[f"{side}_region"],
        f"{words}性质代码": typed[f"{side}_nature"],
        f"{words}性质": _term(ORGANISATION_KINDS, typed[f"{side}_nature"]),
    }


def _term(table: Mapping[str, Any], value: str) -> str:
    return table[value].zh if value in table else ""


def _ip_kind(facts: Mapping[str, Any]) -> str:
    kinds = [IP_KINDS.get(one["kind"], one["kind"]) for one in facts["patents"]]
    return "、".join(dict.fromkeys(kinds)) or "技术秘密"


def _payment(basis: Basis) -> str:
    words = {"one_sum": "一次总付", "stages": "分期支付", "entry_royalty": "入门费加提成"}
    return words[str(basis.order.terms.price_form)]


def _yuan(minor: int | None) -> str:
    return "" if minor is None else f"{minor // 100}.{minor % 100:02d}"


def decided_by(accepted_on: date) -> date:
    """The office decides within ten days of acceptance (L47)."""
    return term_end(accepted_on, DECIDED_WITHIN_DAYS)
