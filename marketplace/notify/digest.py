"""Unread notices by mail: at once for those who asked, otherwise once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from marketplace.identity.people import queries as people
from marketplace.kernel.context import Context
from marketplace.kernel.errors import NotFound
from marketplace.notify.commands import preference_of, queue_mail
from marketplace.notify.models import Notice, Preference

DAILY = timedelta(hours=24)
SETTLE = timedelta(minutes=2)
"""Notices younger than this wait: whoever is on the site reads them there."""
MOST = 20


@dataclass(frozen=True, slots=True)
class Due:
    """A person with unmailed, unread notices."""

    user_id: int
    oldest_at: datetime


def send_due(ctx: Context) -> int:
    """Sweep: queue one mail for every person whose digest is due; how many. Idempotent."""
    return sum(_send_one(ctx, due) for due in _waiting(ctx))


def _waiting(ctx: Context) -> list[Due]:
    fresh = ctx.clock() - SETTLE
    query = (
        select(Notice.user_id, func.min(Notice.created_at))
        .where(Notice.read_at.is_(None), Notice.mailed_at.is_(None), Notice.created_at <= fresh)
        .group_by(Notice.user_id)
        .limit(500)
    )
    with ctx.reading() as db:
        return [Due(*row) for row in db.execute(query)]


def _send_one(ctx: Context, due: Due) -> int:
    with ctx.transaction() as tx:
        choice = preference_of(tx, due.user_id)
        unmailed = (
            (Notice.user_id == due.user_id) & Notice.read_at.is_(None) & Notice.mailed_at.is_(None)
        )
        if choice.mail == "daily" and not _day_is_over(choice, due, tx.now):
            return 0
        notices = tx.db.scalars(select(Notice).where(unmailed).order_by(Notice.id)).all()
        tx.db.execute(update(Notice).where(unmailed).values(mailed_at=tx.now))
        if choice.mail == "off" or not notices:
            return 0
        choice.digest_at = tx.now
        try:
            person = people.person(tx.db, due.user_id)
        except NotFound:
            return 0  # the account was closed meanwhile
        queue_mail(
            tx,
            to=person.email,
            message="digest",
            locale=person.locale,
            facts={
                "name": person.name,
                "more": max(0, len(notices) - MOST),
                "notices": [
                    {"kind": n.kind, "facts": n.facts, "url": n.url} for n in notices[:MOST]
                ],
                "off_token": choice.off_token,
            },
        )
        return 1


def _day_is_over(choice: Preference, due: Due, now: datetime) -> bool:
    since = choice.digest_at or due.oldest_at
    return now - since >= DAILY
