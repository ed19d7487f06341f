"""What the market checks of the right: number, status, fees, owners, burdens, first refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from marketplace.showcase.listings import consents
from marketplace.showcase.listings.checks import Surroundings
from marketplace.showcase.listings.content import ListingContent, PatentFacts
from rules import ownership
from rules.enumerations import (
    APPLICATIONS,
    IN_FORCE,
    LicenceKind,
    Overlay,
    PatentState,
    TransferMode,
)
from rules.enumerations.deals import LICENCE_OVERLAY, SubjectMatter
from rules.fee_clock import FeeCase, fee_state
from rules.fee_plan import lapses_before
from rules.findings import Finding, Severity, block, warn
from rules.patent_numbers import parse_application_number
from rules.refusals import FeeRefused, NumberRefused

REGISTRATION = timedelta(days=60)
"""How long it may take from a deal until the change of owner is registered."""
WHOLE = 10_000


def right_findings(content: ListingContent, about: Surroundings) -> Iterator[Finding]:
    """Everything about the right itself; L7, L33, L53-L57, L61-L68 and the freshness gate."""
    if content.patent is not None:
        yield from number_findings(content.patent)
        yield from _status(content, content.patent, about)
        yield from _dates(content.patent, about.today)
        yield from _fees(content.patent, about.today)
        yield from _classes(content, content.patent)
    yield from _owners(content)
    yield from _first_refusal_named(content)
    yield from _licences(content)
    yield from deal_findings(content, about)


def number_findings(patent: PatentFacts) -> Iterator[Finding]:
    """Section 2: form and check character, kind against the type digit, year against filing."""
    try:
        number = parse_application_number(patent.number)
    except NumberRefused as error:
        yield block(f"number_{error.code}", "L44", "", **error.facts)
        return
    if number.kind != patent.patent_kind:
        yield block("number_of_other_kind", "L44", "", typed=number.kind, chosen=patent.patent_kind)
    for one in number.warnings:
        yield warn(f"number_{one.code}", "L44", "", **one.facts)
    filed = patent.filed_on
    if filed and number.year != filed.year and not patent.divisional and not number.is_pct:
        yield warn("number_of_other_year", "L44", "", year=number.year, filed=filed)
    if number.zl_prefix and PatentState(patent.legal_status) not in IN_FORCE:
        yield warn("zl_not_in_force", "L68", "XZ101")


def _status(content: ListingContent, patent: PatentFacts, about: Surroundings) -> Iterator[Finding]:
    """The legal status has a date and evidence, and is not older than the freshness gate."""
    checked = patent.status_checked_on
    if checked is None:
        yield block("status_date_missing", "L44", "ZM13")
    elif checked > about.today:
        yield block("status_date_to_come", "L44", "ZM13", day=checked)
    elif (about.today - checked).days > about.fresh_days:
        yield block("status_stale", "L44", "ZM13", day=checked, days=about.fresh_days)
    has_paper = any(about.files.get(one) == "evidence" for one in content.files)
    if not has_paper and not patent.status_source.strip():
        yield block("status_evidence_missing", "L44", "ZM13")


def _dates(patent: PatentFacts, today: date) -> Iterator[Finding]:
    state = PatentState(patent.legal_status)
    if patent.filed_on is None:
        yield block("filing_date_missing", "L51", "MF845")
    elif patent.filed_on > today:
        yield block("filing_date_to_come", "L44", "ZM13", day=patent.filed_on)
    if state in IN_FORCE and patent.granted_on is None:
        yield block("grant_date_missing", "L51", "MF845")
    if patent.granted_on and patent.granted_on > today:
        yield block("grant_date_to_come", "L44", "ZM13", day=patent.granted_on)
    if state in APPLICATIONS and patent.granted_on is not None:
        yield warn("application_with_grant", "L68", "XZ101", day=patent.granted_on)


def fee_case(patent: PatentFacts) -> FeeCase | None:
    """The facts for the fee clock; None when they are incomplete or contradict each other."""
    if patent.filed_on is None or patent.patent_kind not in ("I", "U", "D"):
        return None
    granted = patent.granted_on if PatentState(patent.legal_status) not in APPLICATIONS else None
    try:
        return FeeCase(
            kind=patent.patent_kind,  # type: ignore[arg-type]
            filed=patent.filed_on,
            granted=granted,
            paid=patent.last_paid_year if granted else None,
            reductions=(patent.reduction,) if patent.reduction else (),  # type: ignore[arg-type]
            first_fee_year=patent.first_fee_year,
        )
    except FeeRefused:
        return None


def _fees(patent: PatentFacts, today: date) -> Iterator[Finding]:
    if patent.filed_on and patent.granted_on and patent.granted_on < patent.filed_on:
        yield block("granted_before_filed", "L44", "ZM13")
        return
    case = fee_case(patent)
    if case is None:
        if patent.filed_on is not None:
            yield block("paid_year_impossible", "L56", "", paid=patent.last_paid_year)
        return
    state = fee_state(case, today)
    if state.state in ("lapsed", "expired"):
        yield block(f"right_{state.state}", "L56", "MF865", day=state.ended_on)
    elif state.in_grace:
        yield warn("fee_in_grace", "L65", "XZ15", total=(state.total or 0) * 100)
    elif state.in_force and lapses_before(case, today, deadline=today + REGISTRATION):
        yield warn("lapses_before_registration", "L56", "JS26", day=case.expires_on)


def _classes(content: ListingContent, patent: PatentFacts) -> Iterator[Finding]:
    """Section 2: designs have Locarno classes and no IPC; all others have IPC."""
    if patent.patent_kind == "D":
        if content.ipc:
            yield block("design_with_ipc", "L44", "")
        if not content.locarno:
            yield block("field_missing", "L44", "ZM13", field="locarno")
    elif not content.ipc:
        yield block("field_missing", "L44", "ZM13", field="ipc")


def _owners(content: ListingContent) -> Iterator[Finding]:
    shares = [owner.share_hundredths for owner in content.owners]
    known = [share for share in shares if share is not None]
    if any(share <= 0 or share > WHOLE for share in known):
        yield block("share_out_of_range", "L62", "ZL14")
        return
    total, all_known = sum(known), len(known) == len(shares)
    if known and (total != WHOLE if all_known else total >= WHOLE):
        yield block("shares_not_whole", "L62", "ZL14", sum=total / 100)


def _first_refusal_named(content: ListingContent) -> Iterator[Finding]:
    """L53 (民法典 847): the completers of a service result are to be named before a transfer."""
    sells = {"assignment", "equity"} & set(content.transfer_modes)
    if content.service_result and sells and not content.first_refusal:
        yield block("completers_not_named", "L53", "MF847")


def _licences(content: ListingContent) -> Iterator[Finding]:
    case = fee_case(content.patent) if content.patent else None
    for licence in content.licences:
        kind = licence_kind(licence.kind)
        if not licence.kind:
            yield warn("licence_kind_taken_as_plain", "L55", "JS25")
        if licence.sublicence:
            yield from ownership.sublicence_findings(kind)
        if case and licence.until and licence.until >= case.expires_on:
            facts = {"licence_ends": licence.until, "last_day": case.expires_on - timedelta(days=1)}
            yield block("licence_beyond_life", "L56", "MF865", **facts)


@lru_cache(maxsize=32)
def licence_kind(value: str) -> LicenceKind:
    """The kind of a licence; an unstated one is plain (L55, 技术合同解释 25)."""
    return LicenceKind(value) if value else LicenceKind.PLAIN


def right_of(content: ListingContent, about: Surroundings) -> ownership.Right:
    """The right as the rules see it, with the consents on record."""
    found = list(about.answers)
    overlays = {Overlay(one.kind) for one in content.overlays}
    overlays |= {LICENCE_OVERLAY[licence_kind(one.kind)] for one in content.licences}
    pledges = [one for one in content.overlays if one.kind == Overlay.PLEDGE]
    patent = content.patent
    case = fee_case(patent) if patent else None
    return ownership.Right(
        owners=tuple(
            ownership.Owner(
                owner.name,
                consented=owner.name == about.seller_name
                or consents.given(found, "owner", owner.name) == "consented",
            )
            for owner in content.owners
        ),
        overlays=frozenset(overlays),
        state=PatentState(patent.legal_status) if patent else None,
        first_refusals=tuple(_holder(one.name, one.ground, about) for one in content.first_refusal),
        pledgee_consented=bool(pledges)
        and all(consents.given(found, "pledgee", one.holder) == "consented" for one in pledges),
        last_day=case.expires_on - timedelta(days=1) if case else None,
        needs_report=bool(patent and patent.patent_kind in ("U", "D")),
        has_report=bool(patent and patent.has_evaluation_report),
    )


def _holder(name: str, ground: str, about: Surroundings) -> ownership.FirstRefusal:
    plain = " ".join(name.split())
    record = next(
        (one for one in about.answers if one.party == "first_refusal" and one.name == plain), None
    )
    said = {"waived": ownership.Answer.WAIVED, "wants": ownership.Answer.TAKES}
    return ownership.FirstRefusal(
        holder=name,
        kind=ownership.Asked(ground),
        asked_on=record.answered_on if record else None,
        answer=said.get(record.answer, ownership.Answer.NONE) if record else ownership.Answer.NONE,
    )


def deal_findings(content: ListingContent, about: Surroundings) -> Iterator[Finding]:
    """L53, L55-L57, L62-L64, L66 for every way offered, each finding once.

    Holders of first refusal who have not answered only warn here: they must have been asked
    before an auction notice or a signature, not before the listing (L53).
    """
    right, seen = right_of(content, about), set()
    applies_for = bool(content.patent and PatentState(content.patent.legal_status) in APPLICATIONS)
    subject = SubjectMatter.APPLICATION if applies_for else SubjectMatter.PATENT
    subject = subject if content.patent else SubjectMatter.SECRET
    for deal in deals_of(content, subject):
        for found in ownership.findings(deal, right, today=about.today):
            early = found.code.startswith("first_refusal")
            shown = (
                Finding(found.code, Severity.WARN, found.rule, found.article, found.facts)
                if early
                else found
            )
            key = (shown.code, tuple(sorted((k, str(v)) for k, v in shown.facts.items())))
            if key not in seen:
                seen.add(key)
                yield shown


def deals_of(content: ListingContent, subject: SubjectMatter) -> Iterator[ownership.Deal]:
    """One deal for every way the seller offers."""
    for mode in content.transfer_modes:
        if mode == TransferMode.LICENCE:
            kinds: list[LicenceKind | None] = [LicenceKind(one) for one in content.licence_kinds]
            for kind in kinds or [None]:
                yield ownership.Deal(TransferMode.LICENCE, subject, kind)
        else:
            yield ownership.Deal(TransferMode(mode), subject)
