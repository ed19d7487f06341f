"""The dates and papers of an auction, at the edges the rule book names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from rules.articles import article_text
from rules.auction_terms import (
    COURT_MODEL,
    LICENSED_DEFAULTS,
    LISTED_DEFAULTS,
    NOTICE_BLOCKS,
    AuctionDates,
    AuctionLicence,
    AuctionMode,
    FirstRefusalNotice,
    confirmation_deadline,
    display_findings,
    first_refusal_findings,
    for_mode,
    may_withdraw,
    mode_findings,
    notice_content_findings,
    notice_findings,
    own_goods_findings,
    release_deadline,
    resume_deadline,
    run_findings,
    schedule_findings,
)
from rules.days import SHANGHAI
from rules.findings import any_block


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def codes(findings) -> list[tuple[str, str]]:
    return [(one.code, one.severity.value) for one in findings]


LICENCE = AuctionLicence("91330000712560575G", "330001", date(2026, 12, 8), "ZJ-1001")


@pytest.mark.law("L3")
def test_an_auction_needs_a_company_an_auctioneer_and_a_licence_valid_on_the_day() -> None:
    opens = at("2026-12-08 09:00")
    assert mode_findings(AuctionMode.LISTED, None, opens_at=opens) == ()
    assert mode_findings(AuctionMode.LICENSED, LICENCE, opens_at=opens) == ()
    none = mode_findings(AuctionMode.LICENSED, None, opens_at=opens)
    assert codes(none) == [("auction_company_missing", "block")]
    nobody = replace(LICENCE, auctioneer_certificate="")
    assert codes(mode_findings(AuctionMode.LICENSED, nobody, opens_at=opens)) == [
        ("auctioneer_missing", "block")
    ]
    ended = replace(LICENCE, licence_expires=date(2026, 12, 7))
    assert codes(mode_findings(AuctionMode.LICENSED, ended, opens_at=opens)) == [
        ("licence_expires_before", "block")
    ]
    unnumbered = replace(LICENCE, licence_number="")
    assert any_block(mode_findings(AuctionMode.LICENSED, unnumbered, opens_at=opens))


@pytest.mark.law("L4")
def test_the_auctioneers_own_things_are_barred() -> None:
    assert codes(own_goods_findings("A", "A")) == [("auctioneer_owns_lot", "block")]
    assert codes(own_goods_findings("P", "A", parent_codes={"P"})) == [
        ("auctioneer_parent_owns_lot", "warn")
    ]
    assert own_goods_findings("S", "A", parent_codes={"P"}) == ()


@pytest.mark.law("L12")
@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        ("2026-12-08 08:59", [("notice_too_short", "block")]),
        ("2026-12-08 08:59:59.999999", [("notice_too_short", "block")]),
        ("2026-12-08 09:00", [("notice_dates_few", "warn")]),
        ("2026-12-08 23:59", [("notice_dates_few", "warn")]),
        ("2026-12-09 00:00", []),
        ("2026-12-09 09:00", []),
    ],
)
def test_a_notice_stands_a_week_and_better_eight_dates(opens: str, expected: list) -> None:
    dates = AuctionDates(at("2026-12-01 09:00"), at(opens))
    assert codes(notice_findings(dates, LICENSED_DEFAULTS)) == expected


@pytest.mark.law("L12")
def test_an_agreed_sale_has_its_own_shorter_notice() -> None:
    dates = AuctionDates(at("2026-12-01 09:00"), at("2026-12-04 09:00"))
    assert not any_block(notice_findings(dates, LISTED_DEFAULTS))
    assert any_block(notice_findings(dates, LICENSED_DEFAULTS))
    early = replace(dates, opens_at=at("2026-12-04 08:59"))
    assert any_block(notice_findings(early, LISTED_DEFAULTS))
    assert for_mode(AuctionMode.LICENSED) == LICENSED_DEFAULTS
    assert for_mode(AuctionMode.LISTED) == LISTED_DEFAULTS


@pytest.mark.law("L32")
def test_the_court_preset_asks_for_thirty_days() -> None:
    dates = AuctionDates(at("2026-12-01 09:00"), at("2026-12-30 09:00"))
    assert any_block(notice_findings(dates, COURT_MODEL))
    assert not any_block(notice_findings(dates, LICENSED_DEFAULTS))
    month = replace(dates, opens_at=at("2026-12-31 09:00"))
    assert not any_block(notice_findings(month, COURT_MODEL))


@pytest.mark.law("L13")
def test_a_notice_has_five_parts_and_an_auction_a_news_medium() -> None:
    assert notice_content_findings(NOTICE_BLOCKS, medium_proof=True, limits=LICENSED_DEFAULTS) == ()
    parts = [part for part in NOTICE_BLOCKS if part != "display"]
    found = notice_content_findings(parts, medium_proof=True, limits=LICENSED_DEFAULTS)
    assert codes(found) == [("notice_part_missing", "block")]
    assert found[0].facts == {"part": "display"}
    unproved = notice_content_findings(NOTICE_BLOCKS, medium_proof=False, limits=LICENSED_DEFAULTS)
    assert codes(unproved) == [("medium_proof_missing", "block")]
    assert notice_content_findings(NOTICE_BLOCKS, medium_proof=False, limits=LISTED_DEFAULTS) == ()


@pytest.mark.law("L14")
@pytest.mark.parametrize(
    ("opens", "blocked"), [("2026-12-08 09:59", True), ("2026-12-08 10:00", False)]
)
def test_the_data_room_is_open_two_days(opens: str, blocked: bool) -> None:
    dates = AuctionDates(at("2026-12-01 09:00"), at(opens), data_room_at=at("2026-12-06 10:00"))
    assert any_block(display_findings(dates, LICENSED_DEFAULTS)) is blocked


@pytest.mark.law("L14")
def test_viewing_counts_on_two_different_dates_before_the_auction() -> None:
    opens = at("2026-12-08 10:00")
    dates = AuctionDates(at("2026-12-01 09:00"), opens)
    assert any_block(display_findings(dates, LICENSED_DEFAULTS))
    two = replace(dates, viewing_dates=(date(2026, 12, 6), date(2026, 12, 7)))
    assert display_findings(two, LICENSED_DEFAULTS) == ()
    same = replace(dates, viewing_dates=(date(2026, 12, 6), date(2026, 12, 6)))
    assert any_block(display_findings(same, LICENSED_DEFAULTS))
    late = replace(dates, viewing_dates=(date(2026, 12, 7), date(2026, 12, 8)))
    assert any_block(display_findings(late, LICENSED_DEFAULTS))


@pytest.mark.law("L25")
def test_bidding_runs_at_least_a_day() -> None:
    opens = at("2026-12-10 16:00")
    dates = AuctionDates(at("2026-12-01 09:00"), opens, opens + timedelta(hours=24))
    assert run_findings(dates, LICENSED_DEFAULTS) == ()
    short = replace(dates, ends_at=opens + timedelta(hours=24) - timedelta(milliseconds=1))
    assert codes(run_findings(short, LICENSED_DEFAULTS)) == [("run_too_short", "block")]
    assert codes(run_findings(short, LISTED_DEFAULTS)) == [("run_too_short", "warn")]
    never = replace(dates, ends_at=opens)
    assert codes(run_findings(never, LISTED_DEFAULTS)) == [("ends_before_opening", "block")]
    assert run_findings(replace(dates, ends_at=None), LICENSED_DEFAULTS) == ()


@pytest.mark.law("L26")
def test_holders_of_first_refusal_answered_or_were_told_three_days_before() -> None:
    published = at("2026-12-08 00:00")
    told = FirstRefusalNotice("甲", told_at=at("2026-12-04 15:00"))  # Friday; ends Monday 24:00
    check = lambda holder, when: first_refusal_findings([holder], when, limits=LICENSED_DEFAULTS)  # noqa: E731
    assert check(told, published) == ()
    early = check(told, published - timedelta(seconds=1))
    assert codes(early) == [("first_refusal_too_late", "block")]
    assert early[0].facts["earliest_at"] == published
    assert check(replace(told, answered=True), at("2026-12-04 16:00")) == ()
    untold = check(FirstRefusalNotice("乙"), published)
    assert codes(untold) == [("first_refusal_not_told", "block")]


@pytest.mark.law("L9")
def test_a_seller_withdraws_only_before_the_opening() -> None:
    opens = at("2026-12-08 10:00:00")
    assert may_withdraw(at("2026-12-08 09:59:59"), opens)
    assert not may_withdraw(opens, opens)


@pytest.mark.law("L16")
def test_the_confirmation_is_signed_within_three_working_days() -> None:
    deadline = confirmation_deadline(at("2026-12-10 16:00"), LICENSED_DEFAULTS)
    assert deadline == at("2026-12-16 00:00")  # Fri, Mon, Tue: over at Tuesday 24:00
    week = confirmation_deadline(at("2026-09-30 16:00"), LICENSED_DEFAULTS)
    assert week == at("2026-10-11 00:00")  # 10-08, 10-09, and Saturday 10-10, which is worked


@pytest.mark.law("L27")
def test_losers_deposits_go_back_within_a_day_also_on_weekends() -> None:
    alarm, deadline = release_deadline(at("2026-12-10 16:00"), LICENSED_DEFAULTS)
    assert deadline == at("2026-12-11 16:00")
    assert alarm == at("2026-12-11 12:00")
    assert release_deadline(at("2026-10-01 16:00"), LICENSED_DEFAULTS)[1] == at("2026-10-02 16:00")


@pytest.mark.law("L30")
def test_a_pause_ends_within_five_days() -> None:
    assert resume_deadline(at("2026-12-01 10:00"), LICENSED_DEFAULTS) == date(2026, 12, 6)


def test_a_schedule_collects_all_findings() -> None:
    opens = at("2026-12-02 09:00")
    dates = AuctionDates(at("2026-12-01 09:00"), opens, opens + timedelta(hours=1))
    assert {one.rule for one in schedule_findings(dates, LICENSED_DEFAULTS)} == {
        "L12",
        "L14",
        "L25",
    }


def test_every_finding_cites_an_article_with_a_text() -> None:
    assert article_text("PM45") == "《拍卖法》第45条"
    assert article_text("PM45", "en") == "Auction Law, article 45"
    assert article_text("") == ""
    with pytest.raises(KeyError):
        article_text("QQ1")
    with pytest.raises(KeyError):
        article_text("45")
