"""The dates and papers an auction must satisfy before it may be announced and opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from rules.days import add_working_days, dates_apart, end_of, hours_after, local_date, term_end
from rules.findings import Finding, Severity, block, warn
from rules.holidays import Calendar


class AuctionMode(StrEnum):
    """拍卖 needs a licensed company; everything else is 挂牌竞价 (L3)."""

    LICENSED = "licensed_auction"
    LISTED = "listed_bidding"


NOTICE_BLOCKS: Final = ("time_and_place", "lot", "display", "formalities", "other")
"""The five parts of a notice (拍卖法 46)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every number an auction is checked against; the defaults are the legal values.

    A market keeps one value per mode in its settings (``for_mode``). Percentages are whole.
    """

    notice_hours: int = 168
    notice_dates: int = 8
    medium_required: bool = True
    display_hours: int = 48
    display_dates: int = 2
    run_hours: int = 24
    run_severity: Severity = Severity.BLOCK
    deposit_min_percent: int = 5
    deposit_max_percent: int = 20
    start_min_percent_of_valuation: int = 70
    first_refusal_days: int = 3
    round_two_cut_percent: int = 20
    round_two_within_days: int = 30
    round_two_notice_days: int = 15
    commission_cap_basis_points: int = 500
    confirmation_working_days: int = 3
    release_hours: int = 24
    release_alarm_hours: int = 20
    resume_days: int = 5


LICENSED_DEFAULTS: Final = Thresholds()
LISTED_DEFAULTS: Final = replace(
    LICENSED_DEFAULTS,
    notice_hours=72,
    notice_dates=4,
    medium_required=False,
    display_hours=24,
    display_dates=1,
    run_severity=Severity.WARN,
)
"""挂牌竞价 is an agreed sale: own, shorter settings for notice and display (domain page)."""

COURT_MODEL: Final = replace(LICENSED_DEFAULTS, notice_hours=30 * 24, notice_dates=31)
"""L32: the stricter notice for rights at court, an optional preset (网拍规定 12)."""


def for_mode(mode: AuctionMode) -> Thresholds:
    """The default thresholds of a mode."""
    return LICENSED_DEFAULTS if mode is AuctionMode.LICENSED else LISTED_DEFAULTS


@dataclass(frozen=True, slots=True)
class AuctionLicence:
    """What a 拍卖 needs (L3): the company's code, its licence and the 拍卖师."""

    company_code: str
    licence_number: str
    licence_expires: date
    auctioneer_certificate: str


@dataclass(frozen=True, slots=True)
class AuctionDates:
    """The instants (aware UTC) of one auction; ``viewing_dates`` are announced local dates."""

    published_at: datetime
    opens_at: datetime
    ends_at: datetime | None = None
    data_room_at: datetime | None = None
    viewing_dates: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstRefusalNotice:
    """How a first-refusal holder was told and whether he answered (L26)."""

    holder: str
    told_at: datetime | None = None
    answered: bool = False


def mode_findings(
    mode: AuctionMode, licence: AuctionLicence | None, *, opens_at: datetime
) -> tuple[Finding, ...]:
    """L3 (拍卖法 11, 14): a 拍卖 needs a company with a licence still valid on the day."""
    if mode is AuctionMode.LISTED:
        return ()
    if licence is None:
        return (block("auction_company_missing", "L3", "PM11"),)
    found: list[Finding] = []
    if not licence.company_code or not licence.licence_number:
        found.append(block("auction_company_missing", "L3", "PM11"))
    if not licence.auctioneer_certificate:
        found.append(block("auctioneer_missing", "L3", "PM14"))
    if licence.licence_expires < local_date(opens_at):
        facts = {"expires": licence.licence_expires, "opens": local_date(opens_at)}
        found.append(block("licence_expires_before", "L3", "PM11", **facts))
    return tuple(found)


def own_goods_findings(
    seller_code: str, auctioneer_code: str, *, parent_codes: Collection[str] = ()
) -> tuple[Finding, ...]:
    """L4 (拍卖法 23): the auctioneer's own things are barred; its parent's need a decision."""
    if seller_code == auctioneer_code:
        return (block("auctioneer_owns_lot", "L4", "PM23"),)
    if seller_code in parent_codes:
        return (warn("auctioneer_parent_owns_lot", "L4", "PM23"),)
    return ()


