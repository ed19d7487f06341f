"""Flask-Security's datastore on our terms: it reads freely, and writes in one kernel transaction.

Its session never flushes and so never holds a lock, also while a password is being hashed.
What a page changed is moved at its commit into ``ctx.transaction()``, together with mails
(as events) and audit notes: all of it or nothing.
"""

from __future__ import annotations

from typing import Any, cast

import structlog
from flask import Flask, g
from flask_security.datastore import SQLAlchemySessionUserDatastore
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from marketplace.identity.people.models import Role, User
from marketplace.identity.signin import throttle
from marketplace.identity.signin.outgoing import Outgoing, take
from marketplace.identity.signin.person import Person
from marketplace.kernel.actor import Actor
from marketplace.kernel.context import Context, Tx
from marketplace.web.context import base_context, remote_address, request_id
from marketplace.web.i18n import LANGUAGES, current_lang

log = structlog.get_logger(__name__)


def _request_scope() -> int:
    return id(g._get_current_object())


class MarketDatastore(SQLAlchemySessionUserDatastore):
    """Persons and offices for Flask-Security."""

    def __init__(self, ctx: Context) -> None:
        factory = sessionmaker(ctx.engine, autoflush=False, expire_on_commit=False)
        self.registry: scoped_session[Session] = scoped_session(factory, _request_scope)
        super().__init__(self.registry, Person, cast("Any", Role))

    def install(self, app: Flask) -> None:
        """Give the session back when a request ends."""
        app.teardown_appcontext(self._close)

    def _close(self, _error: BaseException | None) -> None:
        if self.registry.registry.has():
            self.registry.remove()

    def create_user(self, **kwargs: Any) -> Person:
        """A new person, in the language of the page that was filled in."""
        kwargs["email"] = kwargs["email"].lower()
        kwargs["created_at"] = base_context().clock()
        kwargs["locale"] = LANGUAGES[current_lang()]
        return cast("Person", super().create_user(**kwargs))

    def commit(self) -> None:
        """Write what changed, with its mails and notes, in one transaction."""
        held = take()
        changed = self._detach()
        if not changed and not held:
            return
        try:
            with _context(held).transaction() as tx:
                tx.db.add_all(changed)
                tx.db.flush()
                _leave(tx, held)
        except IntegrityError:
            # Two registrations of one address at the same instant: the answer is the same
            # for both by design, and the first one has its mail.
            log.info("identity.registration_lost_race")

    def _detach(self) -> list[object]:
        if not self.registry.registry.has():
            return []
        session = self.registry()
        changed = [*session.new, *(row for row in session.dirty if session.is_modified(row))]
        session.expunge_all()
        session.close()
        return changed


def _context(held: Outgoing) -> Context:
    known: list[User] = [note.user for note in held.notes if note.user.id is not None]
    if not known:
        return base_context()
    actor = Actor(known[0].id, known[0].name, address=remote_address(), request_id=request_id())
    return base_context().acting(actor)


def _leave(tx: Tx, held: Outgoing) -> None:
    for mail in held.mails:
        tx.emit(mail)
    for kind in held.asked:
        tx.audit("mail.asked", "sign_in_page", kind)
    for note in held.notes:
        tx.audit(note.action, "user", note.user.id, **note.facts)
    for kind, account in held.succeeded:
        throttle.succeeded(tx, kind, throttle.Who(account, remote_address()))


def commit_leftovers(datastore: MarketDatastore) -> None:
    """Pages that only send a mail never commit; their mails are left behind here."""
    if g.get("identity_outgoing"):
        datastore.commit()
