"""Sessions for everybody: the list, the catalogue with its running order, and its print."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.kernel.errors import NotFound
from marketplace.trade.auctions import words as auction_words
from marketplace.trade.sessions import policy, queries, words
from marketplace.trade.sessions.views import bp
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_actor, current_context


@bp.get("")
@access(PUBLIC)
def index() -> str:
    """Sessions to come, running, and over."""
    actor = current_actor()
    with current_context().reading() as db:
        coming, over = queries.sessions(db, actor)
    return render_template(
        "trade/sessions/index.html",
        coming=coming,
        over=over,
        words=words,
        may_plan=policy.may_plan(actor),
    )


@bp.get("/<int:session_id>")
@access(PUBLIC)
def show(session_id: int) -> str:
    """The catalogue of a session."""
    return _catalogue("trade/sessions/show.html", session_id)


@bp.get("/<int:session_id>/print")
@access(PUBLIC)
def printed(session_id: int) -> str:
    """The catalogue on paper."""
    return _catalogue("trade/sessions/print.html", session_id)


@bp.get("/of/<int:auction_id>")
@access(PUBLIC)
def of_lot(auction_id: int) -> Response:
    """From a lot to the session it is sold in."""
    with current_context().reading() as db:
        session = queries.session_of_lot(db, auction_id)
    if session is None:
        raise NotFound("sessions.lot_in_none")
    return redirect(url_for("trade.sessions.show", session_id=session.id), 303)


def _catalogue(template: str, session_id: int) -> str:
    ctx, actor = current_context(), current_actor()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=actor)
        lots = queries.lots(db, session, now=ctx.clock())
    return render_template(
        template,
        session=session,
        lots=lots,
        words=words,
        states=auction_words.STATES,
        modes=auction_words.MODES,
        may_plan=policy.may_plan(actor),
        may_check_in=policy.may_check_in(actor),
        may_run=policy.may_run(actor, session),
    )
