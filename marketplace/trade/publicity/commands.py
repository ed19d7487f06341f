"""Show a deal in public, object to it, answer objections, and let the term end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from marketplace.kernel import cipher
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.kernel.options import option
from marketplace.trade.orders import facts as order_facts
from marketplace.trade.orders import steps as order_steps
from marketplace.trade.publicity import certificate, policy
from marketplace.trade.publicity.events import ObjectionReceived, PublicityMoved
from marketplace.trade.publicity.models import Objection, Publicity
from marketplace.trade.publicity.states import Action, Answer, State, advance, answered
from rules.days import local_date, term_end

TEXT_LENGTH = 3_000
SHORT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Start:
    """What is shown beside what the order says: the unit's own posting, the mark, the procedure.

    ``related``: the buyer completed the result or is related to who did (浙江条例 17).
    """

    order_id: int
    summary: str
    basis: str
    completers: tuple[str, ...]
    related: bool
    related_note: str
    procedure: str
    contact: str
    unit_place: str
    unit_from: date


def start(ctx: Context, command: Start) -> int:
    """Begin the showing, or begin it anew with another content: the term runs from the start.

    The term is counted from the later of the two postings; its last day moves from a holiday
    (L1, L34). Raises NotFound, Forbidden, Invalid with ``errors``, Conflict in another state.
    """
    _ask_whole(command)
    with ctx.transaction() as tx:
        deal = order_facts.deal_facts(tx.db, command.order_id)
        if not policy.may_start(tx.actor, seller_organisation_id=deal.seller_organisation_id):
            raise Forbidden if order_facts.is_party(tx.actor, deal) else NotFound
        if not deal.needs_publicity:
            raise Conflict("publicity.not_owed")
        if command.unit_from > local_date(tx.now):
            raise Invalid("publicity.day_to_come", errors={"unit_from": ["publicity.day_to_come"]})
        running = _running(tx, command.order_id)
        if running is None:
            order_steps.begin_publicity(tx, command.order_id)
        else:
            _end(tx, running, Action.RESTART, why="内容变更，重新公示")
        row = _new(tx, command, deal)
        tx.db.add(row)
        tx.db.flush()
        tx.emit(PublicityMoved(row.id, row.order_id, "start"))
        tx.audit("publicity.started", "order", row.order_id, version=row.version)
        return row.id


def _new(tx: Tx, command: Start, deal: order_facts.DealFacts) -> Publicity:
    last = tx.db.scalar(
        select(func.max(Publicity.version)).where(Publicity.order_id == command.order_id)
    )
    return Publicity(
        order_id=command.order_id,
        version=(last or 0) + 1,
        state=State.RUNNING,
        name=deal.title,
        summary=command.summary.strip(),
        way=deal.mode,
        price_minor=deal.price_minor,
        basis=command.basis.strip(),
        number=deal.subject_number,
        seller_organisation_id=deal.seller_organisation_id,
        seller_name=deal.seller_name,
        buyer_name=deal.buyer_name,
        completers=[one.strip() for one in command.completers if one.strip()],
        related=command.related,
        related_note=command.related_note.strip(),
        procedure=command.procedure.strip(),
        contact=command.contact.strip(),
        unit_place=command.unit_place.strip(),
        unit_from=command.unit_from,
        market_from=tx.now,
        ends_on=last_day(command.unit_from, tx.now, days=option(tx.db, "publicity_days")),
        started_by=tx.actor.user_id,
    )


def last_day(unit_from: date, market_from: datetime, *, days: int) -> date:
    """The last day of the showing: counted from the later posting, that day not counted (L34)."""
    return term_end(max(unit_from, local_date(market_from)), days)


def _ask_whole(command: Start) -> None:
    errors = {
        name: ["publicity.needed"]
        for name in ("summary", "basis", "procedure", "contact", "unit_place")
        if not getattr(command, name).strip()
    }
    if not any(one.strip() for one in command.completers):
        errors["completers"] = ["publicity.needed"]
    if command.related and not command.related_note.strip():
        errors["related_note"] = ["publicity.needed"]
    long = (command.summary, command.basis, command.procedure)
    if any(len(text) > TEXT_LENGTH for text in long):
        errors["summary"] = ["orders.too_long"]
    if errors:
        raise Invalid("publicity.incomplete", errors=errors)


@dataclass(frozen=True, slots=True)
class Object:
    """What somebody has against the deal, and how he may be answered."""

    publicity_id: int
    name: str
    contact: str
    text: str


def object_to(ctx: Context, command: Object) -> int:
    """Take an objection while the showing runs; anybody may. Its number.

    Raises NotFound, Invalid without name, contact or reasons, Conflict when the term is over.
    """
    name, contact, text = (part.strip() for part in (command.name, command.contact, command.text))
    if not (name and contact and text):
        raise Invalid("publicity.objection_incomplete")
    if len(text) > TEXT_LENGTH or max(len(name), len(contact)) > SHORT_LENGTH:
        raise Invalid("orders.too_long")
    with ctx.transaction() as tx:
        row = _locked(tx, command.publicity_id)
        if row.state != State.RUNNING or local_date(tx.now) > row.ends_on:
            raise Conflict("publicity.over")
        objection = Objection(
            publicity_id=row.id,
            state=Answer.OPEN,
            text=text,
            name_sealed=cipher.seal(tx.settings.secrets, name),
            contact_sealed=cipher.seal(tx.settings.secrets, contact),
            received_at=tx.now,
        )
        tx.db.add(objection)
        tx.db.flush()
        tx.emit(ObjectionReceived(row.id, row.order_id, objection.id))
        tx.audit("publicity.objected", "order", row.order_id, objection=objection.id)
        return objection.id


@dataclass(frozen=True, slots=True)
class Reply:
    """The unit's decision on an objection, with its reasons; they are shown."""

    publicity_id: int
    objection_id: int
    upheld: bool
    text: str


