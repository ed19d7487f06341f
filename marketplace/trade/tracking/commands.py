"""Answer what is asked after a deal, and keep how its contract is registered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.showcase.deals import steps as board
from marketplace.trade.orders import queries as orders
from marketplace.trade.tracking.models import ContractRegistration, FollowUp
from marketplace.trade.tracking.states import Kind, Registration, step
from rules import contract_numbers
from rules.days import add_months, local_date, next_working_day, term_end
from rules.refusals import NumberRefused

FOLLOW_UP_MONTHS = (6, 12, 24)
LICENCE_FILING_MONTHS = 3
DECISION_DAYS = 10
NOTE_LENGTH = 2_000


def plan_filing(tx: Tx, order_id: int, *, effective: date) -> None:
    """Step: a licence is filed within three months of its effect, by the licensor (L65)."""
    deal = orders.deal_facts(tx.db, order_id)
    if deal.mode != "licence":
        return
    last = next_working_day(add_months(effective, LICENCE_FILING_MONTHS))
    _plan(tx, order_id, Kind.LICENCE_FILING, month=0, owed_by=deal.seller_organisation_id, due=last)


def plan_follow_ups(tx: Tx, order_id: int) -> None:
    """Step: the buyer is asked after 6, 12 and 24 months what became of the technology."""
    deal, today = orders.deal_facts(tx.db, order_id), local_date(tx.now)
    for month in FOLLOW_UP_MONTHS:
        due = add_months(today, month)
        _plan(
            tx, order_id, Kind.FOLLOW_UP, month=month, owed_by=deal.buyer_organisation_id, due=due
        )


def _plan(tx: Tx, order_id: int, kind: Kind, *, month: int, owed_by: int, due: date) -> None:
    same = (FollowUp.order_id == order_id) & (FollowUp.kind == kind) & (FollowUp.month == month)
    if tx.db.scalar(select(FollowUp.id).where(same)) is None:
        tx.db.add(
            FollowUp(
                order_id=order_id,
                kind=kind,
                month=month,
                organisation_id=owed_by,
                due_on=due,
                answers={},
            )
        )


@dataclass(frozen=True, slots=True)
class Tell:
    """What became of it: the stage of use, sales with it (fen), jobs, or the filing's number."""

    follow_up_id: int
    answers: dict[str, str | int]
    note: str = ""


def tell(ctx: Context, command: Tell) -> None:
    """Answer one question of the tracker; raises NotFound for others, Conflict when answered."""
    if len(command.note) > NOTE_LENGTH:
        raise Invalid("orders.too_long")
    if not any(str(value).strip() for value in command.answers.values()):
        raise Invalid("tracking.empty")
    with ctx.transaction() as tx:
        row = tx.db.scalar(
            select(FollowUp).where(FollowUp.id == command.follow_up_id).with_for_update()
        )
        if row is None or row.organisation_id != tx.actor.organisation_id:
            raise NotFound
        if not tx.actor.may_draft:
            raise Forbidden
        if row.answered_at is not None:
            raise Conflict("tracking.answered_already")
        row.answers, row.note = dict(command.answers), command.note.strip()
        row.answered_at, row.answered_by = tx.now, tx.actor.user_id
        tx.audit("tracking.told", "order", row.order_id, kind=row.kind, month=row.month)


@dataclass(frozen=True, slots=True)
class Register:
    """A party says how the registration of the contract stands (L47). Amount in fen."""

    order_id: int
    state: Registration
    day: date
    number: str = ""
    technical_minor: int | None = None


def register(ctx: Context, command: Register) -> None:
    """Keep the registrar's step; a registered number goes onto the deals board.

    Raises NotFound, Invalid for a day to come, a number that is none (16 or 14 digits) or a
    technical amount above the price, Conflict for a step the table has not.
    """
    with ctx.transaction() as tx:
        deal = orders.deal_facts(tx.db, command.order_id)
        if not orders.is_party(tx.actor, deal):
            raise NotFound
        if not tx.actor.may_draft:
            raise Forbidden
        if command.day > local_date(tx.now):
            raise Invalid("tracking.day_to_come")
        row = _registration(tx, command.order_id)
        row.state = step(row.state, command.state)
        if command.state is Registration.ACCEPTED:
            row.accepted_on, row.decided_on = command.day, None
            row.decide_by = term_end(command.day, DECISION_DAYS)
        else:
            row.decided_on = command.day
        if command.state is Registration.REGISTERED:
            _take_number(tx, row, command, price_minor=deal.price_minor)
        row.changed_at, row.changed_by = tx.now, tx.actor.user_id
        tx.audit("registration.changed", "order", command.order_id, state=row.state)


def _take_number(tx: Tx, row: ContractRegistration, command: Register, *, price_minor: int) -> None:
    try:
        row.number = contract_numbers.parse_contract_number(command.number).canonical
    except NumberRefused as refused:
        raise Invalid("tracking.bad_number") from refused
    amount = command.technical_minor
    if amount is not None and not 0 <= amount <= price_minor:
        raise Invalid("tracking.technical_amount")
    row.technical_minor = amount
    for origin, origin_id in orders.board_keys(tx.db, command.order_id):
        board.keep_registration(tx, origin=origin, origin_id=origin_id, number=row.number)


def _registration(tx: Tx, order_id: int) -> ContractRegistration:
    row = tx.db.scalar(
        select(ContractRegistration)
        .where(ContractRegistration.order_id == order_id)
        .with_for_update()
    )
    if row is None:
        row = ContractRegistration(
            order_id=order_id,
            state=Registration.NOT_APPLIED,
            changed_at=tx.now,
            changed_by=tx.actor.user_id,
        )
        tx.db.add(row)
    return row
