"""The signed-in session: renewed at sign-in, bound to the browser, idle and absolute limits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, redirect, request, session, url_for
from werkzeug.wrappers import Response

from marketplace.identity.signin.models import EndedSession
from marketplace.identity.signin.redirects import is_own_path
from marketplace.kernel.context import Context
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.ids import token
from marketplace.web.context import base_context

IDLE = timedelta(minutes=30)
IDLE_STAFF = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
FRESH = timedelta(minutes=10)
NOTED_EVERY = timedelta(seconds=60)
"""The last request is written into the cookie at most this often."""
KEPT = ("_user_id", "_fresh", "_id", "fs_paa", "_flashes")
"""What the sign-in itself put there; everything older is dropped with the old session."""


class FreshSignInNeeded(Forbidden):
    """The act needs a sign-in of the last ten minutes (payout, offices, bank data)."""

    code = "identity.fresh_needed"


def browser_of(user_agent: str) -> str:
    """What the session is bound to. Addresses change on the road, browsers do not."""
    return hashlib.sha512(user_agent.encode("utf-8", "replace")).hexdigest()


def this_browser() -> str:
    """The present request's browser, for Flask-Login's strong protection."""
    return browser_of(request.headers.get("User-Agent", ""))


def values(*, now: datetime, is_staff: bool, organisation_id: int | None) -> dict[str, Any]:
    """What a new session knows besides who signed in."""
    instant = int(now.timestamp())
    return {
        "sid": token(),
        "began": instant,
        "seen": instant,
        "proved": instant,
        "staff": is_staff,
        "org": organisation_id,
    }


def renew(*, now: datetime, is_staff: bool, organisation_id: int | None) -> None:
    """Begin a new session at sign-in; nothing of the old one survives (fixation, T14)."""
    kept = {key: session[key] for key in KEPT if key in session}
    session.clear()
    session.update(kept)
    session.update(values(now=now, is_staff=is_staff, organisation_id=organisation_id))


def is_alive(held: Mapping[str, Any], now: datetime) -> bool:
    """Whether a session is within its idle and absolute limits and in its browser."""
    instant = now.timestamp()
    try:
        age, idle = instant - int(held["began"]), instant - int(held["seen"])
    except (KeyError, TypeError, ValueError):
        return False
    longest = IDLE_STAFF if held.get("staff") else IDLE
    return (
        held.get("_id") == this_browser()
        and age <= ABSOLUTE.total_seconds()
        and idle <= longest.total_seconds()
    )


def note_seen(now: datetime) -> None:
    """Push the idle limit forward; the cookie changes at most once a minute."""
    instant = int(now.timestamp())
    if instant - int(session["seen"]) >= NOTED_EVERY.total_seconds():
        session["seen"] = instant


def digest_of(sid: str) -> str:
    """How an ended session is remembered."""
    return hashlib.sha256(sid.encode()).hexdigest()


def end(ctx: Context) -> None:
    """Sign out: the cookie is refused from now on, also where it was copied to."""
    sid = session.get("sid")
    session.clear()
    if not sid:
        return
    with ctx.transaction() as tx:
        tx.db.merge(EndedSession(digest=digest_of(sid), until=tx.now + ABSOLUTE))


def is_fresh() -> bool:
    """True when the person proved who it is within the last ten minutes."""
    now = base_context().clock().timestamp()
    return 0 <= now - int(session.get("proved", 0)) <= FRESH.total_seconds()


def require_fresh() -> None:
    """Raise FreshSignInNeeded unless ``is_fresh``; ask it before showing the form as well."""
    if not is_fresh():
        raise FreshSignInNeeded


def note_proved() -> None:
    """The person just gave the password again."""
    session["proved"] = int(base_context().clock().timestamp())


def install(app: Flask) -> None:
    """Lead whoever must sign in freshly to the page that asks for the password."""
    app.register_error_handler(FreshSignInNeeded, _ask_again)


def _ask_again(_error: FreshSignInNeeded) -> Response:
    back = request.full_path if request.method == "GET" else _path_before()
    target = back.rstrip("?")
    return redirect(url_for("security.verify", next=target if is_own_path(target) else "/"), 303)


def _path_before() -> str:
    return urlsplit(request.referrer or "").path or "/"
