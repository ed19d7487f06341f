"""Plan what is asked after a deal, and answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.tracking.models import FollowUp
from marketplace.trade.tracking.states import Kind
from rules.days import add_months, local_date, next_working_day

FOLLOW_UP_MONTHS = (6, 12, 24)
LICENCE_FILING_MONTHS = 3
NOTE_LENGTH = 2_000


def plan_filing(tx: Tx, order_id: int, *, effective: date) -> None:
    """Step: a licence is filed within three months of its effect, by the licensor (L65)."""
    deal = order_facts.deal_facts(tx.db, order_id)
    if deal.mode != "licence":
        return
    last = next_working_day(add_months(effective, LICENCE_FILING_MONTHS))
    _plan(tx, order_id, Kind.LICENCE_FILING, month=0, owed_by=deal.seller_organisation_id, due=last)


def plan_follow_ups(tx: Tx, order_id: int) -> None:
    """Step: the buyer is asked after 6, 12 and 24 months what became of the technology."""
    deal, today = order_facts.deal_facts(tx.db, order_id), local_date(tx.now)
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
