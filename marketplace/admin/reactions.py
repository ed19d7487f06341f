"""What the administration hears for the market's own people: books that do not agree."""

from __future__ import annotations

from typing import Any

from marketplace.identity import queries as identity
from marketplace.kernel.actor import StaffRole
from marketplace.kernel.context import Context
from marketplace.notify.commands import tell


def tell_books_differ(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """The treasurers hear what the reconciliation found; hearing it twice does no harm."""
    minor = payload["difference_minor"]
    sign, whole = "-" if minor < 0 else "", abs(minor)
    facts = {
        "day": payload["day"],
        "difference": f"{sign}¥{whole // 100:,}.{whole % 100:02d}",
        "waiting": payload["waiting"],
    }
    with ctx.transaction() as tx:
        to = identity.staff_ids(tx.db, StaffRole.TREASURER)
        place = "/treasury/reconciliation"
        tell(tx, user_ids=to, kind="treasury.books_differ", facts=facts, url=place)


REACTIONS = {"treasury.books_differ": {"admin.tell_books_differ": tell_books_differ}}
