"""The file pack's upload and download (L36)."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel import files as stored
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from marketplace.trade.publicity import file_pack, queries
from marketplace.web import messages, uploads
from marketplace.web.access import MEMBER, SIGNED_IN, access
from marketplace.web.context import current_context, signed_in
from marketplace.web.limits import UPLOAD, limited


def register(bp: Blueprint) -> None:
    """Put the pages onto the room's blueprint."""
    bp.post("/<int:publicity_id>/files/<any(decision, rules, valuation):purpose>")(attach)
    bp.get("/<int:publicity_id>/pack.zip")(pack)


@access(MEMBER)
@limited(UPLOAD)
def attach(publicity_id: int, purpose: str) -> Response:
    """Upload one file of the pack; judged by its content (T20)."""
    try:
        _take(publicity_id, purpose)
    except (Invalid, Conflict) as error:
        flash(messages.text_of(error.code, error.facts), "bad")
    else:
        flash(_("The file is kept."), "done")
    return redirect(url_for("trade.publicity.show", publicity_id=publicity_id), 303)


def _take(publicity_id: int, purpose: str) -> None:
    ctx, upload = current_context(), request.files.get("file")
    with ctx.reading() as db:
        queries.page(db, publicity_id)  # nothing is stored for a showing that is not there
    if upload is None or not upload.filename:
        raise Invalid("upload.empty")
    content = uploads.read(upload.stream, limit=uploads.DOCUMENT_BYTES)
    accepted = uploads.accept_document(upload.filename, content)
    kept = stored.put(ctx.settings, accepted.content, area="publicity")
    command = file_pack.AttachFile(
        publicity_id, purpose, name=accepted.name, media_type=accepted.media_type,
        size=kept.size, sha256=kept.sha256, key=kept.key,
    )  # fmt: skip
    try:
        file_pack.attach_file(ctx, command)
    except (Invalid, Conflict, Forbidden, NotFound):
        stored.delete(ctx.settings, kept.key)
        raise


@access(SIGNED_IN)
def pack(publicity_id: int) -> Response:
    """The pack as a ZIP, for the seller's people and the market's reviewers."""
    content = file_pack.pack(current_context(), signed_in(), publicity_id)
    return uploads.serve(
        content, name=f"publicity-{publicity_id}.zip", media_type="application/zip"
    )
