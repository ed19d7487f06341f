"""What the two parties do with an order. Each takes a Context and is exactly one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.orders import money, policy, roots
from marketplace.trade.orders.models import Order, OrderFile, OrderStage
from marketplace.trade.orders.states import IN_ESCROW, StageAction, StageState, State
from marketplace.trade.orders.turns import current
from rules.days import local_date

TEXT_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Deliver:
    """The seller says what was handed over; ``version`` is the page's (T5)."""

    order_id: int
    version: int
    text: str


def deliver(ctx: Context, command: Deliver) -> None:
    """Hand over the current stage; the buyer's term to accept begins.

    Raises Invalid without a word or a file of what was delivered, Conflict in another state.
    """
    with ctx.transaction() as tx:
        order = roots.lock_as(tx, command.order_id, party="seller", version=command.version)
        stage = _current(tx, order)
        text = said(command.text)
        if not _files(tx, order.id, stage=stage.stage, purpose="delivery"):
            raise Invalid("orders.delivery_needs_file")
        stage.delivered_at = tx.now
        roots.move_stage(tx, order, stage, StageAction.DELIVER, text=text)


@dataclass(frozen=True, slots=True)
class Judge:
    """The buyer accepts what was delivered, or sends it back with the reasons."""

    order_id: int
    version: int
    accepted: bool
    text: str = ""


def judge(ctx: Context, command: Judge) -> None:
    """Accept or reject the current stage; an accepted one is paid out at once.

    A stage that waits for the certificate of registration is paid out when it is shown (L21).
    Raises Invalid for a rejection without reasons, Conflict in another state.
    """
    with ctx.transaction() as tx:
        order = roots.lock_as(tx, command.order_id, party="buyer", version=command.version)
        stage = _current(tx, order)
        if command.accepted:
            accept_stage(tx, order, stage, text=command.text)
            return
        text = said(command.text)
        stage.delivered_at = None
        roots.move_stage(tx, order, stage, StageAction.REJECT, text=text)


def accept_stage(tx: Tx, order: Order, stage: OrderStage, *, text: str = "") -> None:
    """Step: the stage is accepted, by the buyer or because his term ran out."""
    stage.accepted_at = tx.now
    roots.move_stage(tx, order, stage, StageAction.ACCEPT, text=text)
    money.release(tx, order, stage)


@dataclass(frozen=True, slots=True)
class ShowCertificate:
    """手续合格通知书: its number and date; the file is uploaded beside it (L21)."""

    order_id: int
    version: int
    number: str
    issued_on: date
    owner_name: str


def show_certificate(ctx: Context, command: ShowCertificate) -> None:
    """The office registered the change (专利法 10); an accepted stage is paid out now.

    Raises Invalid without number or file, for a day to come, or when the certificate names
    another owner than the buyer (L21).
    """
    with ctx.transaction() as tx:
        order = roots.lock_as(tx, command.order_id, party="seller", version=command.version)
        stage = _current(tx, order)
        if not stage.needs_certificate or stage.state not in IN_ESCROW:
            raise Conflict("orders.no_certificate_asked")
        if command.issued_on > local_date(tx.now) or not command.number.strip():
            raise Invalid("orders.certificate_incomplete")
        if " ".join(command.owner_name.split()) != order.buyer_name:
            raise Invalid("orders.certificate_other_owner", buyer=order.buyer_name)
        if not _files(tx, order.id, stage=stage.stage, purpose="certificate"):
            raise Invalid("orders.certificate_needs_file")
        stage.certificate_number, stage.certificate_on = command.number.strip(), command.issued_on
        roots.remember(
            tx, order, action="certificate", stage=stage.stage, text=stage.certificate_number
        )
        if stage.state == StageState.ACCEPTED:
            money.release(tx, order, stage)


@dataclass(frozen=True, slots=True)
class Cancel:
    """One side asks to end the deal, or the other agrees to that."""

    order_id: int
    version: int
    why: str


