"""Who must agree before a right is sold or licensed: co-owners, pledgee, first refusal, office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.days import term_end
from rules.enumerations.deals import (
    KEEPING_OTHERS_OUT,
    LICENCE_OVERLAY,
    LicenceKind,
    SubjectMatter,
    TransferMode,
    conflicting,
)
from rules.enumerations.overlays import OVERLAYS, Overlay
from rules.enumerations.patent_states import STATES, PatentState
from rules.enumerations.terms import Permission
from rules.findings import Finding, Severity, block, warn
from rules.holidays import Calendar

FIRST_REFUSAL_DAYS = 15
_SELLS = frozenset({TransferMode.ASSIGNMENT, TransferMode.EQUITY})
_LICENCE_OVERLAYS = frozenset(LICENCE_OVERLAY.values()) | {Overlay.COMPULSORY_LICENCE}


class Asked(StrEnum):
    """Who holds a right to be preferred at equal terms."""

    COMPLETER = "completer"
    COMMISSIONER = "commissioner"
    CO_DEVELOPER = "co_developer"


class Answer(StrEnum):
    """What the holder said; silence is ``NONE``."""

    NONE = "none"
    WAIVED = "waived"
    TAKES = "takes"


@dataclass(frozen=True, slots=True)
class Owner:
    """One owner of the right and whether his consent is on record."""

    name: str
    consented: bool = False


@dataclass(frozen=True, slots=True)
class FirstRefusal:
    """One holder of first refusal; ``asked_on`` is the day he was told of the terms."""

    holder: str
    kind: Asked
    asked_on: date | None = None
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class Deal:
    """What is to be done with the right.

    ``licence_kind`` None in a licence means unstated (a plain licence, L55); ``licence_ends``
    None means no limit in time; ``buyer_accepts_licences``: he ticked the list of running ones.
    """

    mode: TransferMode
    subject: SubjectMatter = SubjectMatter.PATENT
    licence_kind: LicenceKind | None = None
    licence_ends: date | None = None
    buyer_accepts_licences: bool = False

    @property
    def kind(self) -> LicenceKind | None:
        """The licence kind that counts, None when the deal is no licence."""
        if self.mode is not TransferMode.LICENCE:
            return None
        return self.licence_kind or LicenceKind.PLAIN


@dataclass(frozen=True, slots=True)
class Right:
    """What is known of the right.

    ``agreed_otherwise``: the co-owners have an agreement that permits the deal. ``last_day`` is
    the last day of life. ``has_report``: the 评价报告 of a utility model or design exists.
    """

    owners: tuple[Owner, ...]
    overlays: frozenset[Overlay] = frozenset()
    state: PatentState | None = None
    first_refusals: tuple[FirstRefusal, ...] = ()
    agreed_otherwise: bool = False
    pledgee_consented: bool = False
    last_day: date | None = None
    needs_report: bool = False
    has_report: bool = False


def findings(
    deal: Deal, right: Right, *, today: date, calendar: Calendar | None = None
) -> tuple[Finding, ...]:
    """All that stands against a deal on ``today``: L53, L55-L57, L62-L64, L66 and the state."""
    return (
        *state_findings(deal, right.state),
        *consent_findings(deal, right),
        *overlay_findings(deal, right),
        *licence_findings(deal, right),
        *first_refusal_findings(deal, right.first_refusals, today=today, calendar=calendar),
    )


def needs_all_owners(deal: Deal) -> bool:
    """L62 (专利法 14): only own use and a plain licence may be given by one owner alone."""
    if deal.mode is TransferMode.OWN_USE:
        return False
    return deal.kind not in {LicenceKind.PLAIN, LicenceKind.SUBLICENCE}


def consent_findings(deal: Deal, right: Right) -> tuple[Finding, ...]:
    """L62: every owner's consent unless their agreement says otherwise or one may act alone."""
    if len(right.owners) < 2 or right.agreed_otherwise or not needs_all_owners(deal):
        return ()
    return tuple(
        block("co_owner_consent_missing", "L62", "ZL14", owner=owner.name)
        for owner in right.owners
        if not owner.consented
    )


def pledge_consent_missing(owners: Iterable[Owner]) -> tuple[str, ...]:
    """L62: the owners whose consent a pledge of the right still needs."""
    listed = tuple(owners)
    return tuple(owner.name for owner in listed if len(listed) > 1 and not owner.consented)


def state_findings(deal: Deal, state: PatentState | None) -> tuple[Finding, ...]:
    """Section 5: what the state of the case allows, warns of or blocks; None is no patent case."""
    if state is None:
        return ()
    rules = STATES[state]
    permission = rules.sell if deal.mode in _SELLS else rules.licence
    if permission is Permission.ALLOW:
        return ()
    found = Finding("state_forbids", Severity.BLOCK, rules.rule, "", {"state": state.value})
    if permission is Permission.BLOCK:
        return (found,)
    return (Finding("state_warns", Severity.WARN, rules.rule, "", {"state": state.value}),)


def overlay_findings(deal: Deal, right: Right) -> tuple[Finding, ...]:
    """L57, L63, L64: the effect of pledge, preservation, suspension, change under way, secrecy."""
    if deal.mode is TransferMode.OWN_USE:
        return ()
    return tuple(
        found
        for overlay in sorted(right.overlays)
        for found in _overlay_finding(deal, right, overlay)
    )


