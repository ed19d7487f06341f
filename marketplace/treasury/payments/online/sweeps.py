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
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.paying import answer, ask
from marketplace.treasury.payments.online.states import RUNNING
from marketplace.treasury.payments.online.stripe import Refused, Silent
from rules.days import local_date

QUIET = timedelta(minutes=3)
"""So long an attempt is left to its webhook before it is asked about (F16)."""
HELD = timedelta(hours=1)
"""The same of a hold, which lives for days."""
MOST = 100
COMPARED = timedelta(days=35)


def ask_provider(ctx: Context) -> int:
    """Ask about every attempt that runs and was not heard of lately; how many had news."""
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
    try:
        return sum(_catch_up(ctx, one) for one in waiting)
    except Silent:
        return 0


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
    """Take the money of holds that are needed, or that would lapse (F19); how many."""
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
    try:
        return sum(_capture(ctx, one) for one in due)
    except Silent:
        return 0


def _capture(ctx: Context, attempt: Attempt) -> bool:
    with suppress(Refused):  # taken already, or gone: the truth says which
        stripe.capture(ctx.settings, attempt.object_id or "", key=f"{attempt.key}:capture")
    return ask(ctx, attempt)


def compare(ctx: Context) -> int:
    """I7 against the provider itself: the last weeks' payments and what went back, in fen.

    Tells the treasurers when both differ; the difference, provider less books.
    """
    if not ctx.settings.takes_stripe:
        return 0
    now = ctx.clock()
    since = Attempt.ended_at >= now - COMPARED
    with ctx.reading() as db:
        paid = list(db.scalars(select(Attempt).where(Attempt.state == "paid", since)))
        returned = totals.returned(db)
        booked = {one.id: one.received_minor - returned.get(one.id, 0) for one in paid}
    there = {one.id: _stands(ctx, one) for one in paid}
    difference = sum(there.values()) - sum(booked.values())
    if there != booked:
        with ctx.transaction() as tx:
            tx.emit(BooksDiffer(local_date(now).isoformat(), difference, 0))
    return difference


def _stands(ctx: Context, attempt: Attempt) -> int:
    try:
        found = stripe.truth(
            ctx.settings, session_id=attempt.session_id, object_id=attempt.object_id
        )
    except Refused:  # it knows nothing of it
        return 0
    return found.amount_minor - found.returned_minor


JOBS = (
    Job("treasury.capture_due", timedelta(minutes=1), capture_due),
    Job("treasury.carry_out", timedelta(minutes=1), carry_out),
    Job("treasury.ask_provider", timedelta(minutes=1), ask_provider),
    Job("treasury.compare", timedelta(days=1), compare),
)
