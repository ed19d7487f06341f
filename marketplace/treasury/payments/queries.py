"""Reads of payments: bank lines with what they seem to be for, instructions, open calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from marketplace.identity import queries as identity
from marketplace.treasury.payments import matching, states
from marketplace.treasury.payments.matching import Suggestion
from marketplace.treasury.payments.models import Instruction, PaymentIntent, StatementLine
from marketplace.treasury.payments.online.models import Carrying
from marketplace.web.pagination import Slice, cut, decode

PAGE = 40


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Money an organisation is asked for. ``missing_minor`` is what has not arrived yet, in fen."""

    purpose: str
    thing_id: int
    stage: int
    reference: str
    amount_minor: int
    missing_minor: int
    due_at: datetime | None


_CALL = (
    PaymentIntent.purpose, PaymentIntent.thing_id, PaymentIntent.stage, PaymentIntent.reference,
    PaymentIntent.amount_minor, PaymentIntent.amount_minor - PaymentIntent.received_minor,
    PaymentIntent.due_at,
)  # fmt: skip


def open_call(db: Session, purpose: str, *, thing_id: int) -> OpenCall | None:
    """The first payment still asked for about a thing; None when there is none."""
    return next(iter(open_calls(db, purpose, thing_id=thing_id)), None)


def open_calls(db: Session, purpose: str, *, thing_id: int) -> list[OpenCall]:
    """All payments still asked for about a thing, the first stage first."""
    query = select(*_CALL).where(
        PaymentIntent.purpose == purpose,
        PaymentIntent.thing_id == thing_id,
        PaymentIntent.state.in_(("open", "authorised")),
    )
    return [OpenCall(*row) for row in db.execute(query.order_by(PaymentIntent.stage))]


def open_calls_of(db: Session, organisation_id: int) -> list[OpenCall]:
    """Everything an organisation is asked to pay now, oldest first."""
    query = (
        select(*_CALL)
        .where(PaymentIntent.organisation_id == organisation_id, PaymentIntent.state == "open")
        .order_by(PaymentIntent.id)
        .limit(PAGE)
    )
    return [OpenCall(*row) for row in db.execute(query)]


@dataclass(frozen=True, slots=True)
class Line:
    """A bank line as the treasurer's page shows it. Amounts in fen; of accounts the tail only."""

    id: int
    direction: str
    booked_on: date
    amount_minor: int
    bank_reference: str
    counter_name: str
    counter_tail: str
    remark: str
    state: str
    how: str
    why: str
    statement_id: int | None
    matched_to: str | None
    suggestion: Suggestion | None = None


LINE_TABS: dict[str, ColumnElement[bool]] = {
    "open": StatementLine.state == "open",
    "done": StatementLine.state != "open",
}


@dataclass(frozen=True, slots=True)
class LinePage:
    """One tab of the bank's lines with the counts of both."""

    page: Slice[Line]
    counts: Mapping[str, int]


def lines(db: Session, tab: str, *, cursor: str | None = None) -> LinePage:
    """The bank's lines, newest first; the open ones with what they seem to be for."""
    key = decode(cursor, length=1)
    query = (
        select(StatementLine, func.coalesce(PaymentIntent.reference, Instruction.reference))
        .outerjoin(PaymentIntent, PaymentIntent.id == StatementLine.intent_id)
        .outerjoin(Instruction, Instruction.id == StatementLine.instruction_id)
        .where(LINE_TABS[tab])
    )
    if key is not None:
        query = query.where(StatementLine.id < key[0])
    rows = db.execute(query.order_by(StatementLine.id.desc()).limit(PAGE + 1)).all()
    found = matching.suggestions(db, [row[0] for row in rows]) if tab == "open" else {}
    items = [_line(row[0], row[1], found.get(row[0].id)) for row in rows]
    return LinePage(cut(items, size=PAGE, keys=[[one.id] for one in items]), _line_counts(db))


