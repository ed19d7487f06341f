"""The sentences for failures, findings, checks and notices of listings."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.showcase.listings import labels
from marketplace.showcase.listings.finding_texts import FINDINGS
from marketplace.web import messages
from marketplace.web.filters import yuan
from marketplace.web.i18n import current_lang
from rules.articles import article_text
from rules.enumerations import STEPS
from rules.findings import Finding

FAILURES = {
    "listing.illegal_move": _l("This is not possible in the listing's present state."),
    "listing.not_editable": _l("The listing cannot be changed in its present state."),
    "listing.organisation_needed": _l(
        "Listings belong to an organisation. Please join or register one first."
    ),
    "listing.seller_needed": _l(
        "Only owners and managers of a verified organisation whose verification is up to date "
        "may do this."
    ),
    "listing.unknown_kind": _l("A listing is a patent or an achievement."),
    "listing.draft_changed": _l(
        "Somebody else has changed this draft meanwhile. Nothing of yours is lost: copy it, "
        "then reload."
    ),
    "listing.draft_too_long": _l("The draft is far too long. Please shorten its texts."),
    "listing.declaration_needed": _l(
        "Please declare that you are the lawful owner and that all statements are true."
    ),
    "listing.blocked": _l("Some things must be corrected before the listing can be submitted."),
    "listing.unanswered": _l("Please give a reason for every warning."),
    "listing.number_taken": _l(
        "The number %(number)s is already listed in the market. A number can be live in one "
        "listing only."
    ),
    "listing.number_fixed": _l(
        "The number of a published listing (%(number)s) cannot be changed. Please make a new "
        "listing."
    ),
    "listing.nothing_changed": _l("Nothing differs from the published version."),
    "listing.status_stale": _l(
        "The legal status was looked up more than %(days)s days ago. Please record a fresh "
        "look-up first."
    ),
    "listing.change_in_review": _l("A change of this listing is waiting for review."),
    "listing.unknown_role": _l("Files are pictures, public, confidential or evidence."),
    "listing.too_many_files": _l("At most %(most)s files of this kind."),
    "listing.bad_consent": _l("Please name the party and choose one of the answers."),
    "listing.bad_paper": _l("The paper must be among the evidence of this listing."),
    "listing.day_to_come": _l("The day lies in the future."),
    "listing.bad_day": _l("Please enter a day as year-month-day."),
    "listing.no_patent": _l("An achievement has no legal status."),
    "listing.unknown_status": _l("This legal status is not known."),
    "listing.older_status": _l("A later look-up, of %(day)s, is on record already."),
    "listing.evidence_needed": _l("Please say where it was looked up, or attach a paper."),
    "listing.status_needs_review": _l(
        "A better status is a change of the listing and is reviewed. Please edit the listing."
    ),
    "listing.key_twice": _l("This key stands twice in the file."),
    "listing.not_a_draft": _l("The listing was submitted meanwhile and is left as it is."),
    "listing.no_longer_imported": _l(
        "The record was taken over or withdrawn and is left as it is."
    ),
    "upload.empty": _l("The file is empty."),
    "upload.too_large": _l("The file is larger than %(megabytes)s MB."),
    "upload.infected": _l("The file was recognised as harmful and was refused."),
    "upload.not_a_picture": _l("Pictures are JPEG, PNG, WebP or GIF files."),
    "upload.not_a_document": _l("Documents are PDF, Word, Excel or PowerPoint files, or pictures."),
    "upload.name_mismatch": _l("The file's content is %(found)s, but its name says otherwise."),
    "upload.too_many_pixels": _l("The picture has more than %(megapixels)s million pixels."),
    "upload.damaged": _l("The file is damaged or incomplete."),
    "upload.active_content": _l(
        "The file contains scripts or macros. Please save it without them."
    ),
    "upload.too_many_entries": _l("The file contains more than %(most)s parts."),
    "upload.archive_bomb": _l("The file unpacks to far more than its size."),
    "upload.bad_entry": _l("The file contains encrypted or nested parts."),
}


CHECKS = {
    "listing.check.finding": _l("%(text)s"),
    "listing.check.answered": _l("%(text)s The seller says: %(answer)s"),
    "listing.check.number": _l("The number %(number)s has the right form and check character."),
    "listing.check.number_once": _l("No other live listing has this number."),
    "listing.check.number_again": _l("Listing %(listing)s has the same number."),
    "listing.check.title_near": _l("Listing %(listing)s has nearly the same title: %(title)s"),
    "listing.check.title_once": _l("No listing of the cluster has a similar title."),
    "listing.check.fee": _l("The fee of year %(year)s (%(amount)s) is due on %(day)s."),
    "listing.check.fee_soon": _l(
        "The fee of year %(year)s (%(amount)s) is due on %(day)s, "
        "before a deal could be registered."
    ),
    "listing.check.complete": _l("All fields are filled in, the advantage has figures."),
    "listing.check.wording": _l("No banned words, no contact data."),
    "listing.check.status": _l("The legal status was looked up on %(day)s."),
    "listing.check.owners": _l("%(count)s owners, every needed consent is on record."),
}
NOTICES = {
    "listing.published": (
        _l("Your listing is published: %(title)s"),
        _l("Version %(version)s is in the catalogue and in the search now."),
    ),
    "listing.returned": (
        _l("Your listing came back: %(title)s"),
        _l("The reviewer writes: %(text)s"),
    ),
    "listing.suspended": (
        _l("Your listing was suspended: %(title)s"),
        _l("Reason: %(why)s"),
    ),
    "listing.restored": (
        _l("Your listing is public again: %(title)s"),
        _l("The suspension has ended."),
    ),
    "listing.expiring": (
        _l("Your listing expires soon: %(title)s"),
        _l("%(days)s days are left. One click keeps it on sale."),
    ),
    "listing.expired": (
        _l("Your listing has expired: %(title)s"),
        _l("It is no longer in the catalogue. One click puts it back."),
    ),
}


def register() -> None:
    """Make the sentences known to the web layer and to the inbox."""
    messages.register(CHECKS)
    texts.register(NOTICES)
    messages.register(FAILURES)
    messages.register({f"finding.{code}": text for code, text in FINDINGS.items()})


def finding_text(finding: Finding) -> str:
    """A finding as a sentence, with the article or rule it rests on."""
    facts = {name: _in_words(name, value) for name, value in finding.facts.items()}
    sentence = messages.text_of(f"finding.{finding.code}", facts)
    source = article_text(finding.article, current_lang()) if finding.article else finding.rule
    return _("%(sentence)s (%(source)s)", sentence=sentence, source=source) if source else sentence


def _in_words(name: str, value: object) -> object:
    text = str(value)
    if name == "field":
        return labels.FIELDS.get(text, text)
    if name == "state":
        return labels.status(text)
    if name in ("overlay", "running"):
        return labels.overlay(text)
    if name == "expected" and text in STEPS:
        return labels.step(text)
    if name == "typed":
        return labels.PATENT_KINDS.get(text, text)
    if name == "total" and isinstance(value, int):
        return yuan(value)
    return value.isoformat() if isinstance(value, date) else value
