"""By the clock: ask about payments nobody told us of, take holds in time, compare the totals."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.treasury.payments.events import BooksDiffer
from marketplace.treasury.payments.models import Instruction, Receipt
from marketplace.treasury.payments.online import stripe, totals
from marketplace.treasury.payments.online.carrying import carry_out
from marketplace.treasury.payments.online.crediting import believe
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.paying import answer, ask, in_time
from marketplace.treasury.payments.online.states import RUNNING
from marketplace.treasury.payments.online.stripe import Refused, Silent, Truth
from rules.days import local_date

QUIET = timedelta(minutes=3)
"""So long an attempt is left to its webhook before it is asked about (F16)."""
HELD = timedelta(hours=1)
"""The same of a hold, which lives for days."""
MOST = 100
DAILY = timedelta(hours=20)
COMPARED = timedelta(days=35)


def ask_provider(ctx: Context) -> int:
    """Ask about every attempt that runs and was not heard of lately; how many had news.

    Raises Silent.
    """
    if not ctx.settings.takes_stripe:
        return 0
    now = ctx.clock()
    query = select(Attempt).where(
        Attempt.state.in_(RUNNING),
        Attempt.checked_at <= now - QUIET,
        (Attempt.state != "authorised") | (Attempt.checked_at <= now - HELD),
    )
    with ctx.reading() as db:
        waiting = list(db.scalars(query.order_by(Attempt.checked_at, Attempt.id).limit(MOST)))
    return sum(_catch_up(ctx, one) for one in in_time(waiting))


def _catch_up(ctx: Context, attempt: Attempt) -> bool:
    try:
        if attempt.session_id is None and attempt.object_id is None:
            answer(ctx, attempt)  # we died between its call and our commit (F5)
            with ctx.reading() as db:
                attempt = db.get_one(Attempt, attempt.id)
        return ask(ctx, attempt)
    except Refused:
        return False


def capture_due(ctx: Context) -> int:
    """Take the money of holds that are needed, or that would lapse (F19); how many.

    Raises Silent.
    """
    if not ctx.settings.takes_stripe:
        return 0
    goes_back = select(Receipt.provider_reference).where(
        Receipt.provider == stripe.HOLD, Receipt.refunded_minor > 0
    )
    rest = select(Instruction.thing_id).where(Instruction.thing == "attempt")
    query = select(Attempt).where(
        Attempt.state == "authorised",
        Attempt.capture_at <= ctx.clock(),
        Attempt.object_id.not_in(goes_back),
        Attempt.id.not_in(rest),
    )
    with ctx.reading() as db:
        due = list(db.scalars(query.order_by(Attempt.capture_at, Attempt.id).limit(MOST)))
    return sum(_capture(ctx, one) for one in in_time(due))


def _capture(ctx: Context, attempt: Attempt) -> bool:
    with suppress(Refused):  # taken already, or gone: the truth says which
        stripe.capture(ctx.settings, attempt.object_id or "", key=f"{attempt.key}:capture")
    return ask(ctx, attempt)


def compare(ctx: Context) -> int:
    """I7 against the provider itself: each payment of the last weeks once a day, in fen.

    Tells the treasurers when one differs; the difference, provider less books. Raises Silent.
    """
    if not ctx.settings.takes_stripe:
        return 0
    now = ctx.clock()
    query = select(Attempt).where(
        Attempt.state == "paid",
        Attempt.ended_at >= now - COMPARED,
        Attempt.checked_at <= now - DAILY,
    )
    with ctx.reading() as db:
        paid = list(db.scalars(query.order_by(Attempt.checked_at, Attempt.id).limit(MOST)))
        returned = totals.returned(db)
    found = [_stands(ctx, one) - (one.received_minor - returned[one.id]) for one in in_time(paid)]
    if any(found):
        with ctx.transaction() as tx:
            tx.emit(BooksDiffer(local_date(now).isoformat(), sum(found), 0))
    return sum(found)


def _stands(ctx: Context, attempt: Attempt) -> int:
    """What the provider has of a payment now; nothing when it does not know it."""
    found = Truth("waiting")
    with suppress(Refused):
        found = stripe.truth(
            ctx.settings, session_id=attempt.session_id, object_id=attempt.object_id
        )
    with ctx.transaction() as tx:
        believe(tx, attempt.id, found)
    return found.amount_minor - found.returned_minor


def turn(ctx: Context) -> int:
    """Everything that is due at the provider, the urgent first; how many things moved.

    One silence ends the turn: the worker closes auctions, too, and must not wait.
    """
    moved = 0
    with suppress(Silent):
        for work in (capture_due, carry_out, ask_provider):
            moved += work(ctx)
    return moved


JOBS = (
    Job("treasury.provider", timedelta(seconds=30), turn),
    Job("treasury.compare", timedelta(minutes=30), compare),
)
