"""Undo a sale for one of five reasons: proposed by one person, confirmed by another (L31)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.aftermath import policy
from marketplace.trade.aftermath.events import AnnulmentMoved
from marketplace.trade.aftermath.history import remember
from marketplace.trade.aftermath.models import Annulment
from marketplace.trade.aftermath.moves import REASONS, advance
from marketplace.trade.auctions import aftermath as lots
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import steps as orders

TEXT_LENGTH = 500
PUBLISHED = {
    "described_falsely": "对标的的说明严重失实，足以使竞买人产生重大误解",
    "system_fault": "系统故障导致竞价结果严重失实",
    "collusion": "竞买人之间、竞买人与市场或者服务机构之间恶意串通",
    "unqualified_buyer": "买方不具备竞买资格",
    "unequal_terms": "以不平等的条件限制竞买或者给予特殊待遇",
}
"""The reasons as the public notice words them."""


@dataclass(frozen=True, slots=True)
class ProposeAnnulment:
    """Undo the sale of a lot: ``reason`` is one of five, ``text`` is published with it."""

    auction_id: int
    reason: str
    text: str


def propose_annulment(ctx: Context, command: ProposeAnnulment) -> None:
    """Propose; nothing changes before another person confirms.

    Raises Forbidden for a party's people (T13), Invalid without a reason of the law or a word on
    it, Conflict when the lot was not sold, its sale has fallen, or a proposal waits.
    """
    text = command.text.strip()
    if command.reason not in REASONS:
        raise Invalid("aftermath.reason_unknown")
    if not text or len(text) > TEXT_LENGTH:
        raise Invalid("reason_needed")
    with ctx.transaction() as tx:
        of = _sold(tx, command.auction_id)
        if not policy.may_annul(tx.db, tx.actor, of):
            raise Forbidden
        if waiting(tx, command.auction_id) is not None:
            raise Conflict("aftermath.annulment_waits")
        tx.db.add(
            Annulment(
                auction_id=command.auction_id,
                state="waiting",
                reason=command.reason,
                text=text,
                proposed_at=tx.now,
                proposed_by=tx.actor.user_id,
            )
        )
        _said(tx, command.auction_id, action="propose", reason=command.reason, text=text)


@dataclass(frozen=True, slots=True)
class DecideAnnulment:
    """The second person confirms the proposal; anybody who may annul drops it."""

    auction_id: int
    confirms: bool


def decide_annulment(ctx: Context, command: DecideAnnulment) -> None:
    """Undo the sale in one transaction: order, money, listing, board, public notice; or drop it.

    The log of the lot stays as it is. Raises Forbidden for who proposed it, NotFound when nothing
    waits, Conflict once a part of the price was paid out.
    """
    with ctx.transaction() as tx:
        of = lots.lock_sale(tx, command.auction_id)
        if not policy.may_annul(tx.db, tx.actor, of):
            raise Forbidden
        row = waiting(tx, command.auction_id)
        if row is None:
            raise NotFound
        if command.confirms and row.proposed_by == tx.actor.user_id:
            raise Forbidden("orders.second_person")
        action = "confirm" if command.confirms else "drop"
        row.state = advance("annulment", row.state, action)
        row.decided_at, row.decided_by = tx.now, tx.actor.user_id
        if command.confirms:
            _undo(tx, row)
        _said(tx, row.auction_id, action=action, reason=row.reason, text=row.text)


def _undo(tx: Tx, row: Annulment) -> None:
    order_id = order_facts.order_of_lot(tx.db, row.auction_id)
    if order_id is None:
        raise Conflict("aftermath.not_sold")
    why = f"{PUBLISHED[row.reason]}：{row.text}"
    orders.annul(tx, order_id, why=why)
    lots.annul(tx, row.auction_id, order_id=order_id, why=why)


def _sold(tx: Tx, auction_id: int) -> lots.Sale:
    of = lots.lock_sale(tx, auction_id)
    if of.outcome != "sold" or of.fell is not None:
        raise Conflict("aftermath.not_sold")
    return of


def waiting(tx: Tx, auction_id: int) -> Annulment | None:
    """Step: the proposal that waits for a second person."""
    query = select(Annulment).where(
        Annulment.auction_id == auction_id, Annulment.state == "waiting"
    )
    return tx.db.scalar(query)


def _said(tx: Tx, auction_id: int, *, action: str, reason: str, text: str) -> None:
    state = {"propose": "waiting", "confirm": "done", "drop": "dropped"}[action]
    remember(tx, auction_id, thing="annulment", action=action, state=state, text=text)
    tx.emit(AnnulmentMoved(auction_id, action, reason))
