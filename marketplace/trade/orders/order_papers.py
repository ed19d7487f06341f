"""The papers of an order: 成交确认书 when it is agreed, 结算单 when it is settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.clock import SHANGHAI
from marketplace.kernel.context import Tx
from marketplace.papers import steps as papers
from marketplace.trade.orders import roots
from marketplace.trade.orders.models import Order, OrderStage
from marketplace.trade.orders.states import State
from marketplace.trade.orders.terms import PriceForm, from_json
from marketplace.treasury.ledger import chart
from marketplace.treasury.payments import flows, purposes
from rules.amounts import capitals
from rules.enumerations.deals import LICENCE_KINDS, TRANSFER_MODES

WAYS = {
    "fixed": "挂牌价成交",
    "negotiated": "协议定价",
    "auction": "竞价成交",
    "tender": "竞价成交",
}
FORMS = {
    PriceForm.ONE_SUM: "一次总付",
    PriceForm.STAGES: "分期支付",
    PriceForm.ENTRY_ROYALTY: "入门费加提成",
}
IN_WORDS = {"bank": "银行转账", "stripe": "银行卡或电子支付", "voucher": "科技创新券"}
OUT_WORDS = {"payout": "付给转让方", "refund": "退还受让方", "deposit_return": "退还保证金"}
SETTLED = {State.COMPLETED: "履行完毕", State.REFUNDED: "终止并退款"}


def confirm_deal(tx: Tx, order_id: int) -> None:
    """Step: the deal confirmation of an order without a lot; the same one again changes nothing.

    An auction's lot has its own (拍卖法 52).
    """
    order = tx.db.scalar(select(Order).where(Order.id == order_id))
    if order is None or order.origin == "auction":
        return
    _issue(tx, order, kind="order_confirmation", words="成交确认书", facts=_agreed(tx, order))


def settle(tx: Tx, order_id: int) -> None:
    """Step: the last payment of an order has left: the settlement statement, once it is over."""
    order = tx.db.scalar(select(Order).where(Order.id == order_id))
    if order is None or order.state not in SETTLED:
        return
    _issue(tx, order, kind="settlement", words="结算单", facts=_settlement(tx, order))


def _issue(tx: Tx, order: Order, *, kind: str, words: str, facts: dict[str, Any]) -> None:
    papers.issue(
        tx,
        papers.Order(
            kind=kind,
            title=f"{words} {order.number}",
            facts=facts,
            thing="order",
            thing_id=order.id,
            parties=(order.seller_organisation_id, order.buyer_organisation_id),
        ),
    )


def _head(tx: Tx, order: Order) -> dict[str, Any]:
    return {
        "subject": order.title,
        "subject_number": order.subject_number,
        "order_number": order.number,
        "buyer": _party(tx.db, order.buyer_organisation_id, order.buyer_name),
        "seller": _party(tx.db, order.seller_organisation_id, order.seller_name),
        "organiser": tx.settings.operator_name,
        "price_minor": order.price_minor,
        "price_capitals": capitals(order.price_minor),
        "buyer_commission_minor": order.buyer_commission_minor,
        "seller_commission_minor": order.seller_commission_minor,
        "agreed_at": _local(order.agreed_at),
    }


def _agreed(tx: Tx, order: Order) -> dict[str, Any]:
    terms = from_json(order.terms)
    own = tx.settings
    total = order.price_minor + order.buyer_commission_minor
    licence = LICENCE_KINDS[terms.licence_kind].zh if terms.licence_kind else ""
    return {
        **_head(tx, order),
        "listing": f"{order.listing_id}（第 {order.listing_version} 版）",
        "way": WAYS[order.way],
        "mode": TRANSFER_MODES[terms.mode].zh + (f"（{licence}）" if licence else ""),
        "form": FORMS[terms.price_form],
        "stages": [
            {"stage": one.stage, "title": one.title, "delivers": one.delivers,
             "amount_minor": one.amount_minor}
            for one in roots.stages_of(tx.db, order.id)
        ],
        "total_minor": total,
        "total_capitals": capitals(total),
        "account": f"{own.bank_holder}　{own.bank_account}　{own.bank_name}",
        "sign_by": _local(order.sign_by),
        "cleared_at": _local(order.publicity_cleared_at) if order.publicity_cleared_at else "",
        "hides_buyer": order.hides_buyer,
        "hides_seller": order.hides_seller,
    }  # fmt: skip


def _settlement(tx: Tx, order: Order) -> dict[str, Any]:
    came = flows.paid_in(tx.db, chart.escrow(order.id))
    left = flows.paid_out(tx.db, "order", order.id)
    stages = list(roots.stages_of(tx.db, order.id))
    total_in = sum(one.amount_minor for one in came)
    total_out = sum(one.amount_minor for one in left)
    kinds = ("payout", "refund")
    to_seller, back = (sum(one.amount_minor for one in left if one.kind == kind) for kind in kinds)
    taken = total_in - total_out
    own = sum(one.amount_minor for one in left if one.payee_name == order.seller_name)
    return {
        **_head(tx, order),
        "outcome": SETTLED[State(order.state)],
        "completed_at": _local(order.ended_at or tx.now),
        "stages": [_stage(one) for one in stages],
        "came": [_came(one) for one in came],
        "left": [_left(order, one) for one in left],
        "to_seller_words": "付给转让方" if to_seller == own else "付给转让方及质权人",
        "in_minor": total_in,
        "voucher_minor": sum(one.amount_minor for one in came if one.provider == "voucher"),
        "to_seller_minor": to_seller,
        "to_seller_capitals": capitals(to_seller),
        "back_minor": back,
        "taken_minor": taken,
        "taken_capitals": capitals(taken),
    }


def _came(one: flows.PaidIn) -> dict[str, Any]:
    return {
        "at": _local(one.at),
        "way": "竞买保证金转入" if one.purpose == "deposit" else IN_WORDS[one.provider],
        "who": one.payer_name,
        "reference": one.reference,
        "minor": one.amount_minor,
    }


def _left(order: Order, one: flows.PaidOut) -> dict[str, Any]:
    way = "退回创新券发放单位" if one.provider == "voucher" else OUT_WORDS[one.kind]
    if one.kind == "payout" and one.payee_name != order.seller_name:
        way = "优先付给质权人"  # 民法典 444
    return {
        "at": _local(one.at) if one.at else "",
        "way": way,
        "who": one.payee_name,
        "reference": one.reference,
        "minor": one.amount_minor,
    }


def _stage(one: OrderStage) -> dict[str, Any]:
    return {
        "stage": one.stage,
        "title": one.title,
        "amount_minor": one.amount_minor,
        "released_at": _local(one.released_at) if one.released_at else "",
    }


def _party(db: Session, organisation_id: int, name: str) -> dict[str, str]:
    """The name as it was agreed, with the code of the present page."""
    page = identity.party_page(db, organisation_id)
    return {"name": name, "credit_code": page.credit_code or ""}


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


purposes.when_settled("order", settle)
