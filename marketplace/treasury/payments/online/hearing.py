"""Hear the provider's events: each once, by its id; an event says only where to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from marketplace.kernel.context import Context, Tx
from marketplace.treasury.payments.online import stripe
from marketplace.treasury.payments.online.crediting import believe, locked
from marketplace.treasury.payments.online.models import Attempt, ProviderEvent
from marketplace.treasury.payments.online.stripe import Refused, Told, Truth


def hear(ctx: Context, raw: bytes, header: str) -> None:
    """Take a webhook call.

    What it tells may be old: the payment itself is asked for, and the event is stored with what
    follows in one transaction. Raises Invalid for a call that the provider did not sign for this
    account and mode (T7), Silent when it does not answer: it calls again.
    """
    event = stripe.told(ctx.settings, raw, header)
    with ctx.reading() as db:
        if db.get(ProviderEvent, event.id) is not None:
            return
        attempt = attempt_of(db, event)
    found = _ask(ctx, attempt, event.thing) if attempt is not None else None
    with ctx.transaction() as tx:
        act(tx, event, attempt.id if attempt else None, truth=found)


def act(tx: Tx, event: Told, attempt_id: int | None, *, truth: Truth | None) -> bool:
    """Step: store an event and believe what was found; False when it was taken before."""
    if attempt_id is not None:  # before the row that points to it: two such rows would wait
        locked(tx, attempt_id)  # for each other
    row = {
        "event_id": event.id,
        "kind": event.kind,
        "attempt_id": attempt_id,
        "made_at": event.made_at,
        "received_at": tx.now,
    }
    dialect = postgresql if tx.db.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(ProviderEvent).values(row).on_conflict_do_nothing()
    if tx.db.scalar(insert.returning(ProviderEvent.event_id)) is None:
        return False
    if attempt_id is not None and truth is not None:
        believe(tx, attempt_id, truth)
    return True


def attempt_of(db: Session, event: Told) -> Attempt | None:
    """The attempt an event is about: by our own key in it, or by the provider's numbers."""
    thing = event.thing
    meta = thing.get("metadata")
    key = meta.get("attempt") if isinstance(meta, dict) else None
    names = [str(thing.get(name)) for name in ("id", "payment_intent") if thing.get(name)]
    query = select(Attempt).where(
        (Attempt.key == str(key)) | Attempt.object_id.in_(names) | Attempt.session_id.in_(names)
    )
    return db.scalars(query.order_by(Attempt.id).limit(1)).first()


def _ask(ctx: Context, attempt: Attempt, thing: Mapping[str, Any]) -> Truth | None:
    """The truth; before the page's answer was written the event names what to ask for."""
    session_id, object_id = attempt.session_id, attempt.object_id
    if session_id is None and thing.get("object") == "checkout.session":
        session_id = str(thing.get("id"))
    elif session_id is None and object_id is None:
        named = thing.get("id") if thing.get("object") == "payment_intent" else None
        object_id = str(named or thing.get("payment_intent"))
    try:
        return stripe.truth(ctx.settings, session_id=session_id, object_id=object_id)
    except Refused:  # the provider does not know it: nothing to believe, and the sweep asks again
        return None
