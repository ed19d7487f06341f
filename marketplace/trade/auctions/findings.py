"""What the rules say about a notice before it goes out: blocks refuse, warnings need a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kernel.options import options
from marketplace.showcase.listings.queries import LotTerms
from marketplace.trade.auctions.models import Auction, Outcome
from rules import auction_formats as formats
from rules import auction_sums, auction_terms, ownership
from rules.auction_terms import AuctionMode, Thresholds
from rules.days import local_date
from rules.enumerations import Overlay, PatentState, TransferMode
from rules.findings import Finding, block, warn

CONSIGNMENT = (
    "parties", "lot", "reserve", "time_and_place", "handover", "commission", "payment",
    "default", "other",
)  # fmt: skip
"""The nine items of a written consignment contract (拍卖法 44; L6)."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: the auction as it would be published at ``published_at``.

    ``reserve_minor`` is opened for the check only. ``seller_code`` is the credit code.
    """

    auction: Auction
    lot: LotTerms
    seller_code: str
    reserve_minor: int | None
    published_at: datetime


def thresholds(db: Session, mode: AuctionMode) -> Thresholds:
    """The legal values of a mode with the market's own settings on top."""
    own = options(db)
    base = auction_terms.for_mode(mode)
    kind = "auction" if mode is AuctionMode.LICENSED else "tender"
    notice = own[f"{kind}_notice_hours"]
    return replace(
        base,
        notice_hours=notice,
        notice_dates=notice // 24 + 1,
        display_hours=own[f"{kind}_display_hours"],
        run_hours=base.run_hours if kind == "auction" else own["tender_run_hours"],
        deposit_min_percent=own["deposit_low_percent"],
        deposit_max_percent=own["deposit_high_percent"],
        confirmation_working_days=own["confirmation_working_days"],
        release_hours=own["deposit_return_hours"],
    )


def findings(db: Session, case: Case) -> tuple[Finding, ...]:
    """What the rules say about this notice: L3, L4, L6-L8, L12-L14, L20, L23-L26, L29."""
    mode = AuctionMode(case.auction.mode)
    limits = thresholds(db, mode)
    return (
        *auction_terms.mode_findings(mode, _licence(case.auction), opens_at=case.auction.opens_at),
        *_own_goods(case),
        *_consignment(case.auction),
        *auction_terms.schedule_findings(_dates(case), limits),
        *_content(case, limits),
        *_first_refusal(case, limits),
        *right_findings(case.lot),
        *_format(case, mode=mode),
        *_sums(case, limits),
        *_second_round(db, case, limits=limits),
        *_freshness(case, own=options(db)),
    )


