"""Reads of orders: SQL in, frozen values out; nothing for who may not know of the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import NotFound
from marketplace.kernel.options import options
from marketplace.trade.orders import policy
from marketplace.trade.orders.models import (
    Order,
    OrderDecision,
    OrderFile,
    OrderHistory,
    OrderStage,
)
from marketplace.trade.orders.states import FINAL, IN_ESCROW, StageState, State
from marketplace.trade.orders.terms import DealTerms, from_json
from marketplace.trade.orders.turns import Turn, current, is_late, rescindable_on, turn_of
from marketplace.treasury.escrow import queries as escrow
from marketplace.web.pagination import Slice, cut, decode
from rules.days import local_date

PAGE = 20
OPEN = sorted(str(state) for state in set(State) - FINAL)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in one row of a list. Amount in fen."""

    id: int
    number: str
    state: str
    title: str
    title_en: str
    seller_organisation_id: int
    seller_name: str
    buyer_organisation_id: int
    buyer_name: str
    price_minor: int
    turn: str
    act_by: datetime | None
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage as the timeline shows it. Amount in fen."""

    stage: int
    state: str
    title: str
    delivers: str
    amount_minor: int
    days: int
    needs_certificate: bool
    certificate_number: str
    certificate_on: date | None
    called_at: datetime | None
    funded_at: datetime | None
    deliver_by: datetime | None
    delivered_at: datetime | None
    accepted_at: datetime | None
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the order."""

    id: int
    stage: int | None
    purpose: str
    name: str
    size: int
    sha256: str
    organisation_id: int | None
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of what happened, with the person's name."""

    id: int
    stage: int | None
    action: str
    state: str
    at: datetime
    who: str
    side: str
    text: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of staff that waits for a second person. Amounts in fen."""

    seller_minor: int
    buyer_minor: int
    why: str
    decided_by: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything an order's page shows. Amounts in fen."""

    line: OrderLine
    version: int
    party: str
    may_act: bool
    may_decide: bool
    terms: DealTerms
    way: str
    listing_id: int
    subject_kind: str
    subject_number: str
    needs_publicity: bool
    publicity_cleared_at: datetime | None
    sign_by: datetime
    signed_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    cancel_asked_by: int | None
    buyer_commission_minor: int
    seller_commission_minor: int
    held_minor: int
    reference: str
    asked_minor: int
    turn: Turn
    stages: Sequence[StageLine]
    files: Sequence[FileLine]
    history: Sequence[HistoryLine]
    decision: DecisionLine | None
    urged_at: datetime | None
    rescindable_on: date | None
    hides_seller: bool
    hides_buyer: bool

    @property
    def now(self) -> StageLine | None:
        """The stage being worked on, once the contract is signed."""
        return current(self.stages) if self.line.state == State.SIGNED else None

    def waits_for_late(self, now: datetime) -> bool:
        """True when the reader's side may urge the other, whose term is over (L60)."""
        waits = self.may_act and self.line.state == State.SIGNED and self.party != self.turn.whose
        return waits and is_late(self.turn.whose, self.turn.by, now=now)

    def may_rescind(self, now: datetime) -> bool:
        """True when the days after the reminder are over (L60)."""
        first = self.rescindable_on
        return self.waits_for_late(now) and first is not None and local_date(now) >= first

    @property
    def released_minor(self) -> int:
        return sum(one.amount_minor for one in self.stages if one.state == StageState.RELEASED)

    @property
    def owed_minor(self) -> int:
        ended = {StageState.RELEASED, StageState.REFUNDED, StageState.DROPPED, *IN_ESCROW}
        return sum(one.amount_minor for one in self.stages if one.state not in ended)


_LINE = tuple(getattr(Order, name) for name in OrderLine.__slots__)
_STAGE = tuple(getattr(OrderStage, name) for name in StageLine.__slots__)
_FILE = tuple(getattr(OrderFile, name) for name in FileLine.__slots__)


def page(db: Session, actor: Actor, order_id: int) -> OrderPage:
    """The order's page; raises NotFound for who may not know of it."""
    order = db.scalar(select(Order).where(Order.id == order_id))
    if order is None or not policy.may_view(actor, order):
        raise NotFound
    stages = _stages(db, order_id)
    call, settings = escrow.open_call(db, order_id), options(db)
    return OrderPage(
        line=OrderLine(**{name: getattr(order, name) for name in OrderLine.__slots__}),
        party=policy.party_of(actor, order) or "",
        may_act=policy.may_act(actor, order),
        may_decide=order.state == State.DISPUTED and policy.may_decide(db, actor, order),
        terms=from_json(order.terms),
        held_minor=escrow.balance(db, order_id),
        reference=call.reference if call else "",
        asked_minor=call.missing_minor if call else 0,
        turn=turn_of(order, stages, settings),
        stages=stages,
        files=_files(db, order_id),
        history=_history(db, order),
        decision=_decision(db, order_id),
        rescindable_on=rescindable_on(order.urged_at, days=settings["rescission_days"]),
        **{name: getattr(order, name) for name in _SAME},
    )