def _overlay_finding(deal: Deal, right: Right, overlay: Overlay) -> Iterator[Finding]:
    rules = OVERLAYS[overlay]
    if rules.lifted_by_consent and right.pledgee_consented:
        return
    facts = {"overlay": overlay.value}
    if overlay in _LICENCE_OVERLAYS:
        if deal.mode in _SELLS and not deal.buyer_accepts_licences:
            yield warn("running_licence_survives", rules.rule, rules.article, **facts)
        return
    permission = rules.sell if deal.mode in _SELLS else rules.licence
    if deal.kind is LicenceKind.OPEN and overlay in {Overlay.PRESERVATION, Overlay.SUSPENSION}:
        yield block("open_licence_excluded", "L66", "XZ86", **facts)
    elif permission is Permission.BLOCK:
        yield block("overlay_forbids", rules.rule, rules.article, **facts)
    elif permission is Permission.WARN:
        yield warn("overlay_warns", rules.rule, rules.article, **facts)


def licence_findings(deal: Deal, right: Right) -> tuple[Finding, ...]:
    """L55, L56, L66: kind, conflicts with running licences, end, conditions of open licences."""
    kind = deal.kind
    if kind is None:
        return ()
    found: list[Finding] = []
    if deal.licence_kind is None:
        found.append(warn("licence_kind_taken_as_plain", "L55", "JS25"))
    found += [
        block("licence_conflict", "L66" if kind is LicenceKind.OPEN else "L57", "ZL51",
              kind=kind.value, running=running.value)
        for running in conflicting(kind, sorted(right.overlays))
    ]  # fmt: skip
    if kind in KEEPING_OTHERS_OUT and Overlay.PLAIN_LICENCE in right.overlays:
        found.append(warn("older_licence_stays_beside", "L57", "JS24", kind=kind.value))
    found += _term_findings(deal, right)
    if kind is LicenceKind.OPEN:
        found += _open_licence_findings(right)
    return tuple(found)


def _term_findings(deal: Deal, right: Right) -> list[Finding]:
    if right.last_day is None or deal.licence_ends is None:
        return []
    if deal.licence_ends <= right.last_day:
        return []
    facts = {"licence_ends": deal.licence_ends, "last_day": right.last_day}
    return [block("licence_beyond_life", "L56", "MF865", **facts)]


def _open_licence_findings(right: Right) -> list[Finding]:
    found: list[Finding] = []
    if right.state is not None and right.state not in {
        PatentState.GRANTED,
        PatentState.INVALID_PART,
    }:
        found.append(block("open_licence_needs_patent_in_force", "L66", "XZ86"))
    if right.needs_report and not right.has_report:
        found.append(block("evaluation_report_missing", "L66", "ZL50"))
    return found


def sublicence_findings(recorded: LicenceKind) -> tuple[Finding, ...]:
    """L55 (技术合同解释 25): a sub-licence is a plain licence; recorded otherwise → warn."""
    if recorded in {LicenceKind.PLAIN, LicenceKind.SUBLICENCE}:
        return ()
    return (warn("sublicence_is_plain", "L55", "JS25", kind=recorded.value),)


def unlisted_licences(listed: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """L57: licences found on the register that the buyer was not shown: a dispute reason."""
    known = set(listed)
    return tuple(one for one in found if one not in known)


def is_preferred(kind: Asked, deal: Deal) -> bool:
    """L53: completers when a result is transferred, commissioners and co-developers when the
    application right is; never for licences (民法典 847, 859, 860).
    """
    if deal.mode not in _SELLS:
        return False
    return kind is Asked.COMPLETER or deal.subject is SubjectMatter.APPLICATION


def first_refusal_findings(
    deal: Deal,
    holders: Iterable[FirstRefusal],
    *,
    today: date,
    days: int = FIRST_REFUSAL_DAYS,
    calendar: Calendar | None = None,
) -> tuple[Finding, ...]:
    """L53: every preferred holder was asked and has answered, or his time has run out.

    ``days`` is the answer time (setting); told and silent to its end counts as waived.
    """
    found: list[Finding] = []
    for holder in holders:
        if holder.answer is Answer.WAIVED or not is_preferred(holder.kind, deal):
            continue
        facts: dict[str, object] = {"holder": holder.holder, "kind": holder.kind.value}
        article = {Asked.COMPLETER: "MF847", Asked.COMMISSIONER: "MF859"}.get(holder.kind, "MF860")
        if holder.answer is Answer.TAKES:
            found.append(block("first_refusal_taken", "L53", article, **facts))
        elif holder.asked_on is None:
            found.append(block("first_refusal_not_asked", "L53", article, **facts))
        elif today <= (last := term_end(holder.asked_on, days, calendar=calendar)):
            found.append(block("first_refusal_unanswered", "L53", article, **facts, last=last))
    return tuple(found)


def pledge_split_minor(price_minor: int, debt_minor: int) -> tuple[int, int]:
    """L63 (民法典 444): (to the pledgee, to the seller) of a price, in fen."""
    to_pledgee = min(price_minor, debt_minor)
    return to_pledgee, price_minor - to_pledgee