def cancel(ctx: Context, command: Cancel) -> bool:
    """End the order by agreement; True when both sides have asked and it is over.

    What is in escrow goes back to the buyer. The first call only asks. Raises Conflict once the
    last stage is paid or while staff decides a dispute.
    """
    with ctx.transaction() as tx:
        order = roots.lock_own(tx, command.order_id, version=command.version)
        if order.state not in (State.AGREED, State.PUBLICITY, State.SIGNED):
            raise Conflict("orders.illegal_move", state=order.state, action="cancel")
        why = said(command.why)
        asked_by = order.cancel_asked_by
        if asked_by is None or asked_by == tx.actor.organisation_id:
            order.cancel_asked_by = tx.actor.organisation_id
            roots.remember(tx, order, action="cancel_asked", text=why)
            return False
        money.unwind(tx, order, why=why)
        return True


@dataclass(frozen=True, slots=True)
class KeepOn:
    """The side that asked to end the deal takes that back, or the other declines."""

    order_id: int
    version: int


def keep_on(ctx: Context, command: KeepOn) -> None:
    """The request to end the deal falls; raises Conflict when there is none."""
    with ctx.transaction() as tx:
        order = roots.lock_own(tx, command.order_id, version=command.version)
        if order.cancel_asked_by is None:
            raise Conflict("orders.nothing_asked")
        order.cancel_asked_by = None
        roots.remember(tx, order, action="cancel_dropped")


@dataclass(frozen=True, slots=True)
class Say:
    """A message to the other side and the market's staff."""

    order_id: int
    text: str


def say(ctx: Context, command: Say) -> None:
    """Write into the order's thread; parties and the offices that may see it."""
    with ctx.transaction() as tx:
        order = roots.lock(tx, command.order_id)
        if not policy.may_view(tx.actor, order):
            raise NotFound
        if policy.party_of(tx.actor, order) and not tx.actor.may_draft:
            raise Forbidden
        roots.remember(tx, order, action="message", text=said(command.text))


@dataclass(frozen=True, slots=True)
class Attach:
    """An accepted upload: ``purpose`` is delivery, certificate, evidence or message."""

    order_id: int
    purpose: str
    name: str
    media_type: str
    size: int
    sha256: str
    key: str


PURPOSES = ("delivery", "certificate", "evidence")
MOST_FILES = 40


def attach(ctx: Context, command: Attach) -> int:
    """Keep a stored file with the order; its number.

    Delivery and certificate come from the seller for the current stage, evidence from either
    side. Raises Conflict for an order that is over or has too many files.
    """
    with ctx.transaction() as tx:
        order = roots.lock_own(tx, command.order_id)
        if command.purpose not in PURPOSES:
            raise Invalid
        if command.purpose != "evidence" and policy.party_of(tx.actor, order) != "seller":
            raise Forbidden("orders.other_side")
        stage = current(roots.stages_of(tx.db, order.id))
        if order.ended_at is not None or stage is None:
            raise Conflict("orders.over")
        count = len(tx.db.scalars(select(OrderFile.id).where(OrderFile.order_id == order.id)).all())
        if count >= MOST_FILES:
            raise Conflict("orders.too_many_files", most=MOST_FILES)
        row = OrderFile(
            order_id=order.id,
            stage=None if command.purpose == "evidence" else stage.stage,
            purpose=command.purpose,
            audience="parties",
            organisation_id=tx.actor.organisation_id,
            name=command.name,
            media_type=command.media_type,
            size=command.size,
            sha256=command.sha256,
            key=command.key,
            uploaded_at=tx.now,
            uploaded_by=tx.actor.user_id,
        )
        tx.db.add(row)
        roots.remember(
            tx, order, action=f"file_{command.purpose}", stage=row.stage, sha256=command.sha256
        )
        return row.id


def _current(tx: Tx, order: Order) -> OrderStage:
    stage = current(roots.stages_of(tx.db, order.id))
    if order.state != State.SIGNED or stage is None:
        raise Conflict("orders.illegal_move", state=order.state, action="stage")
    return stage


def _files(tx: Tx, order_id: int, *, stage: int, purpose: str) -> bool:
    query = select(OrderFile.id).where(
        OrderFile.order_id == order_id, OrderFile.stage == stage, OrderFile.purpose == purpose
    )
    return tx.db.scalar(query.limit(1)) is not None


def said(text: str) -> str:
    """What was said, trimmed; raises Invalid for nothing or too much."""
    plain = text.strip()
    if not plain:
        raise Invalid("reason_needed")
    if len(plain) > TEXT_LENGTH:
        raise Invalid("orders.too_long")
    return plain
