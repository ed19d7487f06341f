"""The documents of a lot: what is public, what the data room holds, and reading it marked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import files
from marketplace.kernel.errors import NotFound
from marketplace.papers import watermark
from marketplace.trade.auctions import policy, queries, words
from marketplace.trade.auctions.commands import reading
from marketplace.trade.auctions.data_room import PROMISE, PROMISE_SHA256, data_room
from marketplace.trade.auctions.queries.readings import readings
from marketplace.trade.auctions.views import bp
from marketplace.web import uploads
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context, signed_in
from marketplace.web.filters import moment_seconds
from marketplace.web.i18n import current_lang
from marketplace.web.limits import DOCUMENT, limited


@bp.get("/<int:auction_id>/documents")
@access(PUBLIC)
def documents(auction_id: int) -> str:
    """What may be read of the lot, by whom and from when."""
    ctx, actor = current_context(), current_actor()
    with ctx.reading() as db:
        room = queries.room(db, auction_id, now=ctx.clock())
        over = room.outcome is not None
        winner = (room.leader if room.outcome == "sold" else "") if over else None
        found = data_room(db, actor, auction_id=auction_id, now=ctx.clock(), winner=winner)
        sees_log = policy.may_see_statistics(
            actor, seller_organisation_id=room.seller_organisation_id, is_over=False
        )
        log = readings(db, auction_id) if sees_log and found.documents else ()
    return render_template(
        "trade/auctions/documents.html",
        room=room,
        found=found,
        log=log,
        sees_log=sees_log,
        promise=PROMISE[current_lang()],
        promise_sha256=PROMISE_SHA256,
        can_be_marked=watermark.can_be_marked,
        words=words,
    )


@bp.post("/<int:auction_id>/documents/promise")
@access(MEMBER)
def promise_secrecy(auction_id: int) -> Response:
    """Keep the reader's promise and go back to the documents."""
    command = reading.PromiseSecrecy(
        auction_id,
        accepts=request.form.get("accepts") == "y",
        text_sha256=request.form.get("text", ""),
    )
    reading.promise_secrecy(current_context(), command)
    flash(_("Your promise is on record. The documents are open to you."), "done")
    return redirect(url_for("trade.auctions.documents", auction_id=auction_id), 303)


@bp.get("/<int:auction_id>/documents/<int:file_id>")
@access(MEMBER)
@limited(DOCUMENT)
def document(auction_id: int, file_id: int) -> Response:
    """A confidential document with its reader's name on every page; the reading is on record."""
    ctx, actor = current_context(), signed_in()
    found, reader = reading.read_document(ctx, auction_id, file_id=file_id)
    try:
        content = files.get(ctx.settings, found.key)
    except FileNotFoundError:
        raise NotFound from None
    lines = [
        f"{actor.organisation_name} {actor.name}",
        f"{_('Bidder %(paddle)s', paddle=reader.paddle)} {moment_seconds(ctx.clock())}",
        _("Confidential: for this lot only"),
    ]
    marked = watermark.marked(content, found.media_type, lines=lines)
    name = f"{found.name.rpartition('.')[0] or 'document'}-{reader.paddle}.pdf"
    return uploads.serve(marked, name=name, media_type="application/pdf")
