"""Plan the statements of a royalty, declare, correct, ask for the books and show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import policy
from marketplace.trade.orders.facts import DealFacts
from marketplace.trade.orders.terms import LARGEST_MINOR
from marketplace.trade.royalties.events import RoyaltyMoved
from marketplace.trade.royalties.models import RoyaltyStatement
from marketplace.trade.royalties.periods import periods, share_minor
from marketplace.trade.royalties.states import Action, State, advance
from marketplace.treasury.escrow import steps as escrow
from rules.days import local_date

TEXT_LENGTH = 2_000


def plan(tx: Tx, order_id: int) -> None:
    """Step: the statements of a completed order with a royalty; planning twice changes nothing."""
    royalty = order_facts.royalty_of(tx.db, order_id)
    same = select(RoyaltyStatement.id).where(RoyaltyStatement.order_id == order_id)
    if royalty is None or tx.db.scalar(same.limit(1)) is not None:
        return
    deal = order_facts.deal_facts(tx.db, order_id)
    days = option(tx.db, "royalty_statement_days")
    for one in periods(royalty, local_date(tx.now), days=days):
        tx.db.add(
            RoyaltyStatement(
                order_id=order_id,
                number=one.number,
                state=State.PLANNED,
                buyer_organisation_id=deal.buyer_organisation_id,
                from_on=one.from_on,
                until_on=one.until_on,
                due_on=one.due_on,
                rate=one.rate,
            )
        )


@dataclass(frozen=True, slots=True)
class Declare:
    """What the period brought, in fen; a later, larger figure corrects an earlier one."""

    order_id: int
    statement_id: int
    base_minor: int
    note: str = ""


def declare(ctx: Context, command: Declare) -> int:
    """Declare a period that is over; the share is called at once. The statement's number.

    Declared again, only a larger figure counts: the difference becomes a statement of its own.
    Raises NotFound for others than the buyer, Conflict before the period's end, Invalid for a
    figure that is none or not larger.
    """
    if not 0 <= command.base_minor <= LARGEST_MINOR or len(command.note) > TEXT_LENGTH:
        raise Invalid("royalties.bad_figure")
    with ctx.transaction() as tx:
        row, deal = _locked(tx, command, party="buyer")
        if local_date(tx.now) < row.until_on:
            raise Conflict("royalties.too_early", day=row.until_on)
        if row.state != State.PLANNED:
            row = _correction(tx, row, command.base_minor)
        else:
            row.base_minor = command.base_minor
        row.due_minor = share_minor(row.base_minor, row.rate)
        row.note, row.declared_at, row.declared_by = command.note.strip(), tx.now, tx.actor.user_id
        row.state = advance(row.state, Action.DECLARE if row.due_minor else Action.DECLARE_NIL)
        tx.db.flush()
        if row.due_minor:
            _call(tx, row, deal)
        _tell(tx, row, "declare")
        return row.id


def _correction(tx: Tx, row: RoyaltyStatement, base_minor: int) -> RoyaltyStatement:
    """The part of the period that was not declared, as a new statement."""
    first = row.corrects or row.id
    same = (RoyaltyStatement.id == first) | (RoyaltyStatement.corrects == first)
    declared = tx.db.scalar(select(func.sum(RoyaltyStatement.base_minor)).where(same)) or 0
    if base_minor <= declared:
        raise Invalid("royalties.not_more", declared_minor=int(declared))
    number = select(func.max(RoyaltyStatement.number)).where(
        RoyaltyStatement.order_id == row.order_id
    )
    made = RoyaltyStatement(
        order_id=row.order_id,
        number=(tx.db.scalar(number) or 0) + 1,
        corrects=first,
        state=State.PLANNED,
        buyer_organisation_id=row.buyer_organisation_id,
        from_on=row.from_on,
        until_on=row.until_on,
        due_on=local_date(tx.now),
        rate=row.rate,
        base_minor=base_minor - int(declared),
    )
    tx.db.add(made)
    return made


def _call(tx: Tx, row: RoyaltyStatement, deal: DealFacts) -> None:
    escrow.call(
        tx,
        escrow.Call(
            order_id=row.order_id,
            order_number=deal.number,
            stage=row.number,
            buyer_organisation_id=deal.buyer_organisation_id,
            buyer_name=deal.buyer_name,
            amount_minor=row.due_minor,
            due_at=tx.now + timedelta(days=option(tx.db, "stage_payment_days")),
            purpose=escrow.ROYALTY,
        ),
    )


def settle(tx: Tx, order_id: int, *, number: int) -> None:
    """Step: a called share arrived whole: it goes on to the seller; twice changes nothing."""
    query = select(RoyaltyStatement).where(
        RoyaltyStatement.order_id == order_id, RoyaltyStatement.number == number
    )
    row = tx.db.scalar(query.with_for_update())
    if row is None or row.state != State.DECLARED:
        return
    deal = order_facts.deal_facts(tx.db, order_id)
    row.state, row.paid_at = advance(row.state, Action.PAY), tx.now
    escrow.release(
        tx,
        escrow.Release(
            order_id=order_id,
            order_number=deal.number,
            stage=number,
            seller_organisation_id=deal.seller_organisation_id,
            seller_name=deal.seller_name,
            amount_minor=row.due_minor,
            commission_minor=0,
            purpose=escrow.ROYALTY,
        ),
    )
    _tell(tx, row, "pay")


@dataclass(frozen=True, slots=True)
class AskBooks:
    """The seller wants to see the books of a declared period (民法典 846)."""

    order_id: int
    statement_id: int
    why: str


def ask_books(ctx: Context, command: AskBooks) -> None:
    """Ask for the books; raises Invalid without a reason, Conflict before it is declared."""
    why = command.why.strip()
    if not why or len(why) > TEXT_LENGTH:
        raise Invalid("reason_needed" if not why else "orders.too_long")
    with ctx.transaction() as tx:
        row, _deal = _locked(tx, command, party="seller")
        if row.state == State.PLANNED or row.books_asked_at is not None:
            raise Conflict("royalties.books_not_now")
        row.books_asked_at, row.books_asked_why = tx.now, why
        _tell(tx, row, "ask_books")


@dataclass(frozen=True, slots=True)
class ShowBooks:
    """An accepted upload: the extract of the books."""

    order_id: int
    statement_id: int
    name: str
    media_type: str
    sha256: str
    key: str


def show_books(ctx: Context, command: ShowBooks) -> None:
    """The buyer shows the books that were asked for; raises Conflict when nobody asked."""
    with ctx.transaction() as tx:
        row, _deal = _locked(tx, command, party="buyer")
        if row.books_asked_at is None or row.books_shown_at is not None:
            raise Conflict("royalties.books_not_asked")
        row.books_shown_at, row.books_name = tx.now, command.name
        row.books_type, row.books_sha256 = command.media_type, command.sha256
        row.books_key = command.key
        _tell(tx, row, "show_books")


def _locked(
    tx: Tx, command: Declare | AskBooks | ShowBooks, *, party: policy.Party
) -> tuple[RoyaltyStatement, DealFacts]:
    query = select(RoyaltyStatement).where(
        RoyaltyStatement.id == command.statement_id, RoyaltyStatement.order_id == command.order_id
    )
    row = tx.db.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    deal = order_facts.deal_facts(tx.db, row.order_id)
    side = policy.party_of(tx.actor, deal)
    if side is None:
        raise NotFound
    if side != party or not policy.may_act(tx.actor, deal):
        raise Forbidden("orders.other_side" if side != party else "orders.manager_needed")
    return row, deal


def _tell(tx: Tx, row: RoyaltyStatement, action: str) -> None:
    tx.audit(f"royalty.{action}", "order", row.order_id, statement=row.number)
    tx.emit(RoyaltyMoved(row.id, row.order_id, action))