def _line(row: StatementLine, matched_to: str | None, suggestion: Suggestion | None) -> Line:
    names = [name for name in Line.__slots__ if name not in ("matched_to", "suggestion")]
    plain = {name: getattr(row, name) for name in names}
    return Line(**plain, matched_to=matched_to, suggestion=suggestion)


def _line_counts(db: Session) -> dict[str, int]:
    columns = [func.count().filter(test).label(tab) for tab, test in LINE_TABS.items()]
    return dict(db.execute(select(*columns).select_from(StatementLine)).one()._mapping)


@dataclass(frozen=True, slots=True)
class InstructionLine:
    """An instruction as the treasurer's page shows it. Amount in fen; of the account the tail."""

    id: int
    reference: str
    kind: str
    provider: str
    payee_name: str
    payee_tail: str
    payee_bank: str
    amount_minor: int
    thing: str
    thing_id: int
    why: str
    state: str
    needs_two: bool
    due_at: datetime
    created_by: int | None
    approved_by: int | None
    approved_at: datetime | None
    sent_by: int | None
    sent_at: datetime | None
    batch_id: int | None
    done_at: datetime | None
    ended_why: str

    def is_late(self, now: datetime) -> bool:
        """It should have left the bank by now."""
        return self.state in states.OWED and now > self.due_at


_INSTRUCTION = tuple(getattr(Instruction, name) for name in InstructionLine.__slots__)
INSTRUCTION_TABS: dict[str, ColumnElement[bool]] = {
    "proposed": Instruction.state == "proposed",
    "approved": Instruction.state == "approved",
    "sent": Instruction.state == "sent",
    "done": Instruction.state.in_(("done", "cancelled")),
}


@dataclass(frozen=True, slots=True)
class InstructionPage:
    """One tab of the instructions, the counts of all, and who the numbers of people are.

    ``failed``: those that a provider with an interface refused.
    """

    page: Slice[InstructionLine]
    counts: Mapping[str, int]
    names: Mapping[int, str]
    failed: Collection[int] = ()


def instructions(db: Session, tab: str, *, cursor: str | None = None) -> InstructionPage:
    """Instructions of a tab: the open ones whole and soonest due first, done ones newest first."""
    query = select(*_INSTRUCTION).where(INSTRUCTION_TABS[tab])
    if tab == "done":
        key = decode(cursor, length=1)
        if key is not None:
            query = query.where(Instruction.id < key[0])
        rows = db.execute(query.order_by(Instruction.id.desc()).limit(PAGE + 1))
        items = [InstructionLine(*row) for row in rows]
        page = cut(items, size=PAGE, keys=[[one.id] for one in items])
    else:
        rows = db.execute(query.order_by(Instruction.due_at, Instruction.id).limit(1_000))
        page = Slice([InstructionLine(*row) for row in rows], None)
    columns = [func.count().filter(test).label(tab) for tab, test in INSTRUCTION_TABS.items()]
    counts = db.execute(select(*columns).select_from(Instruction)).one()
    hands = (who for one in page.items for who in (one.created_by, one.approved_by, one.sent_by))
    names = identity.person_names(db, {who for who in hands if who is not None})
    failed = set(db.scalars(select(Carrying.instruction_id).where(Carrying.state == "failed")))
    return InstructionPage(page, dict(counts._mapping), names, failed)


def late_instructions(db: Session, now: datetime) -> int:
    """How many instructions should have been carried out by now."""
    late = Instruction.state.in_(states.OWED) & (Instruction.due_at < now)
    return db.scalar(select(func.count()).select_from(Instruction).where(late)) or 0


def waiting(db: Session) -> dict[str, int]:
    """How many lines and instructions wait for a treasurer, for the desk."""
    line = select(func.count()).where(StatementLine.state == "open").scalar_subquery()
    columns = [
        select(func.count()).where(Instruction.state == state).scalar_subquery().label(state)
        for state in ("proposed", "approved")
    ]
    row = db.execute(select(line.label("lines"), *columns)).one()
    return dict(row._mapping)