def notice_findings(dates: AuctionDates, limits: Thresholds) -> tuple[Finding, ...]:
    """L12 (拍卖法 45): the notice stands ``notice_hours`` before opening; fewer dates warn."""
    earliest = hours_after(dates.published_at, limits.notice_hours)
    if dates.opens_at < earliest:
        facts = {"hours": limits.notice_hours, "earliest_at": earliest}
        return (block("notice_too_short", "L12", "PM45", **facts),)
    apart = dates_apart(dates.published_at, dates.opens_at)
    if apart < limits.notice_dates:
        facts_short = {"dates": apart, "advised": limits.notice_dates}
        return (warn("notice_dates_few", "L12", "PM45", **facts_short),)
    return ()


def notice_content_findings(
    blocks: Iterable[str], *, medium_proof: bool, limits: Thresholds
) -> tuple[Finding, ...]:
    """L13 (拍卖法 46, 47): five parts, and for 拍卖 the proof of a news medium."""
    present = set(blocks)
    found = [
        block("notice_part_missing", "L13", "PM46", part=part)
        for part in NOTICE_BLOCKS
        if part not in present
    ]
    if limits.medium_required and not medium_proof:
        found.append(block("medium_proof_missing", "L13", "PM47"))
    return tuple(found)


def display_findings(dates: AuctionDates, limits: Thresholds) -> tuple[Finding, ...]:
    """L14 (拍卖法 48): data room open ``display_hours``, or viewing on enough dates before."""
    room = dates.data_room_at
    if room is not None and hours_after(room, limits.display_hours) <= dates.opens_at:
        return ()
    opening = local_date(dates.opens_at)
    viewings = {viewing for viewing in dates.viewing_dates if viewing < opening}
    if len(viewings) >= limits.display_dates:
        return ()
    facts = {"hours": limits.display_hours, "dates": limits.display_dates}
    return (block("display_too_short", "L14", "PM48", **facts),)


def run_findings(dates: AuctionDates, limits: Thresholds) -> tuple[Finding, ...]:
    """L25 (网拍规定 20): bidding on the web runs at least ``run_hours``; the hammer has none."""
    if dates.ends_at is None:
        return ()
    if dates.ends_at <= dates.opens_at:
        return (block("ends_before_opening", "L25", "SPC20"),)
    if dates.ends_at >= hours_after(dates.opens_at, limits.run_hours):
        return ()
    facts = {"hours": limits.run_hours}
    return (Finding("run_too_short", limits.run_severity, "L25", "SPC20", facts),)


def first_refusal_findings(
    holders: Iterable[FirstRefusalNotice],
    published_at: datetime,
    *,
    limits: Thresholds,
    calendar: Calendar | None = None,
) -> tuple[Finding, ...]:
    """L26 (网拍规定 16): each holder has answered, or was told three days before the notice."""
    found: list[Finding] = []
    for holder in holders:
        if holder.answered:
            continue
        if holder.told_at is None:
            found.append(block("first_refusal_not_told", "L26", "SPC16", holder=holder.holder))
            continue
        last = term_end(local_date(holder.told_at), limits.first_refusal_days, calendar=calendar)
        if published_at < end_of(last):
            facts = {"holder": holder.holder, "earliest_at": end_of(last)}
            found.append(block("first_refusal_too_late", "L26", "SPC16", **facts))
    return tuple(found)


def schedule_findings(dates: AuctionDates, limits: Thresholds) -> tuple[Finding, ...]:
    """All date rules of one schedule at once: L12, L14, L25."""
    return (
        *notice_findings(dates, limits),
        *display_findings(dates, limits),
        *run_findings(dates, limits),
    )


def may_withdraw(now: datetime, opens_at: datetime) -> bool:
    """L9 (拍卖法 29): the seller may withdraw only before the opening instant."""
    return now < opens_at


def confirmation_deadline(
    closed_at: datetime, limits: Thresholds, *, calendar: Calendar | None = None
) -> datetime:
    """L16: the instant by which the confirmation is signed, three working days by default."""
    last = add_working_days(
        local_date(closed_at), limits.confirmation_working_days, calendar=calendar
    )
    return end_of(last)


def release_deadline(closed_at: datetime, limits: Thresholds) -> tuple[datetime, datetime]:
    """L27 (网拍规定 23): (alarm, deadline) for the losers' deposits, also on weekends."""
    return (
        hours_after(closed_at, limits.release_alarm_hours),
        hours_after(closed_at, limits.release_hours),
    )


def resume_deadline(
    paused_at: datetime, limits: Thresholds, *, calendar: Calendar | None = None
) -> date:
    """L30 (网拍规定 28): the last day to resume; it does not wait for a working day."""
    day = local_date(paused_at.astimezone(UTC))
    return term_end(day, limits.resume_days, moves=False, calendar=calendar)
