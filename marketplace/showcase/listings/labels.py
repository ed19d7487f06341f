"""The words of a listing's values in the language of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.showcase.listings.queries import ListingCard
from marketplace.web.context import base_context
from marketplace.web.i18n import current_lang, pick
from rules.days import local_date
from rules.enumerations import (
    APPLICATIONS,
    IN_FORCE,
    LICENCE_KINDS,
    OVERLAYS,
    PRICING,
    STATES,
    STEPS,
    STRATEGIC_INDUSTRIES,
    TRANSFER_MODES,
    TRL,
    PatentState,
    Term,
)
from rules.enumerations.overlays import Overlay

STATE_WORDS = {
    "draft": _l("Draft"),
    "submitted": _l("In review"),
    "returned": _l("Returned"),
    "published": _l("Offered"),
    "reserved": _l("In an auction"),
    "sold": _l("Sold"),
    "suspended": _l("Suspended"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("Expired"),
}
STATE_TONES = {
    "submitted": "ink",
    "returned": "amber",
    "published": "jade",
    "reserved": "seal",
    "suspended": "amber",
    "expired": "amber",
}
VERSION_WORDS = {
    "submitted": _l("In review"),
    "approved": _l("Approved"),
    "returned": _l("Returned"),
    "recalled": _l("Replaced before a decision"),
}
FIELDS = {
    "title": _l("Title"),
    "title_en": _l("English title"),
    "summary": _l("Summary in one line"),
    "summary_en": _l("English summary"),
    "problem": _l("Problem solved"),
    "solution": _l("Solution"),
    "advantage": _l("Advantage with figures"),
    "economics": _l("Economics"),
    "industries": _l("Strategic industries"),
    "cluster": _l("Industry cluster"),
    "ipc": _l("IPC symbols"),
    "locarno": _l("Locarno classes"),
    "trl": _l("Technology readiness level"),
    "step": _l("Step reached"),
    "keywords": _l("Keywords"),
    "number": _l("Application or patent number"),
    "patent_kind": _l("Kind of patent"),
    "filed_on": _l("Filing date"),
    "granted_on": _l("Date of grant"),
    "divisional": _l("Divisional application"),
    "legal_status": _l("Legal status"),
    "status_checked_on": _l("Looked up on"),
    "status_source": _l("Looked up where"),
    "last_paid_year": _l("Last patent year paid"),
    "first_fee_year": _l("First fee year of the registration notice"),
    "reduction": _l("Fee reduction"),
    "has_evaluation_report": _l("An evaluation report exists"),
    "owners": _l("Owners"),
    "inventors": _l("Inventors"),
    "service_result": _l("Service result"),
    "overlays": _l("Encumbrances"),
    "licences": _l("Licences granted"),
    "first_refusal": _l("Holders of first refusal"),
    "defects": _l("Defects and encumbrances in words"),
    "transfer_modes": _l("Ways offered"),
    "licence_kinds": _l("Kinds of licence offered"),
    "pricing_mode": _l("Pricing"),
    "price": _l("Price"),
    "price_minor": _l("Price"),
    "base_price": _l("Base price"),
    "base_price_minor": _l("Base price"),
    "base_price_basis": _l("Basis of the base price"),
    "price_note": _l("Note on the price"),
    "contact_policy": _l("How to get in touch"),
    "files": _l("Pictures and documents"),
}
GROUNDS = {
    "completer": _l("Completer of the result"),
    "commissioner": _l("Commissioner"),
    "co_developer": _l("Co-developer"),
}
CONTACTS = {
    "broker": _l("Through a broker of the market"),
    "signed_in": _l("Verified organisations may ask directly"),
}
REDUCTIONS = {
    "": _l("No reduction"),
    "85": _l("85 %: one eligible owner"),
    "70": _l("70 %: several eligible owners"),
    "open": _l("15 %: open licence running"),
}
ANSWER_WORDS = {
    "asked": _l("Asked, no answer yet"),
    "consented": _l("Consents"),
    "waived": _l("Waives"),
    "wants": _l("Wants to buy"),
    "refused": _l("Refuses"),
}
ANSWER_TONES = {"consented": "ok", "waived": "ok", "refused": "bad", "wants": "due", "asked": "due"}
ROLES = {
    "picture": _l("Pictures"),
    "public": _l("Public documents"),
    "confidential": _l("Confidential documents"),
    "evidence": _l("Evidence of legal status and consents"),
}
PATENT_KINDS = {"I": _l("Invention"), "U": _l("Utility model"), "D": _l("Design")}
APPLICATION_KINDS = {
    "I": _l("Invention application (not granted)"),
    "U": _l("Utility model application (not granted)"),
    "D": _l("Design application (not granted)"),
}
EXTRA = {
    "use": _l("Field of application"),
    "early": _l("Earlier use"),
    "branch": _l("Branch of the economy"),
    "right": _l("Intellectual property"),
    "publication": _l("Publication number"),
    "office": _l("Patent office"),
    "agency": _l("Agency"),
    "status": _l("Status in the source"),
}
DRAWINGS = {
    "bearings": "bearing",
    "biomedicine": "bio",
    "textile": "textile",
    "refrigeration": "cold",
    "automotive": "auto",
    "robots": "robot",
}


def term(table: Mapping[str, Term], value: str | None) -> str:
    """The words of an enumerated value; the value itself where the table has none."""
    found = table.get(value or "")
    return found.text("zh" if current_lang() == "zh" else "en") if found else (value or "")


def pricing(value: str) -> str:
    """How the price is made."""
    return term(PRICING, value)


def step(value: str | None) -> str:
    """The step reached, of the five."""
    return term(STEPS, value)


def steps() -> list[str]:
    """The five steps in order."""
    return [term(STEPS, value) for value in STEPS]


def step_index(value: str | None) -> int:
    """The position of a step, -1 for none."""
    return list(STEPS).index(value) if value and value in STEPS else -1


def readiness(level: int | None) -> str:
    """What a readiness level means."""
    return term(TRL, str(level)) if level else ""


def industries(values: Iterable[str]) -> str:
    """The strategic industries, listed."""
    return str(_(", ")).join(term(STRATEGIC_INDUSTRIES, value) for value in values)


def ways(modes: Iterable[str], kinds: Iterable[str]) -> str:
    """The ways offered, licences by their kinds."""
    words = []
    listed = [term(LICENCE_KINDS, kind) for kind in kinds]
    for mode in modes:
        words += listed if mode == "licence" and listed else [term(TRANSFER_MODES, mode)]
    return str(_(", ")).join(words)


def licence(kind: str) -> str:
    """A kind of licence; an unstated one is plain (L55)."""
    return term(LICENCE_KINDS, kind or "plain")


def status(value: str | None) -> str:
    """The legal status in words."""
    if value not in set(PatentState):
        return value or ""
    return pick(STATES[PatentState(value)].zh, STATES[PatentState(value)].en)


def status_choices() -> list[tuple[str, str]]:
    """Every legal status with its words."""
    return [(str(value), pick(rules.zh, rules.en)) for value, rules in STATES.items()]


def overlay(value: str) -> str:
    """An encumbrance in words."""
    if value not in set(Overlay):
        return value
    return pick(OVERLAYS[Overlay(value)].zh, OVERLAYS[Overlay(value)].en)


def in_force(value: str | None) -> bool:
    """True while the granted right exists."""
    return value in IN_FORCE


def is_application(value: str | None) -> bool:
    """True while nothing is granted yet."""
    return value in APPLICATIONS


def kind(listing_kind: str, patent_kind: str | None, legal_status: str | None) -> str:
    """What is offered. An application is never called a patent (L68, 细则 101)."""
    if listing_kind != "patent":
        return str(_("Achievement"))
    table = APPLICATION_KINDS if is_application(legal_status) else PATENT_KINDS
    return str(table.get(patent_kind or "", _("Patent")))


def number(value: str | None, legal_status: str | None) -> str:
    """The number as shown: ZL only while the patent is in force (L68)."""
    if not value:
        return ""
    return f"ZL{value}" if in_force(legal_status) else value


def card_item(card: ListingCard, *, url: str, picture: str | None = None) -> dict[str, object]:
    """A card as the macro ``listing_row`` takes it."""
    return {
        "id": card.id,
        "url": url,
        "title": card.title if current_lang() == "zh" else card.title_en or card.title,
        "number": number(card.number, card.legal_status),
        "verified": card.verified,
        "owner": card.organisation_name,
        "kind": kind(card.kind, card.patent_kind, card.legal_status),
        "price_minor": card.price_minor,
        "summary": card.summary,
        "status": status(card.legal_status) if card.legal_status else None,
        "status_on": card.status_checked_on,
        "trl": card.trl,
        "ipc": card.ipc[0] if card.ipc else None,
        "mode": ways(card.transfer_modes, card.licence_kinds) or pricing(card.pricing_mode),
        "live": card.state == "reserved",
        "picture": picture,
        "drawing": DRAWINGS.get(card.cluster, "patent" if card.kind == "patent" else "achievement"),
        "source": _source(card),
        "badges": [(str(OWN_BUSINESS), "amber")] if is_own_business(card.organisation_name) else [],
    }


OWN_BUSINESS = _l("Own business of the market")


def is_own_business(owner: str) -> bool:
    """What the market itself offers is marked (L71; 电子商务法 37)."""
    return owner == base_context().settings.operator_name


def _source(card: ListingCard) -> str | None:
    if card.source is None:
        return None
    on = card.source_date or (local_date(card.published_at) if card.published_at else None)
    if on is None:
        return str(_("Source: %(source)s", source=card.source))
    day = on.isoformat()
    return str(_("Source: %(source)s, %(day)s", source=card.source, day=day))