def unanswered(found: tuple[Finding, ...], reasons: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings that still stop the notice: every block, and warnings without a reason."""
    return tuple(one for one in found if one.blocks or not reasons.get(one.code, "").strip())


def _licence(auction: Auction) -> auction_terms.AuctionLicence | None:
    if not auction.company_code or auction.licence_expires_on is None:
        return None
    return auction_terms.AuctionLicence(
        company_code=auction.company_code,
        licence_number=auction.licence_number or "",
        licence_expires=auction.licence_expires_on,
        auctioneer_certificate=auction.auctioneer_certificate or "",
    )


def _own_goods(case: Case) -> tuple[Finding, ...]:
    code = case.auction.company_code
    return auction_terms.own_goods_findings(case.seller_code, code) if code else ()


def _consignment(auction: Auction) -> tuple[Finding, ...]:
    """L6 (拍卖法 42, 44): nine items and both signatures before a 拍卖 is announced."""
    if auction.mode != AuctionMode.LICENSED:
        return ()
    given = auction.consignment
    empty = [name for name in CONSIGNMENT if not str(given.get(name, "")).strip()]
    found = [block("consignment_item_empty", "L6", "PM44", item=name) for name in empty]
    if not (given.get("seller_signed_on") and given.get("company_signed_on")):
        found.append(block("consignment_not_signed", "L6", "PM42"))
    return tuple(found)


def _dates(case: Case) -> auction_terms.AuctionDates:
    return auction_terms.AuctionDates(
        published_at=case.published_at,
        opens_at=case.auction.opens_at,
        ends_at=case.auction.ends_at,
        data_room_at=max(case.auction.display_from, case.published_at),
        viewing_dates=tuple(map(date.fromisoformat, case.auction.viewing_dates)),
    )


def _content(case: Case, limits: Thresholds) -> tuple[Finding, ...]:
    """L13: the five parts; the medium's proof may follow until the opening (asked at each bid)."""
    auction = case.auction
    parts = {
        "time_and_place": True,
        "lot": bool(auction.title),
        "display": bool(auction.display_place),
        "formalities": bool(auction.formalities),
        "other": bool(auction.remarks),
    }
    found = auction_terms.notice_content_findings(
        (name for name, given in parts.items() if given),
        medium_proof=True,
        limits=limits,
    )
    if not auction.defects:
        found = (*found, block("defects_missing", "L7", "PM27"))
    if limits.medium_required and not auction.medium_proof:
        found = (*found, warn("medium_proof_pending", "L13", "PM47"))
    return found


def _format(case: Case, *, mode: AuctionMode) -> tuple[Finding, ...]:
    """L3, L24, L25: open bidding, what a deposit is worth at a low price, the last end."""
    auction = case.auction
    floor = auction.format_terms.get("floor_minor")
    return (
        *formats.open_bidding_findings(mode, is_sealed=auction.format == "sealed"),
        *(formats.earnest_findings(floor, auction.deposit_minor) if floor else ()),
        *formats.hard_end_findings(has_hard_end=auction.hard_end_at is not None),
    )


def _first_refusal(case: Case, limits: Thresholds) -> tuple[Finding, ...]:
    holders = [
        auction_terms.FirstRefusalNotice(
            holder=holder["name"],
            told_at=datetime.fromisoformat(holder["told_at"]) if holder.get("told_at") else None,
            answered=holder.get("answer") in ("waived", "wants"),
        )
        for holder in case.auction.refusal_holders
    ]
    return auction_terms.first_refusal_findings(holders, case.published_at, limits=limits)


def right_findings(lot: LotTerms) -> tuple[Finding, ...]:
    """L62-L64: co-owners' and pledgee's consent, state and burdens, for every way offered."""
    agreed = {(one.party, one.name) for one in lot.answers if one.answer == "consented"}
    pledges = [one for one in lot.encumbrances if one.kind == Overlay.PLEDGE]
    right = ownership.Right(
        owners=tuple(
            ownership.Owner(
                owner.name,
                consented=owner.name == lot.organisation_name or ("owner", owner.name) in agreed,
            )
            for owner in lot.owners
        ),
        overlays=frozenset(Overlay(one.kind) for one in lot.encumbrances),
        state=PatentState(lot.legal_status) if lot.legal_status else None,
        pledgee_consented=bool(pledges)
        and all(("pledgee", one.holder) in agreed for one in pledges),
    )
    found: dict[tuple[str, str], Finding] = {}
    for mode in lot.transfer_modes:
        deal = ownership.Deal(TransferMode(mode))
        for one in (
            *ownership.state_findings(deal, right.state),
            *ownership.consent_findings(deal, right),
            *ownership.overlay_findings(deal, right),
        ):
            found.setdefault((one.code, str(one.facts)), one)
    return tuple(found.values())


def _sums(case: Case, limits: Thresholds) -> tuple[Finding, ...]:
    auction = case.auction
    tier = auction_sums.Tier(from_minor=0, basis_points=auction.commission_hundredths)
    return (
        *auction_sums.deposit_findings(auction.start_minor, auction.deposit_minor, limits=limits),
        *auction_sums.start_price_findings(
            auction.format_terms.get("floor_minor") or auction.start_minor,
            auction.valuation_minor,
            limits=limits,
        ),
        *auction_sums.reserve_findings(
            declared=auction.has_reserve,
            reserve_minor=case.reserve_minor,
            start_minor=auction.start_minor,
            state_seller=case.lot.state_founded,
            valued_or_reasoned=bool(auction.valuation_minor or auction.valuation_reason),
        ),
        *auction_sums.commission_findings([tier], limits, agreed=True),
    )


def _second_round(db: Session, case: Case, *, limits: Thresholds) -> tuple[Finding, ...]:
    """L29 (网拍规定 26): cut, delay and notice of a lot that was not sold the last time."""
    auction = case.auction
    last = db.execute(
        select(Outcome.outcome, Outcome.closed_at, Auction.start_minor)
        .join(Auction, Auction.id == Outcome.auction_id)
        .where(Auction.listing_id == auction.listing_id, Auction.id != auction.id)
        .order_by(Outcome.closed_at.desc())
        .limit(1)
    ).first()
    if last is None or last.outcome == "sold":
        return ()
    return (
        *auction_sums.second_round_findings(last.start_minor, auction.start_minor, limits=limits),
        *auction_sums.second_round_date_findings(
            local_date(last.closed_at),
            local_date(auction.opens_at),
            second_published=local_date(case.published_at),
            limits=limits,
        ),
    )


def _freshness(case: Case, *, own: Mapping[str, int]) -> tuple[Finding, ...]:
    """The legal status is asked again before the notice (freshness gate of the domain page)."""
    checked = case.lot.status_checked_on
    if case.lot.kind != "patent" or checked is None:
        return ()
    age = (local_date(case.published_at) - checked).days
    if age <= own["status_fresh_days"]:
        return ()
    return (warn("status_stale", "L64", "XZ103", days=age),)
