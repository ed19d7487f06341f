"""Send a payer to the provider's page: write the attempt, ask for the page, write the answer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import func, select

from marketplace.identity.policy import may_manage_organisation
from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Conflict, Forbidden, NotFound
from marketplace.kernel.settings import Settings
from marketplace.treasury.payments.models import PaymentIntent
from marketplace.treasury.payments.online import stripe
from marketplace.treasury.payments.online.crediting import LASTS, MARGIN, believe
from marketplace.treasury.payments.online.models import Attempt
from marketplace.treasury.payments.online.states import ATTEMPT, RUNNING
from marketplace.treasury.payments.online.stripe import Refused, Session, Silent, Wanted
from marketplace.treasury.payments.states import advance
from marketplace.treasury.payments.steps import locked_by_reference

T = TypeVar("T")
ROUND_SECONDS = 10
PAGE_LIVES = timedelta(minutes=60)
"""How long a page of the provider can be paid on; it wants 30 minutes at least."""


def pay(ctx: Context, reference: str) -> str:
    """The address of the page where the intent of this code is paid.

    The amount is the market's own, whatever was sent. A page that still runs is shown again.
    Raises NotFound for a code of others, Forbidden for who may not pay for his organisation,
    Conflict when nothing is asked for, Silent or Refused by the provider.
    """
    if not ctx.settings.takes_stripe:
        raise NotFound
    attempt, is_fit = _running(ctx, reference)
    if not is_fit:
        _retire(ctx, attempt)
        attempt, is_fit = _running(ctx, reference)
        if not is_fit:
            raise Silent
    if attempt.url:
        return attempt.url
    return answer(ctx, attempt)


def _running(ctx: Context, reference: str) -> tuple[Attempt, bool]:
    """The attempt that runs, begun when there was none, and whether it fits what is asked."""
    with ctx.transaction() as tx:
        intent = locked_by_reference(tx, reference)
        if intent.organisation_id != tx.actor.organisation_id:
            raise NotFound
        if not may_manage_organisation(tx.actor, intent.organisation_id):
            raise Forbidden
        if intent.state != "open":
            raise Conflict("payments.nothing_to_pay")
        missing = intent.amount_minor - intent.received_minor
        query = select(Attempt).where(Attempt.intent_id == intent.id, Attempt.state.in_(RUNNING))
        attempt = tx.db.scalar(query.with_for_update())
        if attempt is None:
            return _begin(tx, intent, amount_minor=missing), True
        return attempt, attempt.amount_minor == missing and tx.now < attempt.expires_at


def _begin(tx: Tx, intent: PaymentIntent, *, amount_minor: int) -> Attempt:
    last = select(func.max(Attempt.number)).where(Attempt.intent_id == intent.id)
    number = (tx.db.scalar(last) or 0) + 1
    needed_until = intent.needed_until
    attempt = Attempt(
        key=f"{intent.key}:{number}",
        intent_id=intent.id,
        number=number,
        state="begun",
        may_hold=needed_until is not None and needed_until + MARGIN <= tx.now + LASTS,
        amount_minor=amount_minor,
        received_minor=0,
        started_by=tx.actor.user_id,
        created_at=tx.now,
        expires_at=tx.now + PAGE_LIVES,
        checked_at=tx.now,
    )
    tx.db.add(attempt)
    tx.db.flush()
    tx.audit("attempt.begun", "attempt", attempt.id, intent=intent.id)
    return attempt


def answer(ctx: Context, attempt: Attempt) -> str:
    """Ask for an attempt's page and write it down; asked again it is the same page."""
    try:
        session = stripe.open_session(ctx.settings, _wanted(ctx, attempt))
    except Refused:
        _write(ctx, attempt.id, session=None)
        raise
    _write(ctx, attempt.id, session=session)
    return session.url


def _wanted(ctx: Context, attempt: Attempt) -> Wanted:
    with ctx.reading() as db:
        reference = db.get_one(PaymentIntent, attempt.intent_id).reference
    return Wanted(
        key=attempt.key,
        amount_minor=attempt.amount_minor,
        title=f"{ctx.settings.short_name} {reference}",
        back_url=page_of(ctx.settings, attempt.id),
        expires_at=attempt.expires_at,
        may_hold=attempt.may_hold,
    )


def page_of(settings: Settings, attempt_id: int) -> str:
    """Where the payer comes back to."""
    return f"{settings.base_url.rstrip('/')}/treasury/payments/attempts/{attempt_id}"


def _write(ctx: Context, attempt_id: int, *, session: Session | None) -> None:
    """The answer; when the money was faster than it, only the page's name is added."""
    with ctx.transaction() as tx:
        query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
        attempt = tx.db.scalars(query).one()
        if session is not None:
            attempt.session_id, attempt.url = session.id, session.url
        if attempt.state == "begun":
            attempt.state = advance(ATTEMPT, attempt.state, "answer" if session else "fail")
            attempt.ended_at = None if session else tx.now
            tx.audit("attempt.answered", "attempt", attempt.id, state=attempt.state)


def _retire(ctx: Context, attempt: Attempt) -> None:
    """Close a page that does not fit any more, and believe what the provider says about it."""
    if attempt.session_id is None:
        answer(ctx, attempt)
        with ctx.reading() as db:
            attempt = db.get_one(Attempt, attempt.id)
    with suppress(Refused):  # it is over already, or paid: the truth says which
        stripe.expire_session(ctx.settings, attempt.session_id or "")
    ask(ctx, attempt)


def in_time(things: Iterable[T]) -> Iterator[T]:
    """The things of one round, until its time is over; the others wait for the next."""
    begun = time.monotonic()
    for one in things:
        if time.monotonic() - begun > ROUND_SECONDS:
            return
        yield one


def ask(ctx: Context, attempt: Attempt) -> bool:
    """Let an attempt follow what the provider says now; True when that was news."""
    found = stripe.truth(ctx.settings, session_id=attempt.session_id, object_id=attempt.object_id)
    with ctx.transaction() as tx:
        return believe(tx, attempt.id, found)


@dataclass(frozen=True, slots=True)
class Shown:
    """An attempt as its payer sees it. Amount in fen."""

    id: int
    state: str
    reference: str
    amount_minor: int
    url: str
    is_over: bool


def shown(ctx: Context, attempt_id: int) -> Shown:
    """An attempt of the acting organisation; raises NotFound for others'."""
    actor = ctx.actor
    query = (
        select(Attempt, PaymentIntent.reference)
        .join(PaymentIntent, PaymentIntent.id == Attempt.intent_id)
        .where(
            Attempt.id == attempt_id,
            PaymentIntent.organisation_id == (actor.organisation_id if actor else None),
        )
    )
    with ctx.reading() as db:
        row = db.execute(query).first()
    if row is None or not ctx.settings.takes_stripe:
        raise NotFound
    attempt, reference = row
    is_over = attempt.state not in ("begun", "open") or ctx.clock() >= attempt.expires_at
    return Shown(attempt.id, attempt.state, reference, attempt.amount_minor, attempt.url, is_over)
