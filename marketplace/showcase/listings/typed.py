"""A listing's content as the form's fields hold it: names to lists of typed texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from marketplace.showcase.listings.content import ListingContent, PatentFacts

Typed = Mapping[str, Sequence[str]]

TEXTS = (
    "title", "title_en", "summary", "summary_en", "problem", "solution", "advantage",
    "economics", "cluster", "step", "defects", "pricing_mode", "base_price_basis",
    "price_note", "contact_policy",
)  # fmt: skip
CHOICES = ("industries", "transfer_modes", "licence_kinds")


def typed_of(content: ListingContent) -> dict[str, list[str]]:
    """The form's fields that would give this content again (files are not form fields)."""
    typed = {name: [getattr(content, name)] for name in TEXTS if getattr(content, name)}
    typed |= {name: list(getattr(content, name)) for name in CHOICES if getattr(content, name)}
    typed |= {
        name: [text]
        for name, text in (
            ("ipc", "; ".join(content.ipc)),
            ("locarno", "; ".join(content.locarno)),
            ("keywords", "；".join(content.keywords)),
            ("inventors", "；".join(content.inventors)),
            ("trl", str(content.trl or "")),
            ("price", _yuan(content.price_minor)),
            ("base_price", _yuan(content.base_price_minor)),
            ("service_result", "y" if content.service_result else ""),
        )
        if text
    }
    if content.patent is not None:
        typed |= _patent(content.patent)
    return typed | _groups(content)


def _patent(patent: PatentFacts) -> dict[str, list[str]]:
    texts = {
        "number": patent.number,
        "patent_kind": patent.patent_kind,
        "filed_on": _day(patent.filed_on),
        "granted_on": _day(patent.granted_on),
        "legal_status": patent.legal_status,
        "status_checked_on": _day(patent.status_checked_on),
        "status_source": patent.status_source,
        "last_paid_year": _number(patent.last_paid_year),
        "first_fee_year": _number(patent.first_fee_year),
        "reduction": patent.reduction,
        "has_evaluation_report": "y" if patent.has_evaluation_report else "",
        "divisional": "y" if patent.divisional else "",
    }
    return {name: [text] for name, text in texts.items() if text}


def _groups(content: ListingContent) -> dict[str, list[str]]:
    rows: list[tuple[str, int, dict[str, str]]] = []
    for at, owner in enumerate(content.owners):
        share = "" if owner.share_hundredths is None else f"{owner.share_hundredths / 100:g}"
        rows.append(
            ("owners", at, {"name": owner.name, "share": share, "credit_code": owner.credit_code})
        )
    for at, overlay in enumerate(content.overlays):
        facts = {
            "kind": overlay.kind,
            "holder": overlay.holder,
            "since": _day(overlay.since),
            "until": _day(overlay.until),
            "amount": _yuan(overlay.amount_minor),
            "note": overlay.note,
        }
        rows.append(("overlays", at, facts))
    for at, licence in enumerate(content.licences):
        facts = {
            "kind": licence.kind,
            "licensee": licence.licensee,
            "area": licence.area,
            "use": licence.use,
            "until": _day(licence.until),
            "sublicence": "y" if licence.sublicence else "",
        }
        rows.append(("licences", at, facts))
    for at, holder in enumerate(content.first_refusal):
        rows.append(("first_refusal", at, {"name": holder.name, "ground": holder.ground}))
    return {
        f"{group}-{at}-{name}": [text]
        for group, at, facts in rows
        for name, text in facts.items()
        if text
    }


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yuan(minor: int | None) -> str:
    return "" if minor is None else f"{Decimal(minor) / 100:,.2f}".removesuffix(".00")
