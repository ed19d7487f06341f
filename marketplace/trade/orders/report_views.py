"""Downloads of orders: invoice data for treasurer and seller, the seller's yearly report."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.errors import Forbidden, Invalid, NotFound
from marketplace.trade.orders import reports
from marketplace.trade.orders.reports import DealLine, InvoiceLine
from marketplace.web.access import MEMBER, TREASURER, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.exports import table_file, yuan_cell
from marketplace.web.limits import EXPORT, limited
from rules.days import local_date
from rules.enumerations.deals import TRANSFER_MODES

INVOICE_HEAD = (
    "日期", "订单号", "购买方名称", "统一社会信用代码", "项目名称", "价税合计（元）", "税率（%）",
    "税额（元）", "不含税金额（元）",
)  # fmt: skip
YEAR_HEAD = (
    "订单号", "成果名称", "专利号/编号", "转化方式", "定价方式", "受让方", "合同签订日期",
    "合同金额（元）", "已到账金额（元）", "状态",
)  # fmt: skip
WAYS = {"fixed": "挂牌交易", "negotiated": "协议定价", "auction": "拍卖", "tender": "挂牌竞价"}
STATES = {
    "contract_signed": "履行中", "completed": "已完成", "disputed": "争议处理中",
    "refunded": "已终止并退款", "cancelled": "已解除", "defaulted": "违约",
}  # fmt: skip
FIRST_YEAR = 2020


def register(bp: Blueprint) -> None:
    """Put the downloads onto the room's blueprint."""
    bp.get("/commission.<any(csv, xlsx):kind>")(commission)
    bp.get("/sales.<any(csv, xlsx):kind>")(sales)
    bp.get("/year.<any(csv, xlsx):kind>")(year)


@access(TREASURER)
@limited(EXPORT)
def commission(kind: str) -> Response:
    """What the treasurer invoices: the market's commission of a period."""
    first, last = _period()
    with current_context().reading() as db:
        lines = reports.commission_lines(db, first, last)
    return table_file(kind, f"commission-{first}-{last}", INVOICE_HEAD, rows=map(_invoice, lines))


@access(MEMBER)
@limited(EXPORT)
def sales(kind: str) -> Response:
    """What a seller invoices: his stages that were paid out in a period."""
    (first, last), seller = _period(), _own()
    with current_context().reading() as db:
        lines = reports.sale_lines(db, seller, first, last=last)
    return table_file(kind, f"sales-{first}-{last}", INVOICE_HEAD, rows=map(_invoice, lines))


@access(MEMBER)
@limited(EXPORT)
def year(kind: str) -> Response:
    """A seller's deals of a calendar year by contract date, for the report due on 30 March."""
    asked, seller = request.args.get("year", ""), _own()
    this = signed_year()
    if not asked.isascii() or not asked.isdigit() or not FIRST_YEAR <= int(asked) <= this:
        raise Invalid("orders.bad_period")
    with current_context().reading() as db:
        lines = reports.year_lines(db, seller, int(asked))
    return table_file(kind, f"deals-{asked}", YEAR_HEAD, rows=map(_deal, lines))


def signed_year() -> int:
    """The present year in China: the last that can be asked for."""
    return local_date(current_context().clock()).year


def _own() -> int:
    actor = signed_in()
    if actor.organisation_id is None:
        raise NotFound
    if not may_manage_organisation(actor, actor.organisation_id):
        raise Forbidden
    return actor.organisation_id


def _period() -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(request.args.get(n, "")) for n in ("first", "last"))
    except ValueError:
        raise Invalid("orders.bad_period") from None
    reports.ask_period(first, last)
    return first, last


def _invoice(one: InvoiceLine) -> tuple[object, ...]:
    rate = "" if one.tax_hundredths is None else f"{one.tax_hundredths / 100:g}"
    head = (one.on.isoformat(), one.order_number, one.title, one.credit_code, one.item)
    if one.tax_hundredths is None:
        return (*head, yuan_cell(one.total_minor), "", "", "")
    return (
        *head, yuan_cell(one.total_minor), rate, yuan_cell(one.tax_minor),
        yuan_cell(one.total_minor - one.tax_minor),
    )  # fmt: skip


def _deal(one: DealLine) -> tuple[object, ...]:
    return (
        one.number, one.title, one.subject_number, TRANSFER_MODES[one.mode].zh, WAYS[one.way],
        one.buyer_name, one.signed_on.isoformat(), yuan_cell(one.price_minor),
        yuan_cell(one.paid_minor), STATES.get(one.state, one.state),
    )  # fmt: skip
