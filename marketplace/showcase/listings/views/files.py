"""Files of listings: served only after the policy was asked, taken only by their content."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from marketplace.kernel import files as stored
from marketplace.kernel.errors import Invalid, MarketError, NotFound
from marketplace.showcase.listings import filing, own, pages
from marketplace.showcase.listings.filing import AttachFile, PutFirst, RemoveFile
from marketplace.showcase.listings.views.editing import step_page
from marketplace.showcase.listings.views.room import bp
from marketplace.web import uploads
from marketplace.web.access import MEMBER, PUBLIC, access
from marketplace.web.context import current_actor, current_context, signed_in
from marketplace.web.errors import status_of
from marketplace.web.limits import UPLOAD, limited
from marketplace.web.messages import text_of

PUBLIC_SECONDS = 300


@bp.get("/<int:listing_id>/files/<int:file_id>")
@access(PUBLIC)
def file(listing_id: int, file_id: int) -> Response:
    """The content of a file: pictures shown, documents attached; not found if not allowed (T8)."""
    return _serve(listing_id, file_id, small=False)


@bp.get("/<int:listing_id>/files/<int:file_id>/small")
@access(PUBLIC)
def thumbnail(listing_id: int, file_id: int) -> Response:
    """A picture's thumbnail, under the same rule."""
    return _serve(listing_id, file_id, small=True)


def _serve(listing_id: int, file_id: int, *, small: bool) -> Response:
    ctx = current_context()
    with ctx.reading() as db:
        found = pages.stored_file(db, current_actor(), listing_id, file_id)
    key = found.small_key if small else found.key
    if key is None:
        raise NotFound
    try:
        content = stored.get(ctx.settings, key)
    except FileNotFoundError:
        raise NotFound from None
    response = uploads.serve(
        content, name=found.name, media_type=found.media_type, inline=found.role == "picture"
    )
    if found.public and current_actor() is None:  # the same for everybody, gone soon if withdrawn
        response.headers["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response


@bp.post("/<int:listing_id>/files/<role>")
@access(MEMBER)
@limited(UPLOAD)
def attach(listing_id: int, role: str) -> ResponseReturnValue:
    """Take one or several uploads of a role; with JavaScript one by one, answered as a line."""
    if role not in filing.MOST:
        abort(404)
    single = "HX-Request" in request.headers
    try:
        ids = [_take(listing_id, role, one) for one in request.files.getlist(role) if one.filename]
        if not ids:
            raise Invalid("upload.empty")
    except MarketError as error:
        if single:
            return {"message": text_of(error.code, error.facts)}, status_of(error).value
        if isinstance(error, Invalid):
            return step_page(listing_id, "files", upload_error=(role, error)), 422
        raise
    return _line(listing_id, ids[-1]) if single else _back(listing_id)


def _take(listing_id: int, role: str, upload: FileStorage) -> int:
    limit = uploads.PICTURE_BYTES if role == "picture" else uploads.DOCUMENT_BYTES
    content = uploads.read(upload.stream, limit=limit)
    accept = uploads.accept_picture if role == "picture" else uploads.accept_document
    accepted = accept(upload.filename or "", content)
    caption = request.form.get("caption", "")
    command = AttachFile(listing_id, role, accepted, caption)  # type: ignore[arg-type]
    return filing.attach_file(current_context(), command)


def _line(listing_id: int, file_id: int) -> str:
    with current_context().reading() as db:
        draft = own.draft(db, signed_in(), listing_id)
    line = next(one for one in draft.files if one.id == file_id)
    return render_template("showcase/listings/_file.html", line=line, listing_id=listing_id)


def _back(listing_id: int) -> Response:
    target = url_for("showcase.listings.edit_step", listing_id=listing_id, step="files")
    return redirect(target, 303)


@bp.post("/<int:listing_id>/files/<int:file_id>/remove")
@access(MEMBER)
def remove_file(listing_id: int, file_id: int) -> ResponseReturnValue:
    """Take a file out of the draft."""
    filing.remove_file(current_context(), RemoveFile(listing_id, file_id))
    return "" if request.headers.get("HX-Request") else _back(listing_id)


@bp.post("/<int:listing_id>/files/<int:file_id>/first")
@access(MEMBER)
def put_first(listing_id: int, file_id: int) -> Response:
    """Make a picture the first one."""
    filing.put_first(current_context(), PutFirst(listing_id, file_id))
    return _back(listing_id)
