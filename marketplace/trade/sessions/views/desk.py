"""The check-in desk, worked by keyboard, and the sheet that goes with a paddle."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from marketplace.identity.refusals import show_on
from marketplace.kernel.errors import Conflict, Forbidden, Invalid
from marketplace.papers.rendering import qr_data_uri
from marketplace.trade.auctions.queries import AuctionCard
from marketplace.trade.sessions import commands, queries, words
from marketplace.trade.sessions.forms import CheckInForm
from marketplace.trade.sessions.queries import GuestLine
from marketplace.trade.sessions.views import bp
from marketplace.treasury.deposits import queries as deposits
from marketplace.web.access import HALL, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.i18n import pick
from marketplace.web.messages import TEXTS, text_of


@bp.get("/<int:session_id>/desk")
@access(HALL)
def desk(session_id: int) -> str:
    """Who is here, and the form for who comes next."""
    return _page(session_id, None)


@bp.post("/<int:session_id>/desk")
@access(HALL)
def check_in(session_id: int) -> Response | tuple[str, int]:
    """Give out a paddle; the sheet to print comes next."""
    form = _with_lots(CheckInForm(request.form), session_id)
    if form.validate():
        try:
            done = commands.check_in(current_context(), form.command(session_id))
        except Forbidden as error:
            if error.code not in TEXTS or not error.code.startswith("auctions."):
                raise
            form.form_errors.append(text_of(error.code, error.facts))
        except (Invalid, Conflict) as error:
            show_on(form, error)
        else:
            if done.online:
                flash(_("Where this party signed up online, it bids online."), "info")
            flash(_("Paddle %(paddle)s is given out.", paddle=done.paddle), "done")
            return redirect(
                url_for("trade.sessions.sheet", session_id=session_id, guest_id=done.guest_id), 303
            )
    return _page(session_id, form), 422


@bp.get("/<int:session_id>/guests/<int:guest_id>")
@access(HALL)
def sheet(session_id: int, guest_id: int) -> str:
    """The paddle's sheet: number, lots, codes for the deposits, the way to the deal."""
    ctx = current_context()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=signed_in())
        guest = queries.guest(db, session_id, guest_id)
        lots = queries.lots(db, session, now=ctx.clock())
        owed = {
            one.auction_id: deposits.of_bidder(
                db, one.auction_id, organisation_id=guest.organisation_id
            )
            for one in guest.lots
        }
    code = commands.claim_code(ctx, guest_id)
    address = url_for("identity.claim", code=code or None, _external=True)
    return render_template(
        "trade/sessions/sheet.html",
        session=session,
        guest=guest,
        lots=[lot for lot in lots if lot.id in owed],
        owed=owed,
        code=code,
        address=address,
        qr=qr_data_uri(address if code else _catalogue(session_id)),
        words=words,
    )


def _catalogue(session_id: int) -> str:
    return url_for("trade.sessions.show", session_id=session_id, _external=True)


def _with_lots(form: CheckInForm, session_id: int) -> CheckInForm:
    form.lots.choices = [
        SelectChoice(lot.id, f"{number}. {pick(lot.title, lot.title_en)}")
        for number, lot in enumerate(_lots(session_id), start=1)
    ]
    if not form.lots.data and request.method == "GET":
        form.lots.data = [choice.value for choice in form.lots.choices]
    return form


def _lots(session_id: int) -> list[AuctionCard]:
    ctx = current_context()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=signed_in())
        return queries.lots(db, session, now=ctx.clock())


def _page(session_id: int, form: CheckInForm | None) -> str:
    ctx = current_context()
    with ctx.reading() as db:
        session = queries.card(db, session_id, actor=signed_in())
        here: list[GuestLine] = queries.guests(db, session_id)
    if session.place == "web" or session.is_rehearsal:
        raise Conflict("sessions.no_hall")
    shown = form or _with_lots(CheckInForm(), session_id)
    numbers = {lot.id: number for number, lot in enumerate(_lots(session_id), start=1)}
    return render_template(
        "trade/sessions/desk.html",
        session=session,
        guests=here,
        form=shown,
        numbers=numbers,
        words=words,
    )
