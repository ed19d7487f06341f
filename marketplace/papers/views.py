"""The public check page and the downloads under /papers."""

from __future__ import annotations

import hmac
import re
from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file
from flask_babel import lazy_gettext as _l

from marketplace.kernel import files
from marketplace.papers import attestations, queries
from marketplace.web import messages
from marketplace.web.access import PUBLIC, access
from marketplace.web.context import current_actor, current_context

bp = Blueprint("papers", __name__, url_prefix="/papers")
messages.register(
    {
        "papers.unknown_kind": _l("This kind of document is not known."),
        "papers.cannot_be_marked": _l(
            "This document cannot carry its reader's name, so it does not leave the market."
        ),
        "papers.facts_missing": _l("The document cannot be made; these are missing: %(missing)s."),
    }
)
KIND_NAMES = {
    "deal_confirmation": _l("Deal confirmation"),
    "auction_notice": _l("Public notice of a lot"),
    "auction_record": _l("Record of a lot"),
    "auction_minutes": _l("Opening minutes"),
    "publicity_certificate": _l("Certificate of public notice"),
    "order_confirmation": _l("Deal confirmation"),
    "payment_receipt": _l("Receipt of a payment"),
    "payment_advice": _l("Payment advice"),
    "settlement": _l("Settlement statement"),
    "account_statement": _l("Account statement"),
    "contract": _l("Contract"),
    "contract_signatures": _l("Record of signatures"),
}


@bp.get("/verify")
@access(PUBLIC)
def verify() -> str:
    """Confirm a code: number, kind, title, date, SHA-256; and compare a typed SHA-256."""
    code = request.args.get("code", "").strip()
    typed = re.sub(r"\s", "", request.args.get("sha256", "")).lower()
    with current_context().reading() as db:
        paper = queries.by_code(db, code) if code else None
        signed = attestations.of(db, paper) if paper else ()
    verdict = _compare(paper, typed) if typed else None
    return render_template(
        "papers/verify.html",
        code=code,
        typed=typed,
        paper=paper,
        verdict=verdict,
        signed=signed,
        kind_names=KIND_NAMES,
    )


@bp.get("/<int:paper_id>/file")
@access(PUBLIC)
def download(paper_id: int) -> Response:
    """The PDF, for those who may have it; the policy is asked each time (T8)."""
    ctx = current_context()
    with ctx.reading() as db:
        found = queries.file_of(db, current_actor(), paper_id=paper_id)
    content = files.get(ctx.settings, found.file_key)
    response = send_file(
        BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{found.number}.pdf",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _compare(paper: queries.PaperLine | None, typed: str) -> bool:
    if paper is None or paper.sha256 is None:
        return False
    return hmac.compare_digest(paper.sha256.encode(), typed.encode())
