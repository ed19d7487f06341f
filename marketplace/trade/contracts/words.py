"""The words of this room: kinds, states, blanks, findings, failures and notices, by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from marketplace.notify import texts
from marketplace.web import messages
from marketplace.web.i18n import pick
from rules.articles import article_text
from rules.enumerations import OVERLAYS, Overlay, PatentState
from rules.enumerations import STATES as PATENT_STATES
from rules.findings import Finding

KINDS: Mapping[str, LazyString] = {
    "transfer": _l("Transfer of technology"),
    "licence": _l("Licence of technology"),
    "development_commissioned": _l("Commissioned development"),
    "development_joint": _l("Joint development"),
    "consulting": _l("Technical consulting"),
    "service": _l("Technical service"),
}
STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "proposed": _l("Under discussion"),
    "consented": _l("Words agreed"),
    "signing": _l("Being signed"),
    "sealed": _l("Signed by both sides"),
    "void": _l("Void"),
}
TONES = {"proposed": "amber", "consented": "ink", "signing": "amber", "sealed": "jade"}
SIDES: Mapping[str, LazyString] = {
    "": _l("generated from the order"),
    "seller": _l("Seller"),
    "buyer": _l("Buyer"),
}
BLANKS: Mapping[str, LazyString] = {
    "seller_address": _l("Address of the seller"),
    "buyer_address": _l("Address of the buyer"),
    "seller_contact": _l("Contact of the seller"),
    "buyer_contact": _l("Contact of the buyer"),
    "object": _l("Content and scope"),
    "goal": _l("Goal that must be reached"),
    "plan": _l("Plan and schedule"),
    "place": _l("Place of performance"),
    "manner": _l("Manner of performance"),
    "materials": _l("List of technical documents"),
    "secrecy": _l("Secrecy"),
    "ownership": _l("Ownership of results and sharing of gains"),
    "improvements": _l("Later improvements"),
    "acceptance": _l("Standard and method of acceptance"),
    "definitions": _l("Definitions"),
    "fees": _l("Who pays the yearly fees"),
    "guidance": _l("Technical guidance"),
    "licence_area": _l("Area of the licence"),
    "licence_field": _l("Field of the licence"),
    "licence_until": _l("Licence ends on"),
    "quality": _l("Quality"),
    "enforcement": _l("Acting against infringers"),
    "ending": _l("Stock after the end"),
    "indicators": _l("Technical indicators"),
    "cooperation": _l("Documents and cooperation"),
    "deliverables": _l("What is delivered"),
    "risk": _l("Who bears the risk of failure"),
    "patent_rights": _l("Who may apply for patents"),
    "secret_rights": _l("Use and transfer of technical secrets"),
    "division": _l("Division of work"),
    "investment": _l("Contributions"),
    "equipment": _l("Equipment"),
    "background_rights": _l("Earlier rights of each side"),
    "publications": _l("Publication of papers"),
    "staff": _l("Staff"),
    "questions": _l("Questions to be solved"),
    "background": _l("Background documents"),
    "period": _l("Period of performance"),
    "report": _l("What the report must contain"),
    "decision_loss": _l("Who bears losses from decisions"),
    "new_results": _l("Ownership of new results"),
    "costs": _l("Who bears the costs"),
    "meetings": _l("Meetings"),
    "report_use": _l("Use of the report"),
    "conditions": _l("Working conditions and cooperation"),
    "teaching": _l("Passing on knowledge"),
    "safety": _l("Safety"),
    "maintenance": _l("Maintenance"),
    "subcontracting": _l("Subcontracting"),
    "liability": _l("Liability for default"),
    "dispute": _l("Settlement of disputes"),
    "remarks": _l("Other agreements"),
}
ITEMS: Mapping[str, LazyString] = {
    "patents": _l("List of patents"),
    "patent.name": _l("Patent: name"),
    "patent.owner": _l("Patent: applicant or owner"),
    "patent.filed_on": _l("Patent: filing date"),
    "patent.application_number": _l("Patent: application number"),
    "patent.patent_number": _l("Patent: patent number"),
    "patent.term_until": _l("Patent: term"),
    "seller.name": _l("Name of the seller"),
    "seller.credit_code": _l("Credit code of the seller"),
    "buyer.name": _l("Name of the buyer"),
    "buyer.credit_code": _l("Credit code of the buyer"),
}
FINDINGS: Mapping[str, LazyString] = {
    "item_missing": _l("A required item is missing: %(item)s."),
    "patent_term_over": _l("The term of %(number)s has ended."),
    "order_not_open": _l("The order does not wait for a contract."),
    "publicity_owed": _l("The public notice has not ended without open objections."),
    "facts_changed": _l(
        "The order or the register says something else by now: save the blanks again, so that "
        "both sides see it."
    ),
    "pledge_account_missing": _l(
        "%(holder)s holds a pledge and is paid first: the seller records its account on the "
        "order's page."
    ),
    "listing_gone": _l("The listing is not public any more; ask the market."),
    "status_stale": _l("The legal status was checked %(days)s days ago: check it again."),
    "warranty_contradicted": _l(
        "“%(words)s” (%(clause)s) contradicts the guarantee that every seller owes."
    ),
    "sublicence_is_plain": _l("“%(words)s” (%(clause)s): a sub-licence counts as non-exclusive."),
    "research_banned": _l("“%(words)s” (%(clause)s) forbids research on the technology."),
    "grant_back_one_sided": _l(
        "“%(words)s” (%(clause)s) takes improvements without anything in return."
    ),
    "other_sources_barred": _l("“%(words)s” (%(clause)s) bars technology from other sources."),
    "output_limited": _l("“%(words)s” (%(clause)s) limits output, price or markets."),
    "tied_in": _l("“%(words)s” (%(clause)s) ties other purchases to the technology."),
    "validity_unchallengeable": _l("“%(words)s” (%(clause)s) forbids to challenge the right."),
    "co_owner_consent_missing": _l("The consent of the co-owner %(owner)s is missing."),
    "overlay_forbids": _l("A burden on the right forbids this: %(overlay)s."),
    "overlay_warns": _l("There is a burden on the right: %(overlay)s."),
    "open_licence_excluded": _l("A burden on the right forbids an open licence: %(overlay)s."),
    "open_licence_needs_patent_in_force": _l("An open licence needs a patent in force."),
    "evaluation_report_missing": _l("An open licence of this right needs the evaluation report."),
    "state_forbids": _l("The state of the right forbids this: %(state)s."),
    "state_warns": _l("The state of the right needs attention: %(state)s."),
    "licence_kind_taken_as_plain": _l("A licence without a kind counts as non-exclusive."),
    "licence_conflict": _l("A running licence forbids this one: %(running)s."),
    "older_licence_stays_beside": _l("An older non-exclusive licence goes on beside this one."),
    "licence_beyond_life": _l("The licence runs to %(licence_ends)s, the right to %(last_day)s."),
    "first_refusal_taken": _l("%(holder)s claims the right of first refusal."),
    "first_refusal_not_asked": _l("%(holder)s has a right of first refusal and was not asked."),
    "first_refusal_unanswered": _l("%(holder)s may answer on first refusal until %(last)s."),
}
FAILURES: Mapping[str, LazyString] = {
    "contracts.illegal_move": _l("The contract is in another state now; this cannot be done."),
    "contracts.changed": _l("There is a newer version. Please read it first."),
    "contracts.writer_needed": _l("Only people of the two parties who may draft do this."),
    "contracts.manager_needed": _l(
        "Only owners and managers of a verified party, within their limit, consent and sign."
    ),
    "contracts.seller_needed": _l("Only the seller and the market's reviewers do this."),
    "contracts.order_not_open": _l("The order does not wait for a contract."),
    "contracts.unknown_kind": _l("This kind of contract does not fit the deal."),
    "contracts.unknown_blank": _l("The form has no such field."),
    "contracts.unknown_clause": _l("The contract has no such clause."),
    "contracts.clause_half": _l("A new clause needs a heading and a text."),
    "contracts.too_long": _l("At most %(most)s characters."),
    "contracts.nothing_changed": _l("Nothing was changed."),
    "contracts.incomplete": _l(
        "%(count)s required items are missing; without them no document is made."
    ),
    "contracts.blocked": _l("Something stands against signing; it is listed on the page."),
    "contracts.read_first": _l("Please confirm that you have read the whole file."),
    "contracts.not_signing": _l("There is no file to sign now."),
    "contracts.file_awaited": _l("The file is being made; ask again in a minute."),
    "contracts.file_damaged": _l(
        "The stored file is damaged. Nobody can sign it; call the market."
    ),
    "contracts.name_differs": _l("The name typed is not the name of your account."),
    "contracts.licences_unread": _l("Please confirm that you know the running licences."),
    "contracts.signed_already": _l("Your side has signed already."),
    "contracts.not_sealed": _l("Only a signed contract is registered."),
    "contracts.technical_above_price": _l("The technical amount lies between zero and the price."),
    "contracts.registration_step": _l("This answer cannot follow now."),
    "contracts.registration_day": _l("This day cannot be."),
    "contracts.registration_number": _l("This is not a registration number."),
}
REGISTRATION: Mapping[str, LazyString] = {
    "none": _l("Not applied for"),
    "accepted": _l("Accepted for decision"),
    "registered": _l("Registered"),
    "refused": _l("Not registered"),
}
ACTIONS: Mapping[str, LazyString] = {
    "propose": _l("The other side proposes the contract: %(title)s"),
    "amend": _l("The other side changed the contract: %(title)s"),
    "consent": _l("The other side agrees to the contract: %(title)s"),
    "agree": _l("The words of the contract are agreed: %(title)s"),
    "open": _l("The contract can be signed: %(title)s"),
    "sign": _l("The other side has signed: %(title)s"),
    "seal": _l("The contract is signed by both sides: %(title)s"),
    "void": _l("The contract is void: %(title)s"),
}
BODY = _l("Contract %(number)s, version %(version)s.")


def finding_text(code: str, facts: Mapping[str, object]) -> str:
    """What a finding says, with items, burdens and states in the reader's language."""
    values = {name: _fact(name, value) for name, value in facts.items()}
    return messages.text_of(f"contracts.finding.{code}", values)


def _fact(name: str, value: object) -> object:
    if name == "item":
        return str(item_text(str(value)))
    if name in ("overlay", "running"):
        rules = OVERLAYS[Overlay(str(value))]
        return pick(rules.zh, rules.en)
    if name == "state":
        state = PATENT_STATES[PatentState(str(value))]
        return pick(state.zh, state.en)
    return value


def source_text(finding: Finding) -> str:
    """The rule and the article that stand behind a finding."""
    article = article_text(finding.article, pick("zh", "en"))
    return f"{finding.rule} {article}".strip()


def item_text(item: str) -> LazyString | str:
    """A required item in the reader's language."""
    return BLANKS.get(item) or ITEMS.get(item, item)


messages.register(FAILURES)
messages.register({f"contracts.finding.{code}": text for code, text in FINDINGS.items()})
texts.register({f"contract.{action}": (title, BODY) for action, title in ACTIONS.items()})
