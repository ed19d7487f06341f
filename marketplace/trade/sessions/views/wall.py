"""The screen of the hall: what everybody in it may see, large; no maxima ever."""

from __future__ import annotations

from flask import Response, render_template, request

from marketplace.trade.sessions import queries, words
from marketplace.trade.sessions.queries import SessionCard
from marketplace.trade.sessions.views import bp
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_actor, current_context


@bp.get("/<int:session_id>/projector")
@access(PUBLIC)
def projector(session_id: int) -> str:
    """The whole screen."""
    _session, values = _shown(session_id)
    return render_template("trade/sessions/projector.html", **values)


@bp.get("/<int:session_id>/projector/wall")
@access(PUBLIC)
def wall(session_id: int) -> Response:
    """What moves on it; when another lot is up the screen loads itself anew."""
    session, values = _shown(session_id)
    response = Response(render_template("trade/sessions/_wall.html", **values))
    if request.args.get("lot", 0, type=int) != (session.current_auction_id or 0):
        response.headers["HX-Refresh"] = "true"
    return response


def _shown(session_id: int) -> tuple[SessionCard, dict[str, object]]:
    ctx = current_context()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=current_actor())
        up = queries.up(db, session, now=ctx.clock())
        lots = queries.lots(db, session, now=ctx.clock())
    return session, {"session": session, "up": up, "lots": lots, "words": words}
