"""What is done to a listing by one button: renew, withdraw, suspend, status, consent."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.kernel.errors import Invalid
from marketplace.showcase.listings import consents, filing, freshness, lifecycle
from marketplace.showcase.listings.consents import SetConsent
from marketplace.showcase.listings.filing import AttachFile
from marketplace.showcase.listings.freshness import RecordStatusProof
from marketplace.showcase.listings.lifecycle import Renew, Restore, Suspend, Withdraw
from marketplace.showcase.listings.views.room import bp, to_mine, to_page
from marketplace.web import uploads
from marketplace.web.access import MEMBER, REVIEWER, SIGNED_IN, access
from marketplace.web.context import current_context


@bp.post("/<int:listing_id>/renew")
@access(MEMBER)
def renew(listing_id: int) -> Response:
    """Keep it on sale for another period."""
    lifecycle.renew(current_context(), Renew(listing_id))
    flash(_("Renewed."))
    return to_mine()


@bp.post("/<int:listing_id>/withdraw")
@access(MEMBER)
def withdraw(listing_id: int) -> Response:
    """Take it back."""
    why = request.form.get("why", "")
    lifecycle.withdraw(current_context(), Withdraw(listing_id, why))
    flash(_("Withdrawn. Every version is kept."))
    return to_mine()


@bp.post("/<int:listing_id>/suspend")
@access(REVIEWER)
def suspend(listing_id: int) -> Response:
    """The market takes it off, with a reason."""
    lifecycle.suspend(current_context(), Suspend(listing_id, request.form.get("why", "")))
    flash(_("Suspended."))
    return to_page(listing_id)


@bp.post("/<int:listing_id>/restore")
@access(REVIEWER)
def restore(listing_id: int) -> Response:
    """The market puts it back, with a reason."""
    lifecycle.restore(current_context(), Restore(listing_id, request.form.get("why", "")))
    flash(_("Public again."))
    return to_page(listing_id)


@bp.post("/<int:listing_id>/status")
@access(SIGNED_IN)
def record_status(listing_id: int) -> Response:
    """Record a fresh look-up of the legal status."""
    command = RecordStatusProof(
        listing_id,
        legal_status=request.form.get("legal_status", ""),
        checked_on=_day(request.form.get("checked_on", "")),
        source=request.form.get("source", ""),
        last_paid_year=request.form.get("last_paid_year", type=int),
    )
    freshness.record_status_proof(current_context(), command)
    flash(_("The legal status is on record."))
    return to_page(listing_id)


@bp.post("/<int:listing_id>/consents")
@access(MEMBER)
def record_consent(listing_id: int) -> Response:
    """Record what an owner, a holder of first refusal or a pledgee answered."""
    command = SetConsent(
        listing_id,
        party=request.form.get("party", ""),  # type: ignore[arg-type]
        name=request.form.get("name", ""),
        answer=request.form.get("answer", ""),
        answered_on=_day(request.form.get("answered_on", "")),
        file_id=_paper(listing_id),
        note=request.form.get("note", ""),
    )
    consents.set_consent(current_context(), command)
    target = url_for("showcase.listings.edit_step", listing_id=listing_id, step="burdens")
    return redirect(target, 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("listing.bad_day") from None


def _paper(listing_id: int) -> int | None:
    upload = request.files.get("paper")
    if upload is None or not upload.filename:
        return None
    content = uploads.read(upload.stream, limit=uploads.DOCUMENT_BYTES)
    accepted = uploads.accept_document(upload.filename, content)
    return filing.attach_file(current_context(), AttachFile(listing_id, "evidence", accepted))
