"""What happens around Flask-Security's pages: new session, notices, notes for the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, render_template, request, session

from marketplace.identity.events import MailWanted
from marketplace.identity.organisations import queries as organisations
from marketplace.identity.people.consents import TERMS_VERSION
from marketplace.identity.people.models import Consent
from marketplace.identity.signin import sessions
from marketplace.identity.signin.outgoing import PersonNote, outgoing
from marketplace.identity.signin.person import Person
from marketplace.web.context import base_context, current_actor


def now() -> datetime:
    """The market's clock for Flask-Security."""
    return base_context().clock()


def person_of_session(load: Callable[[str], Person | None]) -> Callable[[str], Person | None]:
    """Flask-Security's loader, for sessions that are still alive."""

    def load_alive(user_id: str) -> Person | None:
        if not sessions.is_alive(session, now()):
            return None
        return load(user_id)

    return load_alive


def signed_in(_app: Flask, user: Person, **_more: Any) -> None:
    """Renew the session; remember the sign-in in the audit log."""
    organisation_id = session.get("org") if request.endpoint == "security.change_password" else None
    if organisation_id is None:
        with base_context().reading() as db:
            organisation_id = organisations.first_membership(db, user.id)
    sessions.renew(now=now(), is_staff=bool(user.roles), organisation_id=organisation_id)
    _note("user.signed_in", user)


def signed_out(_app: Flask, **_more: Any) -> None:
    """The session is void, wherever its cookie may have been copied to."""
    sessions.end(base_context())


def registered(_app: Flask, user: Person, **_more: Any) -> None:
    """Keep the consent to terms and privacy notice with its version (L75)."""
    for purpose in ("terms", "privacy"):
        user.consents.append(Consent(purpose=purpose, version=TERMS_VERSION, given_at=now()))
    _note("user.registered", user)


def confirmed(_app: Flask, user: Person, **_more: Any) -> None:
    """The mail address works."""
    _note("user.confirmed", user)


def password_changed(_app: Flask, user: Person, **_more: Any) -> None:
    """Every other session of the person has ended."""
    _note("user.password_changed", user)


def password_reset(_app: Flask, user: Person, **_more: Any) -> None:
    """Every session of the person has ended. A working link also proves the mail address."""
    _note("user.password_reset", user)


def second_factor_set(_app: Flask, user: Person, **_more: Any) -> None:
    """Tell the person by mail that the second factor changed."""
    _note("user.second_factor_set", user)
    _tell(user, "two_factor", on=True)


def second_factor_removed(_app: Flask, user: Person, **_more: Any) -> None:
    """Tell the person by mail that the second factor is gone."""
    _note("user.second_factor_removed", user)
    _tell(user, "two_factor", on=False)


def _note(action: str, user: Person) -> None:
    outgoing().notes.append(PersonNote(action, _plain(user)))


def _tell(user: Person, message: str, **facts: Any) -> None:
    person = _plain(user)
    outgoing().mails.append(
        MailWanted(person.email, message, person.locale, {"name": person.name, **facts})
    )


def _plain(user: Any) -> Person:
    """The row itself: ``current_user`` is a proxy."""
    real: Person = user._get_current_object() if hasattr(user, "_get_current_object") else user
    return real


def ask_before_confirming(app: Flask) -> None:
    """A link in a mail changes nothing when it is merely opened: the page has one button."""
    confirm = app.view_functions["security.confirm_email"]

    def confirm_email(token: str) -> Any:
        if request.method != "POST":
            return render_template("security/confirm_email.html", token=token)
        return confirm(token=token)

    app.view_functions["security.confirm_email"] = confirm_email


def has_no_code_to_give() -> bool:
    """Signed in and not setting a factor up: the library would sign out whoever follows a link.

    A page that is merely read changes nothing (T21).
    """
    return current_actor() is not None and session.get("tf_state") != "validating_profile"
