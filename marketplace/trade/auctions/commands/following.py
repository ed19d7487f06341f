"""The secret address of a person's own calendar: made anew, the old one opens nothing."""

from __future__ import annotations

import hashlib

from marketplace.kernel.context import Context
from marketplace.kernel.ids import token
from marketplace.trade.auctions.models import CalendarKey


def make_calendar_key(ctx: Context) -> str:
    """Make a new key for the reader's calendar and return it: the only time that it is known."""
    key = token()
    with ctx.transaction() as tx:
        row = tx.db.get(CalendarKey, tx.actor.user_id, with_for_update=True)
        if row is None:
            row = CalendarKey(user_id=tx.actor.user_id)
            tx.db.add(row)
        row.sha256, row.made_at = hash_of(key), tx.now
        tx.audit("auction.calendar_key_made", "user", tx.actor.user_id)
    return key


def hash_of(key: str) -> str:
    """How a key is stored: random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()