def reply(ctx: Context, command: Reply) -> None:
    """Answer an objection; an upheld one ends the deal. Raises Conflict when it is answered."""
    if not command.text.strip():
        raise Invalid("reason_needed")
    if len(command.text) > TEXT_LENGTH:
        raise Invalid("orders.too_long")
    with ctx.transaction() as tx:
        row = _locked(tx, command.publicity_id)
        objection = tx.db.scalar(
            select(Objection)
            .where(Objection.id == command.objection_id, Objection.publicity_id == row.id)
            .with_for_update()
        )
        may = policy.may_start(tx.actor, seller_organisation_id=row.seller_organisation_id)
        if objection is None or not may:
            raise NotFound
        verdict = Answer.UPHELD if command.upheld else Answer.REJECTED
        objection.state = answered(objection.state, verdict)
        objection.answer, objection.answered_at = command.text.strip(), tx.now
        objection.answered_by = tx.actor.user_id
        tx.audit("publicity.answered", "order", row.order_id, why=objection.answer,
                 objection=objection.id, answer=str(verdict))  # fmt: skip
        if command.upheld:
            _end(tx, row, Action.STOP, why=objection.answer)
            order_steps.fail_publicity(tx, row.order_id, why="公示异议成立")


def clear_due(ctx: Context) -> int:
    """Sweep: what has ended without an open objection is cleared and certified; how many."""
    with ctx.reading() as db:
        still = select(Objection.id).where(
            Objection.publicity_id == Publicity.id, Objection.state == Answer.OPEN
        )
        due = select(Publicity.id).where(
            Publicity.state == State.RUNNING,
            Publicity.ends_on < local_date(ctx.clock()),
            ~still.exists(),
        )
        found = list(db.scalars(due.order_by(Publicity.id)))
    return sum(_clear(ctx, publicity_id) for publicity_id in found)


def _clear(ctx: Context, publicity_id: int) -> bool:
    with ctx.transaction() as tx:
        row = _locked(tx, publicity_id)
        open_ones = select(func.count()).where(
            Objection.publicity_id == row.id, Objection.state == Answer.OPEN
        )
        over = row.ends_on < local_date(tx.now)
        if row.state != State.RUNNING or not over or tx.db.scalar(open_ones):
            return False
        _end(tx, row, Action.CLEAR, why="")
        order_steps.clear_publicity(tx, row.order_id)
        certificate.issue(tx, row)
        return True


def _end(tx: Tx, row: Publicity, action: Action, *, why: str) -> None:
    row.state, row.ended_at, row.ended_why = advance(row.state, action), tx.now, why
    tx.db.flush()
    tx.emit(PublicityMoved(row.id, row.order_id, str(action)))
    tx.audit(f"publicity.{action}", "order", row.order_id, why=why, version=row.version)


def _running(tx: Tx, order_id: int) -> Publicity | None:
    return tx.db.scalar(
        select(Publicity)
        .where(Publicity.order_id == order_id, Publicity.state == State.RUNNING)
        .with_for_update()
    )


def _locked(tx: Tx, publicity_id: int) -> Publicity:
    row = tx.db.scalar(select(Publicity).where(Publicity.id == publicity_id).with_for_update())
    if row is None:
        raise NotFound
    return row
