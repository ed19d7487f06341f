"""From validated steps to a listing's content."""

from __future__ import annotations

from typing import Any, cast

from marketplace.showcase.listings.content import (
    FirstRefusal,
    LicenceGranted,
    ListingContent,
    ListingKind,
    Overlay,
    Owner,
    PatentFacts,
)
from marketplace.showcase.listings.forms import (
    BurdensForm,
    ContentForm,
    PriceForm,
    RightForm,
    StepForm,
)


def content_of(kind: str, forms: dict[str, StepForm]) -> ListingContent:
    """The content the steps describe; call it only when every form is valid."""
    content = cast("ContentForm", forms["content"])
    burdens = cast("BurdensForm", forms["burdens"])
    price = cast("PriceForm", forms["price"])
    patent = _patent(cast("RightForm", forms["right"]), burdens) if kind == "patent" else None
    return ListingContent(
        kind=cast("ListingKind", kind),
        patent=patent,
        **_story(content),
        **_burdens(burdens),
        **_price(price),
    )


def _story(form: ContentForm) -> dict[str, Any]:
    texts = ("title", "title_en", "summary", "summary_en", "problem", "solution", "advantage",
             "economics", "cluster", "step")  # fmt: skip
    return {
        **{name: form[name].data or "" for name in texts},
        "industries": tuple(form.industries.data or ()),
        "ipc": form.ipc.values,
        "locarno": form.locarno.values,
        "trl": int(form.trl.data),
        "keywords": form.keywords.values,
    }


def _burdens(form: BurdensForm) -> dict[str, Any]:
    return {
        "owners": tuple(
            Owner(row.name.data, row.share.hundredths, row.credit_code.data or "")
            for row in form.owners.filled
        ),
        "inventors": form.inventors.values,
        "service_result": bool(form.service_result.data),
        "overlays": tuple(
            Overlay(
                kind=row.kind.data,
                holder=row.holder.data or "",
                since=row.since.data,
                until=row.until.data,
                amount_minor=row.amount.minor,
                note=row.note.data or "",
            )
            for row in form.overlays.filled
        ),
        "licences": tuple(
            LicenceGranted(
                kind=row.kind.data or "",
                licensee=row.licensee.data or "",
                area=row.area.data or "",
                use=row.use.data or "",
                until=row.until.data,
                sublicence=bool(row.sublicence.data),
            )
            for row in form.licences.filled
        ),
        "first_refusal": tuple(
            FirstRefusal(row.name.data, row.ground.data) for row in form.first_refusal.filled
        ),
        "defects": form.defects.data or "",
    }


def _price(form: PriceForm) -> dict[str, Any]:
    modes = tuple(form.transfer_modes.data or ())
    return {
        "transfer_modes": modes,
        "licence_kinds": tuple(form.licence_kinds.data or ()) if "licence" in modes else (),
        "pricing_mode": form.pricing_mode.data,
        "price_minor": form.price.minor,
        "price_note": form.price_note.data or "",
        "base_price_minor": form.base_price.minor,
        "base_price_basis": form.base_price_basis.data or "",
        "contact_policy": form.contact_policy.data or "broker",
    }


def _patent(form: RightForm, burdens: BurdensForm) -> PatentFacts:
    number = form.parsed
    return PatentFacts(
        number=number.canonical if number else "",
        patent_kind=form.patent_kind.data or (number.kind if number else ""),
        filed_on=form.filed_on.data,
        granted_on=form.granted_on.data,
        legal_status=burdens.legal_status.data or "",
        status_checked_on=burdens.status_checked_on.data,
        status_source=burdens.status_source.data or "",
        last_paid_year=burdens.last_paid_year.number,
        reduction=burdens.reduction.data or "",
        first_fee_year=burdens.first_fee_year.number,
        has_evaluation_report=bool(burdens.has_evaluation_report.data),
        divisional=bool(form.divisional.data),
    )
