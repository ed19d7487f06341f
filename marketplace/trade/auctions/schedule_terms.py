"""Between the schedule form and the terms of a lot, in both directions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marketplace.kernel.clock import SHANGHAI
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.auctions.forms import ScheduleForm, instant
from marketplace.trade.auctions.models import Auction
from marketplace.trade.auctions.terms import Licence, Medium, Terms

SIGNED = ("seller_signed_on", "company_signed_on")
ITEMS = ("handover", "payment", "default", "other")


def terms_of(form: ScheduleForm, *, had_reserve: bool = False) -> Terms:
    """The terms of a validated form; a stored reserve stays unless it is replaced or dropped."""
    licensed = form.mode.data == "licensed_auction"
    return Terms(
        mode=form.mode.data,
        start_minor=form.start.minor or 0,
        ladder=form.ladder,
        format=form.format.data,
        format_terms=form.format_terms,
        hard_end_at=_hard_end(form),
        reserve_policy=form.reserve_policy.data if form.format.data == "english" else "jump",
        deposit_minor=form.deposit.minor or 0,
        opens_at=instant(form.opens_at.data),
        ends_at=instant(form.ends_at.data),
        display_from=instant(form.display_from.data),
        display_place=form.display_place.data or "",
        formalities=form.formalities.data or "",
        remarks=form.remarks.data or "",
        defects=form.defects.data or "",
        deposit_account=form.deposit_account.data or "",
        reserve_minor=form.reserve.minor,
        keeps_reserve=had_reserve and _keeps_reserve(form),
        valuation_minor=form.valuation.minor,
        valuation_reason=form.valuation_reason.data or "",
        commission_hundredths=form.commission_hundredths or 0,
        viewing_dates=form.viewing_days,
        hides_seller=bool(form.hides_seller.data),
        licence=_licence(form) if licensed else None,
        medium=Medium(
            form.medium_name.data or "",
            form.medium_published_on.data,
            form.medium_proof.data or "",
        ),
        consignment=_consignment(form) if licensed else {},
    )


def _hard_end(form: ScheduleForm) -> datetime | None:
    typed = form.hard_end_at.data
    return instant(typed) if typed and form.format.data == "english" else None


def _keeps_reserve(form: ScheduleForm) -> bool:
    dropped = form.no_reserve.data or form.format.data == "dutch"
    return form.reserve.minor is None and not dropped


def _licence(form: ScheduleForm) -> Licence:
    return Licence(
        company_name=form.company_name.data or "",
        company_code=form.company_code.data or "",
        licence_number=form.licence_number.data or "",
        licence_expires_on=form.licence_expires_on.data,
        auctioneer_name=form.auctioneer_name.data or "",
        auctioneer_certificate=form.auctioneer_certificate.data or "",
    )


def _consignment(form: ScheduleForm) -> dict[str, str]:
    """The nine items of 拍卖法 44: what the terms already say, and four that are asked (L6)."""
    items = {
        "parties": form.company_name.data or "",
        "lot": "listing",
        "reserve": "yes" if form.reserve.minor is not None else "no",
        "time_and_place": f"{form.opens_at.data}",
        "commission": form.commission_percent.data or "",
    }
    items |= {name: form[f"consignment_{name}"].data or "" for name in ITEMS}
    return items | {name: f"{form[name].data or ''}" for name in SIGNED}


def proposed(form: ScheduleForm, lot: LotTerms, *, own: dict[str, int]) -> None:
    """Put what the listing says, and the market's usual terms, into an empty form."""
    form.propose_format(own, price_minor=lot.price_minor)
    if lot.price_minor:
        form.start.set_minor(lot.price_minor)
        form.deposit.set_minor(lot.price_minor // 10)
    form.defects.data = lot.defects
    form.valuation_reason.data = lot.base_price_basis


def shown(form: ScheduleForm, auction: Auction) -> None:
    """Put an auction's terms into the form; the reserve is never shown again, only kept blank."""
    for name, field in AMOUNTS.items():
        form[field].set_minor(getattr(auction, name))
    form.show_format(auction.format, auction.ladder, given=auction.format_terms)
    for name in ("opens_at", "ends_at", "display_from", "hard_end_at"):
        at = getattr(auction, name)
        form[name].data = at.astimezone(SHANGHAI).replace(tzinfo=None) if at else None
    for name in SAME:
        form[name].data = getattr(auction, name)
    form.viewing_dates.data = ", ".join(auction.viewing_dates)
    form.commission_percent.data = f"{auction.commission_hundredths / 100:g}"
    _show_consignment(form, auction.consignment)


def _show_consignment(form: ScheduleForm, items: dict[str, Any]) -> None:
    for name in ITEMS:
        form[f"consignment_{name}"].data = items.get(name, "")
    for name in SIGNED:
        form[name].data = date.fromisoformat(items[name]) if items.get(name) else None


AMOUNTS = {"start_minor": "start", "deposit_minor": "deposit", "valuation_minor": "valuation"}
SAME = (
    "mode", "reserve_policy", "valuation_reason", "deposit_account", "display_place",
    "formalities", "remarks", "defects", "hides_seller", "company_name", "company_code",
    "licence_number",
    "licence_expires_on", "auctioneer_name", "auctioneer_certificate", "medium_name",
    "medium_published_on", "medium_proof",
)  # fmt: skip
