"""Who acts in this request: by the session in the cookie, or under /api by the token shown."""

from __future__ import annotations

from flask import request, session

from marketplace.identity import actors
from marketplace.identity.actors import Door
from marketplace.identity.signin import sessions
from marketplace.identity.tokens import commands as token_commands
from marketplace.kernel.actor import Actor
from marketplace.web.context import base_context, remote_address, request_id


def load_actor() -> Actor | None:
    """The actor of the present request, by one statement; None when nobody is signed in.

    Under /api a presented token decides alone; everywhere else the session does.
    """
    if request.path.startswith("/api/") and "Authorization" in request.headers:
        return _by_token(request.headers["Authorization"])
    uniquifier = session.get("_user_id")
    return _by_session(str(uniquifier)) if uniquifier else None


def _by_session(uniquifier: str) -> Actor | None:
    ctx = base_context()
    now = ctx.clock()
    actor = None
    if sessions.is_alive(session, now):
        with ctx.reading() as db:
            actor = actors.actor_by_session(
                db,
                uniquifier,
                acted_for=session.get("org"),
                session_digest=sessions.digest_of(str(session.get("sid", ""))),
                door=_door("web"),
            )
    if actor is None:
        session.clear()
        return None
    sessions.note_seen(now)
    return actor


def _by_token(header: str) -> Actor | None:
    scheme, _, presented = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    return token_commands.use_token(base_context(), presented.strip(), door=_door("api"))


def _door(via: str) -> Door:
    return Door(via, remote_address(), request_id())
