"""What a published content puts into the root row, so that lists read one narrow row."""

from __future__ import annotations

from typing import Any

from marketplace.showcase.listings.content import ListingContent


def columns_of(content: ListingContent) -> dict[str, Any]:
    """The values of the root's copied columns."""
    patent = content.patent
    return {
        "title": content.title,
        "title_en": content.title_en,
        "summary": content.summary,
        "cluster": content.cluster,
        "ipc": list(content.ipc or content.locarno),
        "trl": content.trl,
        "step": content.step or None,
        "pricing_mode": content.pricing_mode,
        "price_minor": content.price_minor,
        "transfer_modes": list(content.transfer_modes),
        "licence_kinds": list(content.licence_kinds),
        "patent_kind": patent.patent_kind if patent else None,
        "number": (patent.number or None) if patent else None,
        "legal_status": (patent.legal_status or None) if patent else None,
        "status_checked_on": patent.status_checked_on if patent else None,
    }
