"""Prices and payments as a contract says them: figures and 人民币大写, stages, royalties (846)."""

from __future__ import annotations

from collections.abc import Sequence

from marketplace.trade.orders.contract_basis import StageBasis
from marketplace.trade.orders.terms import PriceForm, Royalty
from rules.amounts import capitals

BASES = {
    "price": "产品售价",
    "output": "新增产值",
    "profit": "利润",
    "sales": "产品销售额",
}
"""约定提成的基数 (民法典 846)."""


def money(amount_minor: int) -> str:
    """人民币 920,000.00 元（大写：玖拾贰万元整）."""
    yuan, fen = divmod(amount_minor, 100)
    return f"人民币 {yuan:,}.{fen:02d} 元（大写：{capitals(amount_minor)}）"


def percent(basis_points: int) -> str:
    """Basis points as a percentage without needless zeros."""
    whole, part = divmod(basis_points, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"


def payment_plan(stages: Sequence[StageBasis], form: PriceForm) -> str:
    """Every part of the price, what it is paid for and when, one line each."""
    if len(stages) == 1:
        name = "入门费" if form is PriceForm.ENTRY_ROYALTY else "全部价款"
        return f"{name}一次总付：{_stage(stages[0])}"
    return "\n".join(
        f"第{number}期“{one.title}”：{_stage(one)}" for number, one in enumerate(stages, start=1)
    )


def _stage(one: StageBasis) -> str:
    paid = "手续合格通知书出具并" if one.needs_certificate else ""
    return (
        f"{money(one.amount_minor)}。交付：{one.delivers}，"
        f"款项到达监管账户之日起{one.days}日内交付，{paid}验收合格后由监管账户支付。"
    )


def royalty_terms(royalty: Royalty | None, payer: str, receiver: str) -> str:
    """Base, rates, statements and the right to see the books; empty without a royalty (L52)."""
    if royalty is None:
        return ""
    rates = "；".join(
        f"自第{year}年起按{percent(points)}" if len(royalty.rates) > 1 else f"按{percent(points)}"
        for year, points in royalty.rates
    )
    return (
        f"除入门费外，{payer}以{BASES[str(royalty.base)]}为基数支付提成，{rates}，"
        f"提成期限{royalty.years}年。\n"
        f"{payer}每{royalty.statement_months}个月向{receiver}申报一次，并在申报后十五日内支付。\n"
        f"查阅账目的办法：{royalty.audit}"
    )
