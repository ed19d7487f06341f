"""The clerk's console: one page, one fragment, and a POST for each thing a clerk does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, astuple, fields
from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.context import Context
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, MarketError, NotFound
from marketplace.trade.auctions import words as auction_words
from marketplace.trade.auctions.commands.hall import HallAnswer
from marketplace.trade.auctions.forms import fresh_key
from marketplace.trade.sessions import commands, policy, queries, roots, words
from marketplace.trade.sessions.commands import FloorBid, QueuedBid, Up
from marketplace.trade.sessions.queries import SessionCard
from marketplace.trade.sessions.views import bp
from marketplace.web.access import HALL, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.filters import yuan
from marketplace.web.limits import BID, limited
from marketplace.web.messages import text_of
from rules.amounts import AmountRefused, parse_amount


@bp.get("/<int:session_id>/console")
@access(HALL)
def console(session_id: int) -> str:
    """The console of the session's two officers."""
    _session, values = _shown(session_id)
    return render_template("trade/sessions/console.html", **values, key=fresh_key())


@bp.get("/<int:session_id>/console/board")
@access(HALL)
def board(session_id: int) -> Response:
    """What moves on the console, asked for again; another lot asks for the whole page."""
    session, values = _shown(session_id)
    response = Response(render_template("trade/sessions/_board.html", **values, polled=True))
    if request.args.get("lot", type=int) != session.current_auction_id:
        response.headers["HX-Refresh"] = "true"
    return response


@bp.post("/<int:session_id>/console/open")
@access(HALL)
def open_(session_id: int) -> Response:
    """Begin the session."""
    return _steer(session_id, lambda ctx: commands.open_session(ctx, session_id))


@bp.post("/<int:session_id>/console/next")
@access(HALL)
def call_next(session_id: int) -> Response:
    """Call the next lot up."""
    return _steer(session_id, lambda ctx: commands.call_next(ctx, session_id))


@bp.post("/<int:session_id>/console/finish")
@access(HALL)
def finish(session_id: int) -> Response:
    """End the session."""
    return _steer(session_id, lambda ctx: commands.finish_session(ctx, session_id))


@bp.post("/<int:session_id>/console/floor")
@access(HALL)
@limited(BID)
def floor(session_id: int) -> Response:
    """Take a bid of the floor: the next asking price, or the one that was called."""
    return _answered(session_id, lambda ctx, up: commands.floor_bid(ctx, _floor_bid(up)))


@bp.post("/<int:session_id>/console/warn")
@access(HALL)
def warn(session_id: int) -> Response:
    """Give fair warning."""
    return _answered(session_id, commands.warn)


@bp.post("/<int:session_id>/console/hammer")
@access(HALL)
def hammer(session_id: int) -> Response:
    """Sell."""
    return _answered(session_id, commands.hammer)


@bp.post("/<int:session_id>/console/pass")
@access(HALL)
def pass_lot(session_id: int) -> Response:
    """End the lot unsold."""
    return _answered(session_id, commands.pass_lot)


@bp.post("/<int:session_id>/console/undo")
@access(HALL)
def undo(session_id: int) -> Response:
    """Take the last floor bid back."""
    return _answered(session_id, lambda ctx, up: commands.undo(ctx, up, reason=_reason()))


@bp.post("/<int:session_id>/console/pause")
@access(HALL)
def pause(session_id: int) -> Response:
    """Take no bids for a while."""
    return _answered(session_id, lambda ctx, up: commands.pause(ctx, up, reason=_reason()))


@bp.post("/<int:session_id>/console/resume")
@access(HALL)
def resume(session_id: int) -> Response:
    """Go on."""
    return _answered(session_id, lambda ctx, up: commands.resume(ctx, up, reason=_reason()))


@bp.post("/<int:session_id>/console/heartbeat")
@access(HALL)
def heartbeat(session_id: int) -> tuple[str, int]:
    """The console is there."""
    commands.beat(current_context(), session_id)
    return "", 204