_SAME = ("version", "way", "listing_id", "subject_kind", "subject_number", "needs_publicity",
         "publicity_cleared_at", "sign_by", "signed_at", "ended_at", "ended_why",
         "cancel_asked_by", "urged_at", "hides_seller", "hides_buyer", "buyer_commission_minor",
         "seller_commission_minor")  # fmt: skip


def _stages(db: Session, order_id: int) -> list[StageLine]:
    query = select(*_STAGE).where(OrderStage.order_id == order_id).order_by(OrderStage.stage)
    return [StageLine(*row) for row in db.execute(query)]


def _files(db: Session, order_id: int) -> list[FileLine]:
    query = select(*_FILE).where(OrderFile.order_id == order_id).order_by(OrderFile.id)
    return [FileLine(*row) for row in db.execute(query)]


def _history(db: Session, order: Order) -> list[HistoryLine]:
    columns = (OrderHistory.id, OrderHistory.stage, OrderHistory.action, OrderHistory.state,
               OrderHistory.at, OrderHistory.user_id, OrderHistory.organisation_id,
               OrderHistory.text, OrderHistory.facts)  # fmt: skip
    rows = db.execute(
        select(*columns).where(OrderHistory.order_id == order.id).order_by(OrderHistory.id)
    ).all()
    names = identity.person_names(db, {row.user_id for row in rows if row.user_id})
    sides = {order.seller_organisation_id: "seller", order.buyer_organisation_id: "buyer"}
    return [
        HistoryLine(
            row.id, row.stage, row.action, row.state, row.at, names.get(row.user_id, ""),
            sides.get(row.organisation_id, "staff" if row.user_id else ""), row.text, row.facts,
        )
        for row in rows
    ]  # fmt: skip


def _decision(db: Session, order_id: int) -> DecisionLine | None:
    row = db.execute(
        select(OrderDecision.seller_minor, OrderDecision.buyer_minor, OrderDecision.why,
               OrderDecision.decided_by)
        .where(OrderDecision.order_id == order_id, OrderDecision.state == "waiting")
    ).first()  # fmt: skip
    return None if row is None else DecisionLine(*row)


def of_organisation(
    db: Session, organisation_id: int, *, cursor: str | None = None
) -> Slice[OrderLine]:
    """An organisation's orders, newest first."""
    own = or_(
        Order.seller_organisation_id == organisation_id,
        Order.buyer_organisation_id == organisation_id,
    )
    return _list(db, own, cursor)


def waiting(db: Session, organisation_id: int, *, limit: int = 12) -> list[OrderLine]:
    """The open orders whose next act is this organisation's, the soonest term first."""
    buys = (Order.buyer_organisation_id == organisation_id) & Order.turn.in_(("buyer", "both"))
    sells = (Order.seller_organisation_id == organisation_id) & Order.turn.in_(("seller", "both"))
    query = select(*_LINE).where(Order.state.in_(OPEN), or_(buys, sells))
    rows = db.execute(query.order_by(Order.act_by, Order.id).limit(limit))
    return [OrderLine(*row) for row in rows]


TABS: dict[str, ColumnElement[bool]] = {
    "disputed": Order.state == State.DISPUTED,
    "open": Order.state.in_(OPEN),
    "ended": Order.state.not_in(OPEN),
}


def desk(db: Session, tab: str, *, cursor: str | None = None) -> Slice[OrderLine]:
    """The market's own list of one tab, newest first."""
    return _list(db, TABS[tab], cursor)


def desk_counts(db: Session) -> dict[str, int]:
    """How many orders each tab holds."""
    columns = [func.count().filter(test).label(tab) for tab, test in TABS.items()]
    return dict(db.execute(select(*columns).select_from(Order)).one()._mapping)


def _list(db: Session, test: ColumnElement[bool], cursor: str | None) -> Slice[OrderLine]:
    key = decode(cursor, length=1)
    query = select(*_LINE).where(test)
    if key is not None:
        query = query.where(Order.id < key[0])
    lines = [OrderLine(*row) for row in db.execute(query.order_by(Order.id.desc()).limit(PAGE + 1))]
    return cut(lines, size=PAGE, keys=[[line.id] for line in lines])
