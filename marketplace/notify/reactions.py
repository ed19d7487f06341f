"""What notify does when it hears that a mail is wanted, queued, or that a day has passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from marketplace.kernel.context import Context
from marketplace.kernel.jobs import Job
from marketplace.notify import digest
from marketplace.notify.commands import queue_mail
from marketplace.notify.models import Mail
from marketplace.web import mailing


def mail_wanted(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """A room below notify asked for a mail by event."""
    with ctx.transaction() as tx:
        queue_mail(
            tx,
            to=payload["to"],
            message=payload["message"],
            locale=payload["locale"],
            facts=payload["facts"],
        )


def send_mail(ctx: Context, _row_id: int, payload: dict[str, Any]) -> None:
    """Send once: a mail marked sent is not sent again; a failure is retried by the relay."""
    with ctx.reading() as db:
        mail = db.scalar(select(Mail).where(Mail.id == payload["mail_id"]))
    if mail is None or mail.sent_at is not None:
        return
    letter = mailing.render(
        ctx.settings, to=mail.recipient, message=mail.message, locale=mail.locale, facts=mail.facts
    )
    mailing.send(ctx.settings, letter)
    with ctx.transaction() as tx:
        # The links inside are good for one person only: they are not kept once sent.
        tx.db.execute(update(Mail).where(Mail.id == mail.id).values(sent_at=tx.now, facts={}))


REACTIONS = {
    "identity.mail_wanted": {"notify.mail_wanted": mail_wanted},
    "notify.mail_queued": {"notify.send_mail": send_mail},
}
JOBS = (Job("notify.digest", timedelta(minutes=5), digest.send_due),)