@bp.post("/<int:session_id>/console/queue")
@access(HALL)
@limited(BID)
def merge_queue(session_id: int) -> Response:
    """Take what was called while the line was cut: a list of signed lines, an answer for each."""
    lines = tuple(_line(one) for one in _sent())
    try:
        answers = commands.merge_queue(current_context(), session_id, lines=lines)
    except Conflict as error:
        response = jsonify({"message": text_of(error.code, error.facts), "answers": []})
        response.status_code = 409
        return response
    told = [
        _told(answer) | {"sequence": line.sequence}
        for line, answer in zip(lines, answers, strict=True)
    ]
    return jsonify({"message": "", "answers": told})


def _sent() -> list[Any]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, list):
        raise Invalid("sessions.queue_order")
    return sent


def _line(sent: Any) -> QueuedBid:
    try:
        line = QueuedBid(*(sent[field.name] for field in fields(QueuedBid)))
    except (KeyError, TypeError):
        raise Invalid("sessions.queue_order") from None
    if [type(value) for value in astuple(line)] != [int, int, int, int, int, str, str]:
        raise Invalid("sessions.queue_order")
    return line


def _floor_bid(up: Up) -> FloorBid:
    amount: int | None = request.form.get("amount_minor", 0, type=int)
    called = request.form.get("amount", "").strip()
    if called:
        try:
            amount = parse_amount(called)
        except AmountRefused:
            raise Invalid("sessions.amount_unreadable") from None
    return FloorBid(
        up,
        request.form.get("paddle", 0, type=int),
        amount or 0,
        key=request.form.get("key", ""),
        confirmed=request.form.get("confirmed") == "1",
        entered=g.entered,
    )


def _reason() -> str:
    return request.form.get("reason", "")


def _up(session_id: int) -> Up:
    """The lot and the board the clerk saw; without a number nothing was seen."""
    return Up(
        session_id,
        request.form.get("lot", 0, type=int),
        request.form.get("seen_view", -1, type=int),
    )


def _answered(session_id: int, act: Callable[[Context, Up], HallAnswer | None]) -> Response:
    try:
        answer = act(current_context(), _up(session_id))
    except (Conflict, Invalid, NotFound) as error:
        if isinstance(error, NotFound) and error.code == "not_found":
            raise
        return _said(session_id, {"done": False, "reason": error.code}, _text(error))
    if answer is None:
        return _said(session_id, {"done": True, "reason": ""}, "")
    return _said(session_id, _told(answer), _message(answer))


def _told(answer: HallAnswer) -> dict[str, Any]:
    return asdict(answer) | {"done": answer.done, "message": _message(answer)}


def _message(answer: HallAnswer) -> str:
    """Why it was not done, in the clerk's language; empty when it was."""
    if answer.done:
        return ""
    if answer.bar:
        return str(auction_words.BARS.get(answer.bar, auction_words.REASONS["not_eligible"]))
    minimum = {"minimum": yuan(answer.minimum_next_minor)}
    return str(auction_words.REASONS[answer.reason]) % minimum


def _text(error: MarketError) -> str:
    return text_of(error.code, error.facts)


def _said(session_id: int, told: dict[str, Any], message: str) -> Response:
    """JSON for the console's script, a page with the word for who has none."""
    accepted = request.accept_mimetypes.best_match(("text/html", "application/json"))
    if accepted == "application/json":
        response = jsonify(told | {"message": message})
        response.status_code = 200 if told["done"] else 409
        return response
    if message:
        flash(message, "bad")
    return _back(session_id)


def _steer(session_id: int, act: Callable[[Context], object]) -> Response:
    try:
        act(current_context())
    except Conflict as error:
        flash(_text(error), "bad")
    return _back(session_id)


def _back(session_id: int) -> Response:
    return redirect(url_for("trade.sessions.console", session_id=session_id), 303)


def _shown(session_id: int) -> tuple[SessionCard, dict[str, Any]]:
    ctx, actor = current_context(), signed_in()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=actor)
        if not policy.may_run(actor, session):
            raise Forbidden
        if session.place == "web":
            raise Conflict("sessions.no_hall")
        up = queries.up(db, session, now=ctx.clock())
        values = {
            "session": session,
            "lots": queries.lots(db, session, now=ctx.clock()),
            "up": up,
            "paddles": queries.paddles(db, session, auction_id=up.board.card.id) if up else (),
            "queue_key": commands.signing_key(
                ctx.settings.secrets, roots.known(db, session_id)
            ) if session.state == "open" else "",
        }  # fmt: skip
    values |= {"words": words, "states": auction_words.STATES, "say": _}
    return session, values
