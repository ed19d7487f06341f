"""All findings about a content, in one list: what blocks, and what needs a tick with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from marketplace.showcase.listings.checks import Surroundings, content_findings
from marketplace.showcase.listings.content import ListingContent
from marketplace.showcase.listings.rights import right_findings
from rules.enumerations import (
    LICENCE_KINDS,
    OVERLAYS,
    PRICING,
    STATES,
    STEPS,
    STRATEGIC_INDUSTRIES,
    TRANSFER_MODES,
)
from rules.findings import Finding, block
from rules.ipc import parse_ipc, parse_locarno
from rules.ownership import Asked
from rules.refusals import NumberRefused

ABOUT = ("field", "holder", "owner", "overlay", "kind", "running", "word")
"""The facts that tell two findings of one code apart."""


def findings(content: ListingContent, about: Surroundings) -> list[Finding]:
    """Every finding; blocks first. Values that no rule knows are told alone."""
    unknown = list(_unknown(content))
    if unknown:
        return unknown
    found = [*content_findings(content, about), *right_findings(content, about)]
    return sorted(found, key=lambda one: not one.blocks)


def key_of(finding: Finding) -> str:
    """A finding's name in a form: its code and what it is about, stable between two loads."""
    about = (
        finding.facts.get("field") or finding.facts.get("holder") or finding.facts.get("overlay")
    )
    word = finding.facts.get("word")
    return ":".join(str(part) for part in (finding.code, about, word) if part)


def _unknown(content: ListingContent) -> Iterator[Finding]:
    values: list[tuple[str, str, Collection[str]]] = [
        ("pricing_mode", content.pricing_mode, PRICING),
        ("step", content.step, STEPS),
        *(("industries", one, STRATEGIC_INDUSTRIES) for one in content.industries),
        *(("transfer_modes", one, TRANSFER_MODES) for one in content.transfer_modes),
        *(("licence_kinds", one, LICENCE_KINDS) for one in content.licence_kinds),
        *(("overlays", one.kind, OVERLAYS) for one in content.overlays),
        *(("licences", one.kind, LICENCE_KINDS) for one in content.licences),
        *(("first_refusal", one.ground, tuple(Asked)) for one in content.first_refusal),
    ]
    if content.patent is not None:
        values.append(("legal_status", content.patent.legal_status, STATES))
        values.append(("patent_kind", content.patent.patent_kind, ("I", "U", "D")))
        values.append(("reduction", content.patent.reduction, ("85", "70", "open")))
    for field, value, known in values:
        if value and value not in known:
            yield block("unknown_value", "L44", "", field=field, value=str(value)[:40])
    if content.trl is not None and not 1 <= content.trl <= 9:
        yield block("unknown_value", "L44", "", field="trl", value=content.trl)
    yield from _symbols(content)


def _symbols(content: ListingContent) -> Iterator[Finding]:
    for symbol, field, parse in (
        *((one, "ipc", parse_ipc) for one in content.ipc),
        *((one, "locarno", parse_locarno) for one in content.locarno),
    ):
        try:
            parse(symbol)
        except NumberRefused as error:
            facts = {"suggestion": "", **error.facts}
            yield block(f"class_{error.code}", "L44", "", field=field, symbol=symbol, **facts)
