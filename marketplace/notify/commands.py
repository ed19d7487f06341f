"""Telling people: steps for other rooms, commands for the reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from marketplace.kernel.context import Context, Tx
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.kernel.ids import token
from marketplace.notify.events import MailQueued
from marketplace.notify.models import Mail, Notice, Preference

CHOICES = ("at_once", "daily", "off")


def tell(tx: Tx, *, user_ids: Iterable[int], kind: str, facts: Mapping[str, Any], url: str) -> None:
    """Step: put a notice into the inbox of each person, once each.

    ``kind`` must be registered in ``notify.texts``; ``facts`` are JSON values; ``url`` is a
    path of this site. Mail follows the person's choice (at once by the relay, or daily).
    """
    people = sorted(set(user_ids))
    if not people:
        return
    rows = [
        {"user_id": person, "kind": kind, "facts": dict(facts), "url": url, "created_at": tx.now}
        for person in people
    ]
    tx.db.execute(insert(Notice), rows)


def queue_mail(tx: Tx, *, to: str, message: str, locale: str, facts: Mapping[str, Any]) -> int:
    """Step: owe a mail; templates/email/<message>/ holds its texts. Returns the mail's id."""
    mail = Mail(recipient=to, message=message, locale=locale, facts=dict(facts), created_at=tx.now)
    tx.db.add(mail)
    tx.db.flush()
    tx.emit(MailQueued(mail.id))
    return mail.id


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Mark one notice, or with None every notice of the reader, as read."""

    notice_id: int | None = None


def mark_read(ctx: Context, command: MarkRead) -> None:
    """Mark the reader's own notices as read; others' are simply not found."""
    with ctx.transaction() as tx:
        own = (Notice.user_id == tx.actor.user_id) & Notice.read_at.is_(None)
        if command.notice_id is not None:
            own &= Notice.id == command.notice_id
        tx.db.execute(
            update(Notice).where(own).values(read_at=tx.now),
            execution_options={"synchronize_session": False},
        )


@dataclass(frozen=True, slots=True)
class ChooseMail:
    """The reader's choice about mail: at_once, daily or off."""

    mail: str


def choose_mail(ctx: Context, command: ChooseMail) -> None:
    """Keep the choice; raises Invalid for an unknown one."""
    if command.mail not in CHOICES:
        raise Invalid("notify.unknown_choice")
    with ctx.transaction() as tx:
        preference_of(tx, tx.actor.user_id).mail = command.mail


def preference_of(tx: Tx, user_id: int) -> Preference:
    """Step: the person's preference row, made at first use (daily digest)."""
    row = tx.db.scalar(select(Preference).where(Preference.user_id == user_id).with_for_update())
    if row is None:
        row = Preference(user_id=user_id, mail="daily", off_token=token())
        tx.db.add(row)
        tx.db.flush()
    return row


def switch_off(ctx: Context, off_token: str) -> None:
    """One-click off from the link in a mail; raises NotFound for an unknown link."""
    with ctx.transaction() as tx:
        row = tx.db.scalar(select(Preference).where(Preference.off_token == off_token))
        if row is None:
            raise NotFound
        row.mail = "off"
        tx.audit("mail.switched_off", "user", row.user_id, why="link in a mail")
