"""The preview as PDF and the words as a Word file; the signed file is downloaded from papers."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from marketplace.trade.contracts import copies
from marketplace.trade.contracts.views import bp
from marketplace.trade.contracts.views.pages import number_asked
from marketplace.web.access import SIGNED_IN, access
from marketplace.web.context import current_context

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/<int:contract_id>/preview.pdf")
@access(SIGNED_IN)
def preview(contract_id: int) -> Response:
    """The PDF as it would be signed, marked as a preview; 422 while a ★ item is missing (L51)."""
    copy = copies.preview(current_context(), contract_id, version=number_asked("version"))
    return attached(copy.content, copy.name, "application/pdf")


@bp.get("/<int:contract_id>/words.docx")
@access(SIGNED_IN)
def word(contract_id: int) -> Response:
    """The same words for the lawyers; not the document that is signed."""
    copy = copies.word(current_context(), contract_id, version=number_asked("version"))
    return attached(copy.content, copy.name, DOCX)


def attached(content: bytes, name: str, media_type: str) -> Response:
    """A private download that no cache keeps and no page can run (T8, T26)."""
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private"
    return response
