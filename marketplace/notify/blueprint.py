"""The pages of notify, the unread count of the frame, and notices' words for mails."""

from __future__ import annotations

from flask.blueprints import BlueprintSetupState

from marketplace.identity import actors
from marketplace.notify import queries, texts
from marketplace.notify.views import bp
from marketplace.web.context import current_actor, current_context
from marketplace.web.pages import UNREAD


def _unread() -> int:
    actor = current_actor()
    if actor is None:
        return 0
    if actor.unread is not None:
        return min(actor.unread, queries.MOST_UNREAD)
    with current_context().reading() as db:
        return queries.unread_count(db, actor.user_id)


def _install(state: BlueprintSetupState) -> None:
    state.app.extensions[UNREAD] = _unread
    actors.count_unread_by(queries.unread_of)
    state.app.jinja_env.globals.update(notice_title=texts.title_of, notice_body=texts.body_of)


bp.record_once(_install)

__all__ = ["bp"]
